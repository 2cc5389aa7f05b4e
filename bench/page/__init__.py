"""The projects around the patterns of a page."""
