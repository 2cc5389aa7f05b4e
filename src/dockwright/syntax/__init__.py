"""Text to trees: lossless, never raising, never reading files, without meaning."""
