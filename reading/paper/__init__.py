"""The roster on paper: numbered sheets to print, and what was written on them typed back in."""
