"""`.dockerignore` files: `parser` reads one, `matcher` answers what reaches the build context."""
