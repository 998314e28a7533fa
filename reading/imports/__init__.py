"""Lists of residents handed in by staff: looked at first, then taken in."""
