"""Build stages and what they copy."""
