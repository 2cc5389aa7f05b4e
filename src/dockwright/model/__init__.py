"""Meaning: pure functions of trees, facts and build arguments."""
