"""`.dockerignore`: patterns that do not do what was meant, and those that are missing."""
