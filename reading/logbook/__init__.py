"""Each resident's reading log."""
