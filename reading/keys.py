"""The service's keys: one signs, and those before it are still believed until they are taken from the settings.

So a key is changed without anybody being signed out, and without a printed card becoming void at once.
"""

from flask import current_app


def newest() -> bytes:
    """Return the key that signs."""
    return every()[0]


def every() -> list[bytes]:
    """Return every key that is believed, the newest first."""
    keys = [current_app.config["SECRET_KEY"], *(current_app.config["SECRET_KEY_FALLBACKS"] or ())]
    return [str(key).encode() for key in keys]
