"""The Dockerfile language, as moby/buildkit reads it."""
