"""Rules on what a Compose file lets a container do to its host."""
