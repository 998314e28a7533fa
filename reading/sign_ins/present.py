"""Who is signed in on the device that asks: the cookie, the row behind it, and what each request leaves there.

The row is looked up once a request, when somebody first asks who it is, in one statement. What is to be written
(when the device was seen, a new token after a change of roles) is written after the page is made, in a transaction
of its own: no page fails for it.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from reading import clock, current, origin
from reading.compiled import Row
from reading.early import Reader
from reading.extensions import csrf, login
from reading.people.models import Account, PlainAccount
from reading.plain import Sent
from reading.sign_ins import actions, early_queries, half, queries, totp_actions
from reading.sign_ins.models import ADDRESS_LENGTH, DEVICE_LENGTH
from reading.sign_ins.rules import (
    RESIDENT_LONGEST,
    Device,
    device_words,
    hash_of_token,
    is_to_be_noted,
    lapses_at,
)

TOKEN_BYTES = 32
# As long as a browser keeps any cookie.
DEVICE_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Present:
    """The sign-in behind the request, as it was when it was looked up."""

    id: uuid.UUID
    token_hash: str
    is_former: bool
    has_other_roles: bool
    is_to_be_noted: bool
    is_staff: bool
    token_at: datetime
    seen_at: datetime


def init_app(app: Flask) -> None:
    """Let each request's cookie say who is signed in."""
    login.look_up, login.resident = _account, _resident
    csrf.sign_in, csrf.before = here, before
    app.after_request(_leave_word)
    app.add_template_global(seconds_left)


def here() -> uuid.UUID | None:
    """Return the id of the sign-in that the request was made with; None for nobody."""
    login.reader()  # who puts it there
    present: Present | None = g.get("present")
    return present.id if present else None


def before() -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Return the sign-ins that this device has or had lately, each with its account."""
    told = request.cookies.get(_cookie("DEVICE"), "")
    return queries.of_device(hash_of_token(told), clock.now()) if len(told) >= TOKEN_BYTES else []


def seconds_left() -> int | None:
    """Return how long staff stay signed in if they send nothing more; None for residents, who stay for a month."""
    present: Present | None = g.get("present")
    if present is None or not present.is_staff:
        return None
    return max(0, int((lapses_at(True, present.token_at, present.seen_at) - clock.now()).total_seconds()))


def extend() -> int | None:
    """Let who is signed in stay so from now on; return :func:`seconds_left` then."""
    present: Present = g.present
    actions.note_seen(present.id, _address())
    g.present = replace(present, is_to_be_noted=False, seen_at=clock.now())
    return seconds_left()


def _account() -> Account | PlainAccount | None:
    token, now = _token(), clock.now()
    found = queries.by_token(token, now) if token else None
    if not token or found is None:
        return None
    g.present = _present(found, hash_of_token(token), now)
    return found.account


def _resident(household: Sent, also: Sequence[Sent]) -> tuple[Reader, list[list[Row]]] | None:
    token = _token()
    return early_queries.found(hash_of_token(token), clock.now(), household, also) if token else None


def _token() -> str | None:
    return current.request().cookies.get(_cookie("SIGN_IN"))


def _present(one: queries.Standing, held: str, now: datetime) -> Present:
    changed = one.roles_mark != one.mark_now
    noted = is_to_be_noted(one.is_staff, one.seen_at, now)
    times = (now if changed else one.token_at), (now if changed or noted else one.seen_at)
    return Present(one.id, held, one.token_hash != held, changed, noted, one.is_staff, *times)


def _leave_word(response: Response) -> Response:
    present: Present | None = g.get("present")
    if present and not present.is_former and response.status_code < 500:
        try:
            _write(present, response)
        except SQLAlchemyError:
            current_app.logger.warning("a device was seen, and that could not be written", exc_info=True)
    return response


def _write(present: Present, response: Response) -> None:
    if present.has_other_roles:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        if actions.renew(present.id, present.token_hash, hash_of_token(token)):
            _give(response, "SIGN_IN", token, RESIDENT_LONGEST)
    elif present.is_to_be_noted:
        actions.note_seen(present.id, _address())


@dataclass(frozen=True)
class Entered:
    """Somebody who is signed in now; their device is still to be handed what it shows from now on."""

    one: queries.Standing
    token: str
    device_key: str

    @property
    def account(self) -> Account | PlainAccount:
        """Who it is."""
        return self.one.account

    def handed(self, response: BaseResponse) -> BaseResponse:
        """Let the response hand it over."""
        _give(response, "SIGN_IN", self.token, RESIDENT_LONGEST)
        _give(response, "DEVICE", self.device_key, DEVICE_KEPT)
        return response


def enter(account: Account | PlainAccount, password: str) -> Entered | None:
    """Sign the device in as the account whose password was proven.

    None when the password was changed at that very moment. Raises ``Refused`` for an account that was closed.
    """
    token, device_key = secrets.token_urlsafe(TOKEN_BYTES), device_token()
    return _entered(
        actions.start(account, password, _device(device_key), hash_of_token(token)), token, device_key
    )


def enter_by_code(account: Account, code: str) -> Entered | None:
    """As :func:`enter`, where the password was proven a step before; the same form sent again hands over the same.

    Raises also ``WrongCode``.
    """
    token, device_key = half.drawn("token", code), device_token(half.drawn("device"))
    return _entered(totp_actions.enter(account, code, _device(device_key), token), token, device_key)


def _device(device_key: str) -> Device:
    return Device(_address(), _words(), hash_of_token(device_key))


def _entered(one: queries.Standing | None, token: str, device_key: str) -> Entered | None:
    if one is None:
        return None
    g._login_user, g.present = one.account, _present(one, one.token_hash, one.token_at)
    return Entered(one, token, device_key)


def nobody() -> None:
    """Let nobody be signed in for the rest of this request: the page that says so is made for nobody."""
    g.pop("present", None)
    g._login_user = login.anonymous_user()


def leave(response: BaseResponse) -> BaseResponse:
    """Take the token from the device that signs out."""
    nobody()
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(_cookie("SIGN_IN"), httponly=True, samesite="Lax", secure=secure)
    return response


def device_token(new: str | None = None) -> str:
    """Return what the device calls itself, or, for one that was never signed in, a ``new`` name for it."""
    told = request.cookies.get(_cookie("DEVICE"), "")
    return told if len(told) >= TOKEN_BYTES else new or secrets.token_urlsafe(TOKEN_BYTES)


def _give(response: BaseResponse, kind: str, value: str, kept: timedelta) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(_cookie(kind), value, max_age=kept, httponly=True, samesite="Lax", secure=secure)


def _cookie(kind: str) -> str:
    name: str = current.app().config[f"{kind}_COOKIE_NAME"]
    return name


def _address() -> str:
    return origin.address()[:ADDRESS_LENGTH]


def _words() -> str:
    return " · ".join(device_words(request.user_agent.string))[:DEVICE_LENGTH]
