"""Users and privileges."""
