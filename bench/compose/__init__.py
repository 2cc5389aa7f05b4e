"""Cases for the Compose model, and what Docker Compose itself says of them."""
