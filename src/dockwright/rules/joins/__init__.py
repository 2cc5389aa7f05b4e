"""Compose services joined with the images, builds and services they rest on."""
