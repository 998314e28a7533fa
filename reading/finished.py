"""Finished pages for a visitor who is nobody in particular, kept for a few seconds as the bytes that travel.

Whoever carries a sign-in or a session has their pages made for them. What may name a person is kept no longer than
``KEPT_SECONDS``, so that who no longer wishes to be shown is gone from it that soon at the latest.

A kept page is answered before the app looks at the request, since that takes longer than everything else about it.
What stands around the app (the site's own name, the headers, the line in the log) goes with it as with any answer.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.http import parse_etags

from reading import current, logs, packing, style
from reading.asked import cookies_of
from reading.intake import OTHER_SITE
from reading.language import LANGUAGE_COOKIE, TEXT_SIZE_COOKIE, language_of, text_size_of
from reading.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = Callable[..., ResponseReturnValue]
# What a kept page is found by: path, query, language, text size, where its stylesheet is, and how it is packed.
Key = tuple[str, str, str, str, bool, str | None]
# What a page takes in memory beside its bytes: its address, its headers, its place.
OVERHEAD = 1024


class Finished(NamedTuple):
    """A page as it travels, the headers that tell of it, its mark, and the rule of its address."""

    body: bytes
    headers: list[tuple[str, str]]
    mark: str
    route: str


def init_app(app: Flask) -> None:
    """Let ``app`` keep finished pages. Call it before all else that wraps the app."""
    app.extensions["finished"] = Shelf(app)
    app.wsgi_app = _Kept(app.wsgi_app, app)  # type: ignore[method-assign]


def shelf() -> Shelf:
    """Return what this worker keeps."""
    found: Shelf = current.app().extensions["finished"]
    return found


class _Kept:
    """Answers with a kept page, where there is one for the request."""

    def __init__(self, wsgi_app: "WSGIApplication", app: Flask) -> None:
        self.wsgi_app, self.app = wsgi_app, app
        self.shelf: Shelf = app.extensions["finished"]
        self.is_logged = app.config["LOG"] != "plain"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found: Finished | None = None
        if self.shelf and environ["REQUEST_METHOD"] == "GET" and OTHER_SITE not in environ:
            key = _key(self.app, environ)
            found = self.shelf.get(key) if key else None
        if found is None:
            return self.wsgi_app(environ, start_response)
        asked = environ.get("HTTP_IF_NONE_MATCH")
        has_it = asked is not None and parse_etags(asked).contains_weak(found.mark)
        if self.is_logged:
            logs.write(environ, found.route, None, 304 if has_it else 200)
        if has_it:
            start_response(
                "304 NOT MODIFIED", [("Content-Type", "text/html; charset=utf-8"), found.headers[0]]
            )
            return []
        start_response("200 OK", list(found.headers))
        return [found.body]


def _key(app: Flask, environ: "WSGIEnvironment") -> Key | None:
    """Return what the request's page is found by; None for who carries a sign-in or a session."""
    told = environ.get("HTTP_COOKIE", "")
    language = size = None
    if told:
        config = app.config
        if config["SIGN_IN_COOKIE_NAME"] in told or config["SESSION_COOKIE_NAME"] in told:
            return None
        cookies = cookies_of(told)
        language, size = cookies.get(LANGUAGE_COOKIE), cookies.get(TEXT_SIZE_COOKIE)
    return (
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        language_of(language, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
        text_size_of(size),
        style.is_inside(environ),
        packing.chosen(environ.get("HTTP_ACCEPT_ENCODING", "")),
    )


def the_same_for_everybody(view: View) -> View:
    """Let a page be made once in ``KEPT_SECONDS`` for all visitors who carry no sign-in and no session.

    The page may depend on its address, the language, the text size and nothing else of the request. What is no
    plain page (a redirect, a refusal, an error, one that sets a cookie) is made anew each time.
    """

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        key = _key(current_app, request.environ)
        if key is None or request.method != "GET":
            return view(*args, **kwargs)
        response = make_response(view(*args, **kwargs))
        if response.status_code != 200 or "Set-Cookie" in response.headers:
            return response
        finished = _finish(response, key[-1])
        shelf().put(key, finished, len(finished.body) + len(key[0]) + len(key[1]) + OVERHEAD)
        answer = current_app.response_class(finished.body, headers=finished.headers)
        if "HTTP_IF_NONE_MATCH" in request.environ:
            answer.make_conditional(request)
        return answer

    return kept


def _finish(response: Response, way: str | None) -> Finished:
    said = response.get_data()
    mark, route = hashlib.sha256(said).hexdigest()[:32], request.url_rule.rule if request.url_rule else ""
    packs = way is not None and len(said) >= packing.LEAST
    if way is not None and packs:
        said, mark = packing.packed(said, way), f"{mark}:{way}"
    told = [("ETag", f'"{mark}"'), ("Content-Type", response.headers["Content-Type"])]
    told += [("Content-Length", str(len(said)))] + ([("Content-Encoding", way)] if way and packs else [])
    return Finished(said, told, mark, route)
