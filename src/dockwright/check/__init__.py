"""Running the rules, suppressing, fixing."""
