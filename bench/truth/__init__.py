"""Real builds of fixture Dockerfiles, and what they make: see `bench/ground_truth.py`."""
