"""What the engine refuses, and comments that steer the tools."""
