"""The city's monthly learning day and its stamps."""
