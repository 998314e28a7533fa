"""Accounts, residents, households, roles and consent."""
