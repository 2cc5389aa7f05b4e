"""Compose joined with what it builds on: images, programs, ports, users, files, connections."""
