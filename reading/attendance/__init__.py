"""The fact of having come: check-in and roster."""
