"""Figures of the service as a whole: timed by hand with ``make bench``, never as tests."""
