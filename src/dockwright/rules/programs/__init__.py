"""Programs that RUN, CMD, ENTRYPOINT and HEALTHCHECK start."""
