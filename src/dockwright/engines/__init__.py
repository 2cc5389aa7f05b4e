"""Container engines: what their images are made of."""
