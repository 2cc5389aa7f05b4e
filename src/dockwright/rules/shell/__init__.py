"""The shell in RUN."""
