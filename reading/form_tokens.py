"""The token in every form, without which nothing sent is believed to come from a page of this site.

A visitor's lives in their session, as Flask-WTF has it. Who is signed in has one that follows from their sign-in and
a key: nothing is kept for it, so that their pages neither read nor sign a session.
"""

import hmac
import os
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, same_origin
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import Unauthorized

from reading import anyone, keys

ONLY_LOOKS = ("GET", "HEAD", "OPTIONS")
LENGTH = 16
View = TypeVar("View", bound=Callable[..., Any])


class FormOfBefore(CSRFError):
    """A form of a page of this site that was opened before its reader signed in, or in again, or was signed out.

    ``owner`` is the account whose page it was; None for a visitor's. Nothing of it is done, and what was typed may be
    kept for nobody else.
    """

    def __init__(self, owner: uuid.UUID | None) -> None:
        super().__init__("The form is of a sign-in that stands no more.")
        self.owner = owner


def of_visitors(view: View) -> View:
    """Let a visitor's form be believed by ``view`` though they signed in meanwhile, which took their session along."""
    view.of_visitors = True  # type: ignore[attr-defined]
    return view


def harmless_to_visitors(view: View) -> View:
    """Let a page of this site ask ``view`` with whichever token while nobody is signed in: it does nothing to them."""
    view.harmless_to_visitors = True  # type: ignore[attr-defined]
    return view


class FormTokens(CSRFProtect):
    """Flask-WTF's check of a form's token, with tokens of our own for who is signed in."""

    # Returns the id of the sign-in behind the request; None for a visitor.
    sign_in: Callable[[], uuid.UUID | None]
    # Returns the sign-ins that this device had lately, each with its account.
    before: Callable[[], Iterable[tuple[uuid.UUID, uuid.UUID]]]

    def init_app(self, app: Flask) -> None:
        """Check whatever is sent to ``app``, and let templates ask for the token."""
        super().init_app(app)
        # Flask-WTF's own would be asked for with each template that is rendered.
        app.template_context_processors[None].pop()
        app.jinja_env.globals["csrf_token"] = self.token

    def token(self) -> str:
        """Return the token of the page that is being made: another text each time, so that packing tells nothing."""
        if anyone.is_signed_in():
            return anyone.TOKEN
        sign_in = self.sign_in()
        if sign_in is None:
            return cast(str, generate_csrf())
        return token_of(sign_in)

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse what was sent without its token; what only looks is not looked at."""
        if request.method in ONLY_LOOKS or not request.endpoint:
            return
        sign_in, told = self.sign_in(), self._get_csrf_token() or ""
        if sign_in is not None and _is_of(sign_in, told):
            _refuse_other_pages()
            g.csrf_valid = True
            return
        view = current_app.view_functions.get(request.endpoint)
        if sign_in is None and is_from_here() and hasattr(view, "harmless_to_visitors"):
            return
        try:
            super().protect(apply_exemptions)
        except CSRFError as error:
            if not (_is_visitors(told) and is_from_here() and hasattr(view, "of_visitors")):
                raise self._of_before(told) or error from None

    def _of_before(self, told: str) -> Exception | None:
        """Return what tells better why a form is not believed, if anything does."""
        owner = next((account for one, account in self.before() if _is_of(one, told)), None)
        if is_from_here() and (owner is not None or _is_visitors(told)):
            return FormOfBefore(owner)
        # A sign-in that lapsed took the token along: to sign in again is what helps.
        is_lapsed = self.sign_in() is None and current_app.config["SIGN_IN_COOKIE_NAME"] in request.cookies
        return Unauthorized() if is_lapsed else None


def token_of(sign_in: uuid.UUID) -> str:
    """Return a token that is believed of who asks with this sign-in."""
    mask = os.urandom(LENGTH)
    return urlsafe_b64encode(mask + _mixed(mask, _proof(sign_in, keys.newest()))).decode()


# Of the same sign-in and key it is the same, and looking one up takes a tenth of making it.
@lru_cache(1024)
def _proof(sign_in: uuid.UUID, key: bytes) -> bytes:
    return hmac.digest(key, b"form" + sign_in.bytes, sha256)[:LENGTH]


def _mixed(mask: bytes, text: bytes) -> bytes:
    return (int.from_bytes(mask) ^ int.from_bytes(text)).to_bytes(LENGTH)


def _is_of(sign_in: uuid.UUID, token: str) -> bool:
    try:
        told = urlsafe_b64decode(token)
    except ValueError:
        return False
    if len(told) != 2 * LENGTH:
        return False
    shown = _mixed(told[:LENGTH], told[LENGTH:])
    return any(hmac.compare_digest(shown, _proof(sign_in, key)) for key in keys.every())


def is_of_visitor() -> bool:
    """Tell whether what was sent was on a page that was made for nobody who is signed in."""
    return _is_visitors(request.form.get("csrf_token", ""))


def _is_visitors(token: str) -> bool:
    """Tell whether a token was made for some visitor; for which one only their session could tell."""
    try:
        URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], salt="wtf-csrf-token").loads(token)
    except BadData:
        return False
    return True


def is_from_here() -> bool:
    """Tell whether the browser says that what it sent was on a page of this site, which no other site can make it."""
    told = request.headers.get("Origin") or request.referrer
    return bool(told) and same_origin(told, request.host_url)


def _refuse_other_pages() -> None:
    """As Flask-WTF does: over HTTPS a browser says which page a form was on."""
    told: Any = request.referrer
    if request.is_secure and not (told and same_origin(told, f"https://{request.host}/")):
        raise CSRFError("The form was on no page of this site.")
