"""Base images and their references."""
