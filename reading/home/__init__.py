"""Pages gathered from many features."""
