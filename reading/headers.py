"""The headers that go with every answer.

They are added where the answer leaves the app: there it is a plain list, while each look into Flask's headers is a
search through them.
"""

from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from reading import origin, style

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    f"default-src 'self'; style-src 'self' {style.SOURCES}; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
REQUEST_ID = "X-Request-Id"
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
# What a page depends on; also on how the phone takes it, even where it was too small to be packed.
DEPENDS_ON = ("Cookie", "Accept-Language", "Accept-Encoding", style.CAME_FROM)
NOT_KEPT, ASKED_AFTER = ("Cache-Control", "no-store"), ("Cache-Control", "no-cache")
PAGES = ("text/html", "application/json")


def init_app(app: Flask) -> None:
    """Add the headers to every answer of ``app``, errors included. Call it after all that wraps the app."""
    app.wsgi_app = _WithHeaders(app.wsgi_app, app)  # type: ignore[method-assign]
    app.after_request(_read_whole)


def _read_whole(response: Response) -> Response:
    if response.direct_passthrough:
        # Read whole and closed at once: a phone that hangs up would leave the file open.
        response.direct_passthrough = False
        with closing(response.response):  # type: ignore[type-var]
            response.make_sequence()
    return response


class _WithHeaders:
    """Adds to an answer what it lacks of the headers it goes with."""

    def __init__(self, wsgi_app: "WSGIApplication", app: Flask) -> None:
        self.wsgi_app, self.cookie = wsgi_app, app.config["SIGN_IN_COOKIE_NAME"]
        always = [*ALWAYS, STRICT_TRANSPORT] if app.config["PRODUCTION"] else ALWAYS
        self.always = [(name.lower(), (name, value)) for name, value in always]
        self.files = f"{app.static_url_path}/"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told = {name.lower(): value for name, value in headers}
            headers += [header for name, header in self.always if name not in told]
            headers.append((REQUEST_ID, origin.number_of(environ)))
            if not (environ["PATH_INFO"].startswith(self.files) and status[:3] in ("200", "304")):
                self._say_how_kept(environ, told, headers)
            return start_response(status, headers, exc_info)

        return self.wsgi_app(environ, start)

    def _say_how_kept(
        self, environ: "WSGIEnvironment", told: dict[str, str], headers: list[tuple[str, str]]
    ) -> None:
        if "vary" in told:
            headers[:] = [one for one in headers if one[0].lower() != "vary"]
        headers.append(("Vary", _depends_on(told.get("vary", ""))))
        if "cache-control" in told:
            return
        # Asked of the cookie, not of the account: an answer about a broken database must not read it.
        if environ["REQUEST_METHOD"] != "GET" or self.cookie in environ.get("HTTP_COOKIE", ""):
            headers.append(NOT_KEPT)
        elif told.get("content-type", "").startswith(PAGES):
            # Who no longer wishes to be shown is gone from every copy at the next look.
            headers.append(ASKED_AFTER)


@lru_cache(64)
def _depends_on(told: str) -> str:
    said = [one.strip() for one in told.split(",") if one.strip()]
    return ", ".join([*DEPENDS_ON, *(one for one in said if one not in DEPENDS_ON)])
