"""Who may read, write and execute what."""
