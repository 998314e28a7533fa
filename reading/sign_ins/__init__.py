"""Joining, signing in and out, passwords."""
