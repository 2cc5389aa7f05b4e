"""Text with positions: sources, spans, edits. Knows nothing of Dockerfiles."""
