"""Backups: one file that holds the whole database, made while the service runs, and how it becomes the database again.

Outside it stay the secret key (without it printed cards are void) and the list of people who asked to be erased.
"""
