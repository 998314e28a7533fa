"""A browser's session (its form token, what is to be said on its next page): one signed cookie.

Flask reads and checks it with every request and signs it anew with every answer. Here it is read when somebody asks
for it, and signed when it has changed or is a day old.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from reading import clock

RENEWED_AFTER = timedelta(days=1)
MOST_WORDS = 4
# So many characters of a session are sent as they are: what is said after a record is saved, and little more.
FEW_WORDS = 400
# What was in the cookie, and when it was signed; None for a browser without one.
Read = tuple[dict[str, Any], datetime | None]


class LateSession(SessionMixin):
    """The session, read when it is first looked into."""

    modified = False

    def __init__(self, read: Callable[[], Read]) -> None:
        self._read = read
        self._held: Read | None = None

    @property
    def was_read(self) -> bool:
        """Whether anybody asked for it."""
        return self._held is not None

    @property
    def signed_at(self) -> datetime | None:
        """When the cookie it came in was signed; None for one that begins now."""
        return self._open()[1]

    def _open(self) -> Read:
        if self._held is None:
            self._held = self._read()
        return self._held

    def __getitem__(self, key: str) -> Any:
        return self._open()[0][key]

    def __setitem__(self, key: str, value: Any) -> None:
        # Whoever sends form after form and looks at no page is told of the last ones: a cookie has room for no more.
        self._open()[0][key] = value[-MOST_WORDS:] if key == "_flashes" else value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._open()[0][key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._open()[0])

    def __len__(self) -> int:
        return len(self._open()[0])

    def clear(self) -> None:
        """Empty it; the cookie goes, even one that could not be read."""
        self._held = {}, None
        self.modified = True


class _Plainly(TaggedJSONSerializer):
    """Flask's way to write a session, for one of texts, numbers and lists: nothing in it needs to be told apart."""

    def dumps(self, value: Any) -> str:
        """Return the session as a text; ``TypeError`` for what JSON has no words for."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class _Signing(URLSafeTimedSerializer):
    """What signs a session; to press a few words together takes longer than to sign them."""

    def dump_payload(self, obj: Any) -> bytes:
        """Return the session as it stands in the cookie."""
        told = self.serializer.dumps(obj)
        return base64_encode(told) if len(told) <= FEW_WORDS else super().dump_payload(obj)


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, read late and written seldom."""

    def __init__(self) -> None:
        self._made: tuple[Any, URLSafeTimedSerializer | None] = None, None

    def open_session(self, app: Flask, request: Request) -> LateSession:  # type: ignore[override]
        """Return the request's session; nothing is read yet."""
        return LateSession(lambda: self._read(app, request))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session, if anybody looked into it and it is to be written.

        What Flask does beside that (to ask each setting of the cookie, to say thrice that the answer depends on it)
        takes longer than to sign it; ``headers`` says so of every answer.
        """
        if not isinstance(session, LateSession) or not session.was_read:
            return
        name, signing, config = self.get_cookie_name(app), self.get_signing_serializer(app), app.config
        kept: dict[str, Any] = {
            "secure": config["SESSION_COOKIE_SECURE"], "httponly": config["SESSION_COOKIE_HTTPONLY"],
            "samesite": config["SESSION_COOKIE_SAMESITE"],
        }  # fmt: skip
        if not session:
            if session.modified:
                response.delete_cookie(name, **kept)
        elif signing is not None and self.should_set_cookie(app, session):
            lasts = self.get_expiration_time(app, session)
            response.set_cookie(name, str(signing.dumps(dict(session))), expires=lasts, **kept)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether the cookie says something else now, or would lapse one day without being signed anew."""
        signed_at = session.signed_at if isinstance(session, LateSession) and session.permanent else None
        is_old = signed_at is not None and clock.machine_clock() - signed_at > RENEWED_AFTER
        return session.modified or is_old

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs with the app's keys: made once for as long as they are the same."""
        keys = app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ())
        made_of, signing = self._made
        if keys != made_of:
            usual = super().get_signing_serializer(app)
            signing = usual and _Signing(
                usual.secret_keys, usual.salt, _Plainly(), signer_kwargs=usual.signer_kwargs
            )
            self._made = keys, signing
        return signing

    def _read(self, app: Flask, request: Request) -> Read:
        held, signing = request.cookies.get(self.get_cookie_name(app)), self.get_signing_serializer(app)
        if not held or signing is None:
            return {}, None
        try:
            lasts = int(app.permanent_session_lifetime.total_seconds())
            return signing.loads(held, max_age=lasts, return_timestamp=True)
        except BadSignature:
            return {}, None
