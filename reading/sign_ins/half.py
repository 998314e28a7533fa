"""What a device knows of who is not signed in yet: whose password was right, and the form that waits for them.

Half signed in is whose second step is still to come. It opens nothing but that step.
"""

import hmac
import secrets
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from flask import session

from reading import clock
from reading.forms import parse_uuid
from reading.people.models import Account
from reading.sent import SEALED_FOR_SECONDS
from reading.sign_ins import totp_queries
from reading.sign_ins.keyed import digest, keyed
from reading.sign_ins.totp_rules import HALF_LASTS

KEY = "half_signed_in"
# Drawn anew each time; beside the other, so that a worker of before reads that as it ever did.
DRAWN, DRAWN_BYTES = "half_drawn", 32
# The form that waits, for who opens a page of signing in anew: by a link, a switch, or because it was lost. In
# characters, sealed: the whole cookie has room for 4,096, and a proxy for all headers of an answer. A record with some
# hundreds of characters of text fits.
WAITS, MOST_THAT_WAITS = "half_waits", 1_600
# Since when; a worker of before wrote none.
WAITS_SINCE = "half_waits_since"


def begin(account_id: uuid.UUID, password_hash: str, waits: str = "") -> None:
    """Note on this device whose password was right, the one with this hash, and when.

    ``waits`` is the form, sealed, that waits for them to sign in; a longer one waits on the page alone.
    """
    session.clear()
    hold(waits)
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


def hold(sealed: str) -> None:
    """Note on this device the form, sealed, that waits for its writer to sign in; not one that is too long.

    It goes with the sign-in, whoever's, as the whole session does.
    """
    if 0 < len(sealed) <= MOST_THAT_WAITS and session.get(WAITS) != sealed:
        session[WAITS], session[WAITS_SINCE] = sealed, int(clock.now().timestamp())


def waits() -> str | None:
    """Return the form, sealed, that waits on this device, for a day; also after a half sign-in that took too long."""
    since = session.get(WAITS_SINCE)
    is_old = since and clock.now() > datetime.fromtimestamp(since, UTC) + timedelta(
        seconds=SEALED_FOR_SECONDS
    )
    return None if is_old else session.get(WAITS)


def holds(sealed: str) -> bool:
    """Tell whether it is this form that waits on this device: then no link loses it."""
    return sealed == waits()


def _password_mark(password_hash: str) -> str:
    return digest("half", password_hash)[:16]
