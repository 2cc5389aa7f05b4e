"""What the container does when it runs: ports, probes, signals."""
