"""Anything people come to: sessions, classes, courses, sign-up."""
