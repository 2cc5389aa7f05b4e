"""Labels and variables."""
