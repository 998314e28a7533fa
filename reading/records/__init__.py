"""What became of an event: who came and how it is known, later corrections, and lists to hand in."""
