"""Packages, suites and tags that exist, and until when."""
