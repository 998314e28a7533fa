"""The service's keys: one signs, and those before it are still believed until they are taken from the settings.

So a key is changed without anybody being signed out, and without a printed card becoming void at once.
"""

from functools import lru_cache

from reading import current


def newest() -> bytes:
    """Return the key that signs."""
    return every()[0]


def every() -> tuple[bytes, ...]:
    """Return every key that is believed, the newest first."""
    config = current.app().config
    return _as_bytes(config["SECRET_KEY"], *(config["SECRET_KEY_FALLBACKS"] or ()))


# Asked for some times with each form that is sent.
@lru_cache(8)
def _as_bytes(*keys: object) -> tuple[bytes, ...]:
    return tuple(str(key).encode() for key in keys)
