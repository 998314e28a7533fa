"""Pure decisions about calendars: what a secret address looks like, what a feed reaches back to."""

import hashlib
import re
from datetime import timedelta

# 32 random bytes in 43 characters that need no escape in an address.
KEY_BYTES = 32
KEY = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# What was a month ago is still looked up; one's own year stays with oneself.
COMMUNITY_BACK = timedelta(days=31)
OWN_BACK = timedelta(days=366)
MOST_EVENTS = 500
# How often a subscribed calendar is asked to look again.
REFRESH = timedelta(hours=6)


def is_key(text: str) -> bool:
    """Tell whether ``text`` can be the key of a secret address at all."""
    return KEY.fullmatch(text) is not None


def fingerprint(content: bytes) -> str:
    """Return what tells this content of a feed from any other: 32 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:32]
