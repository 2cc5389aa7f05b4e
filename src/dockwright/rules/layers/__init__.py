"""What goes into layers: COPY, ADD, caches."""
