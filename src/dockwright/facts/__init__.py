"""What is known of base images, packages and dates, as values with their reasons."""
