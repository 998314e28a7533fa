"""Checking in by one's own phone: the hall's screen with its rotating code, and where that code leads."""
