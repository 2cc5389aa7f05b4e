"""The use cases: what the command line and the editor ask for."""
