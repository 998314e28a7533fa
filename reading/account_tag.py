"""A cookie that tells a page's script whose phone this is, without telling who that is.

The script keeps rosters and marks on the phone under this tag, shows them to nobody else, and sends them for
nobody else. It outlives the session: who must sign in again still sees that marks wait.
"""

import hmac
import re
import uuid
from functools import lru_cache
from hashlib import sha256

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from reading import current, keys

COOKIE = "account"
LENGTH = 32
# Set by the page's script while marks wait on the phone: how many, whose (the tag), of which event.
UNSENT_COOKIE = "unsent"
# Set by the same script while rosters are kept on the phone.
ROSTERS_COOKIE = "rosters"


def account_tag(account_id: uuid.UUID) -> str:
    """Return the account's tag: the same on every device, and of no use to find the account.

    Made with the oldest key, so that a new one does not part a phone from the marks it keeps.
    """
    return _tag(keys.every()[-1], account_id)


# Asked for more than once with every answer to somebody signed in.
@lru_cache(256)
def _tag(key: bytes, account_id: uuid.UUID) -> str:
    return hmac.digest(key, b"account" + account_id.bytes, sha256).hex()[:LENGTH]


def forget(response: Response) -> Response:
    """Take the tag from the device that signs out."""
    for cookie in (COOKIE, ROSTERS_COOKIE):
        response.delete_cookie(cookie, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


def is_told(account_id: uuid.UUID) -> bool:
    """Tell whether this device has the account's tag already."""
    return current.request().cookies.get(COOKIE) == account_tag(account_id)


def keeps_rosters() -> bool:
    """Tell whether this device keeps rosters, which only a page's script can take off it."""
    return ROSTERS_COOKIE in request.cookies


def unsent(account_id: uuid.UUID) -> tuple[int, uuid.UUID] | None:
    """Return how many marks of the account wait on this phone, and an event they are of; None for none."""
    number, _dot, rest = request.cookies.get(UNSENT_COOKIE, "").partition(".")
    tag, _dot, event = rest.partition(".")
    if tag != account_tag(account_id) or not re.fullmatch("[1-9][0-9]{0,5}", number):
        return None
    try:
        return int(number), uuid.UUID(event)
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Give every answer to somebody signed in the cookie, where the device lacks it; let pages ask what waits."""

    app.add_template_global(unsent, "unsent_marks")

    @app.after_request
    def tell(response: Response) -> Response:
        # Asked of nobody anew: an answer that needed no account (a file, a broken database) looks none up.
        account = g.get("_login_user")
        if account is None or not account.is_authenticated:
            return response
        if not is_told(account.id):
            response.set_cookie(
                COOKIE, account_tag(account.id), max_age=app.permanent_session_lifetime, samesite="Lax",
                secure=app.config["SESSION_COOKIE_SECURE"],
            )  # fmt: skip
        return response
