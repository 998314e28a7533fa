"""Half signed in: the password was right, the second step is still to come. It opens nothing but that step."""

import hmac
import secrets
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from flask import session

from reading import clock
from reading.forms import parse_uuid
from reading.people.models import Account
from reading.sign_ins import totp_queries
from reading.sign_ins.keyed import digest, keyed
from reading.sign_ins.totp_rules import HALF_LASTS

KEY = "half_signed_in"
# Drawn anew each time; beside the other, so that a worker of before reads that as it ever did.
DRAWN, DRAWN_BYTES = "half_drawn", 32
# The form that waits, for who opens the page of the second step anew. In characters, sealed: the whole cookie has room
# for 4,096, and a proxy for all headers of an answer. A record with some hundreds of characters of text fits.
WAITS, MOST_THAT_WAITS = "half_waits", 1_600


def begin(account_id: uuid.UUID, password_hash: str, waits: str = "") -> None:
    """Note on this device whose password was right, the one with this hash, and when.

    ``waits`` is the form, sealed, that waits for them to sign in; a longer one waits on the page alone.
    """
    session.clear()
    if 0 < len(waits) <= MOST_THAT_WAITS:
        session[WAITS] = waits
    session[KEY] = [str(account_id), int(clock.now().timestamp()), _password_mark(password_hash)]
    session[DRAWN] = secrets.token_urlsafe(DRAWN_BYTES)


def drawn(purpose: str, code: str = "") -> str:
    """Return what no other half sign-in has: drawn for this ``purpose`` and ``code``, and the same each time.

    So the answer to a form that is sent twice may be the same twice, whichever of the two reaches the device.
    """
    own = session.get(DRAWN) or secrets.token_urlsafe(DRAWN_BYTES)
    return urlsafe_b64encode(keyed(f"half {purpose}", own.encode(), code.encode())).decode()


def who() -> Account | None:
    """Return who is half signed in here; None once it took too long, or the password or the second step changed."""
    account_id, since, mark = session.get(KEY) or ("", 0, "")
    found = parse_uuid(account_id)
    account = totp_queries.account(found) if found else None
    if account is None or account.secured_at is None:
        return None
    in_time = clock.now() < datetime.fromtimestamp(since, UTC) + HALF_LASTS
    return account if in_time and hmac.compare_digest(mark, _password_mark(account.password_hash)) else None


def waits() -> str | None:
    """Return the form, sealed, that waits for the half sign-in of this device, also for one that took too long."""
    return session.get(WAITS)


def _password_mark(password_hash: str) -> str:
    return digest("half", password_hash)[:16]
