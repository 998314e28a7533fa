"""Pure decisions of checking in by phone: the hall's code, the six digits, and how long an opened page counts."""

import base64
import hmac
import ipaddress
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from reading.text import with_plain_digits

# A token changes with each step and opens the page for LIFE: a photo of it sent to a friend is dead soon.
STEP, LIFE = timedelta(seconds=10), timedelta(seconds=30)
STEP_SECONDS = int(STEP.total_seconds())
# Two servers' clocks may differ by this much before a new token counts as one from the future.
AHEAD = STEP
# The six digits change with each minute and are taken for so long from when they appear.
CODE_LIFE, MINUTE = timedelta(minutes=3), timedelta(minutes=1)
CODE_DIGITS = 6
SIGNATURE_BYTES = 10
# 16 bytes of the event's id, 4 of the step and the signature: a multiple of 3, so nothing is padded.
TOKEN = re.compile(r"[A-Za-z0-9_-]{40}", re.ASCII)
CODE = re.compile(r"[0-9]{6}", re.ASCII)
# Who opened the page in time may take so long to sign in.
OPENED_FOR = timedelta(hours=1)
# Opened once more within this time, the first time still says when they came; later the new one does.
SAME_ARRIVAL = timedelta(minutes=30)
# So many wrong codes are taken from one account, and from one address (a hall's network has only one).
WRONG_WITHIN = timedelta(minutes=10)
MOST_WRONG, MOST_WRONG_OF_ADDRESS = 10, 30
# So many claims may wait to be confirmed at one event, and of one phone that nobody signed in on.
MOST_WAITING, MOST_WAITING_OF_PHONE = 200, 6

BAD, FUTURE, OLD, GOOD = "bad", "future", "old", "good"


@dataclass(frozen=True)
class Token:
    """What a token says: ``state`` "good", "old", "future" or "bad" (not ours, or changed on its way).

    ``shown_at`` (aware) is when the hall's screen began to show it.
    """

    state: str
    event_id: uuid.UUID | None = None
    shown_at: datetime | None = None


def derived_key(secret: bytes) -> bytes:
    """Return the key of the hall's codes, which is of no use for anything else the secret signs."""
    return hmac.digest(secret, b"check-in", sha256)


def token_at(event_id: uuid.UUID, moment: datetime, key: bytes) -> str:
    """Return the event's token that is shown at ``moment`` (aware): 40 characters of an address."""
    signed = event_id.bytes + _step(moment).to_bytes(4, "big")
    return base64.urlsafe_b64encode(signed + _signature(signed, key)).decode()


def read_token(text: str, now: datetime, key: bytes) -> Token:
    """Return what a token says and whether it still opens the page, at ``now`` (aware)."""
    if not TOKEN.fullmatch(text):
        return Token(BAD)
    raw = base64.urlsafe_b64decode(text)
    signed, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(signed, key)):
        return Token(BAD)
    shown_at = datetime.fromtimestamp(int.from_bytes(signed[16:], "big") * STEP_SECONDS, UTC)
    state = FUTURE if shown_at > now + AHEAD else GOOD if now < shown_at + LIFE else OLD
    return Token(state, uuid.UUID(bytes=signed[:16]), shown_at)


def code_at(event_id: uuid.UUID, moment: datetime, key: bytes) -> str:
    """Return the event's six digits that are shown at ``moment`` (aware)."""
    minute = int(moment.timestamp()) // 60
    drawn = hmac.digest(key, b"code" + event_id.bytes + minute.to_bytes(4, "big"), sha256)
    return f"{int.from_bytes(drawn[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def code_is_good(code: str, event_id: uuid.UUID, now: datetime, key: bytes) -> bool:
    """Tell whether these are the event's six digits of this minute or of one of the two before."""
    minutes = range(CODE_LIFE // MINUTE)
    # All are compared, so that the time it takes tells nothing.
    same = [hmac.compare_digest(code, code_at(event_id, now - one * MINUTE, key)) for one in minutes]
    return any(same)


def code_as_typed(text: str) -> str | None:
    """Return the six digits somebody typed (``123 456``, full-width too), or None for what cannot be them."""
    typed = re.sub(r"[\s-]", "", with_plain_digits(text))
    return typed if CODE.fullmatch(typed) else None


def code_in_groups(code: str) -> str:
    """Return the six digits as they are read aloud: three and three."""
    return f"{code[:3]} {code[3:]}"


def network_of(address: str) -> str:
    """Return what stands for an address: of IPv6 its network, for one household has countless addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))


def seconds_left(now: datetime) -> tuple[float, float, float]:
    """Return in how many seconds the token changes, and for how many the token and the six digits still count."""
    moment = now.timestamp()
    of_step, of_minute = moment % STEP_SECONDS, moment % 60
    return (
        STEP_SECONDS - of_step,
        LIFE.total_seconds() - of_step,
        CODE_LIFE.total_seconds() - of_minute,
    )


def still_counts(opened_at: datetime, now: datetime) -> bool:
    """Tell whether a page opened at ``opened_at`` still checks people in."""
    return -AHEAD <= now - opened_at <= OPENED_FOR


def came_at(opened_before: datetime | None, now: datetime) -> datetime:
    """Return when somebody came who opens the page now, and perhaps did so before."""
    if opened_before is not None and -AHEAD <= now - opened_before < SAME_ARRIVAL:
        return opened_before
    return now


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _signature(signed: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"token" + signed, sha256)[:SIGNATURE_BYTES]
