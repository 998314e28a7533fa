"""Digests only this service can make: of codes and of who tried them, so that a stolen database tells neither."""

import hmac
from hashlib import sha256

from reading import keys


def keyed(purpose: str, *parts: bytes) -> bytes:
    """Return 32 bytes that follow from the parts and the service's key; each ``purpose`` has bytes of its own."""
    return every_keyed(purpose, *parts)[0]


def every_keyed(purpose: str, *parts: bytes) -> list[bytes]:
    """Return the same for each key that is believed, the newest first: what was made with an older one."""
    whole = b"".join(len(part).to_bytes(4) + part for part in (purpose.encode(), *parts))
    return [hmac.digest(key, whole, sha256) for key in keys.every()]


def digest(purpose: str, text: str) -> str:
    """Return what is kept of a text that must be known again and not read: 64 characters."""
    return keyed(purpose, text.encode()).hex()


def digests(purpose: str, text: str) -> list[str]:
    """Return every :func:`digest` under which the text may be kept."""
    return [one.hex() for one in every_keyed(purpose, text.encode())]
