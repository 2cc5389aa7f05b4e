"""Fixtures of `bench/cache_predictions.py`: Dockerfiles with contexts, and what is done to them."""
