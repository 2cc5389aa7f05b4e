"""Rules on the order of instructions: what an edit makes run again."""
