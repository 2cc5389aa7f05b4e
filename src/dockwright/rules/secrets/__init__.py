"""Secrets, and checks of integrity switched off."""
