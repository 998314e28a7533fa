"""The token in every form, without which nothing sent is believed to come from a page of this site.

A visitor's lives in their session, as Flask-WTF has it. Who is signed in has one that follows from their sign-in and
a key: nothing is kept for it, so that their pages neither read nor sign a session.
"""

import hmac
import os
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast

from flask import Flask, abort, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, same_origin

from reading import anyone, keys

ONLY_LOOKS = ("GET", "HEAD", "OPTIONS")
LENGTH = 16


class FormTokens(CSRFProtect):
    """Flask-WTF's check of a form's token, with tokens of our own for who is signed in."""

    # Returns the id of the sign-in behind the request; None for a visitor.
    sign_in: Callable[[], uuid.UUID | None]

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
        sign_in = self.sign_in()
        if sign_in is not None and _is_of(sign_in, self._get_csrf_token() or ""):
            _refuse_other_pages()
            g.csrf_valid = True
            return
        try:
            super().protect(apply_exemptions)
        except CSRFError:
            # A sign-in that lapsed took the token along: to sign in again is what helps.
            if sign_in is None and current_app.config["SIGN_IN_COOKIE_NAME"] in request.cookies:
                abort(401)
            raise


def token_of(sign_in: uuid.UUID) -> str:
    """Return a token that is believed of who asks with this sign-in."""
    mask = os.urandom(LENGTH)
    return urlsafe_b64encode(mask + _mixed(mask, _proof(sign_in, keys.newest()))).decode()


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


def _refuse_other_pages() -> None:
    """As Flask-WTF does: over HTTPS a browser says which page a form was on."""
    told: Any = request.referrer
    if request.is_secure and not (told and same_origin(told, f"https://{request.host}/")):
        raise CSRFError("The form was on no page of this site.")
