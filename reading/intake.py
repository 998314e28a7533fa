"""What may come in at all: by which name the site is asked for, through which proxies, and as which JSON."""

import json
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from flask import Flask, Response, abort, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS_TO_TAKE, CHUNK = 0.5, 64 * 1024
OTHER_SITE, NOBODYS_NAME = "reading.other_site", "localhost"
# Whoever watches over the machine asks by an address, and is answered nothing that depends on it.
ASKED_BY_MACHINES = ("/healthz", "/readyz")


class StrictJson(DefaultJSONProvider):
    """Reads only JSON that means one thing; ``ValueError`` for any other, which is answered with 400.

    What a text in it may hold is the business of whoever reads it: one bad mark must not stop the others.
    """

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the data; refuses a key told twice, what is no number, and what is nested too deeply."""
        try:
            return json.loads(s, object_pairs_hook=_told_once, parse_constant=_no_number, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key told twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def init_app(app: Flask) -> None:
    """Let ``app`` see only what may come in. Call it before anything else looks at a request."""
    app.json = StrictJson(app)
    app.wsgi_app = _OwnName(app.wsgi_app, app.config["HOSTS"])  # type: ignore[method-assign]
    hops = app.config["PROXY_HOPS"]
    if hops:
        # The name stays the one the proxy asks by, and is checked: no header of the client's takes its place.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    app.before_request(_refuse_other_sites)
    app.after_request(_take_the_rest)


class _OwnName:
    """Puts a harmless name in the place of one that is not the site's, and marks the request to be refused."""

    def __init__(self, wsgi_app: "WSGIApplication", hosts: list[str]) -> None:
        self.wsgi_app = wsgi_app
        self.is_own = lru_cache(256)(lambda name: host_is_trusted(name.lower(), hosts))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
        if not self.is_own(asked) and not _is_for_machines(environ, asked):
            environ[OTHER_SITE] = True
            environ["HTTP_HOST"] = NOBODYS_NAME
        return self.wsgi_app(environ, start_response)


def _is_for_machines(environ: "WSGIEnvironment", asked: str) -> bool:
    return environ.get("PATH_INFO") in ASKED_BY_MACHINES and host_is_trusted(asked.lower(), None)


def _refuse_other_sites() -> None:
    if OTHER_SITE in request.environ:
        abort(400)


def _take_the_rest(response: Response) -> Response:
    """Let who sends too much hear why: a connection closed while they are sending loses the answer.

    Who only says so and sends nothing is not waited for.
    """
    if response.status_code != 413:
        return response
    length, most = request.content_length or 0, request.max_content_length
    if most is not None and length > most:
        taking = Thread(target=_take, args=(request.environ["wsgi.input"], length), daemon=True)
        taking.start()
        taking.join(SECONDS_TO_TAKE)
    return response


def _take(sent: IO[bytes], left: int) -> None:
    with suppress(OSError, ValueError):  # the sender has gone, or the answer has
        while left > 0 and (taken := sent.read(min(left, CHUNK))):
            left -= len(taken)
