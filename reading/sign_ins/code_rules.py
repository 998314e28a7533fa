"""Pure decisions about codes given in person: what they look like, how long they hold, who may give them."""

import unicodedata
from datetime import datetime, timedelta

from reading.passwords import ALPHABET

# 31 signs, ten of them: 49 bits.
CODE_LENGTH = 10
LASTS = timedelta(hours=72)
# Wrong codes within WRONG_WITHIN: of one address, which a whole village may share, and for one person.
WRONG_WITHIN = timedelta(minutes=10)
MOST_WRONG_OF_ADDRESS = 100
MOST_WRONG_OF_ONE = 10
GROUP = 5


def code_from(drawn: bytes, length: int = CODE_LENGTH) -> str:
    """Return the code that 32 drawn bytes stand for."""
    number, signs = int.from_bytes(drawn), []
    for _place in range(length):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def as_typed(text: str, length: int = CODE_LENGTH) -> str | None:
    """Return the code somebody typed (``ABCDE-23456``, in groups, full-width), or None for what cannot be one."""
    typed = "".join(one for one in unicodedata.normalize("NFKC", text).lower() if one.isalnum())
    return typed if len(typed) == length and set(typed) <= set(ALPHABET) else None


def in_groups(code: str) -> str:
    """Return a code as it is read aloud: five and five."""
    return " ".join(code[first : first + GROUP] for first in range(0, len(code), GROUP))


def has_time(given_at: datetime, now: datetime) -> bool:
    """Tell whether a code given then still holds."""
    return now < given_at + LASTS
