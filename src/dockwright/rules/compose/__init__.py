"""Compose files: what Compose refuses, what it ignores, how they are written."""
