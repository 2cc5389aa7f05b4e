"""Observing on an engine what an image or a service claims to be."""
