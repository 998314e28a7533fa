"""Tests marked ``soak`` repeat what they do: a few times in the gate, many times under ``make soak``."""

import os


def times(usual: int, soak: int) -> int:
    """Return how often to do it: ``soak`` times when ``READING_SOAK`` is set, as ``make soak`` does."""
    return soak if os.environ.get("READING_SOAK") else usual
