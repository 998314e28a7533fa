"""Boards of communities and of the people who chose to be shown."""
