"""What the service writes down about itself: one line of JSON for each request, error and line of the trail.

A line holds ids, numbers and words of our own. Paths, fields, cookies, the text of an error and what a statement was
given may hold a name, a phone number or a secret, so none of them is written.
"""

import json
import logging
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, Request, Response, g, request
from flask.logging import wsgi_errors_stream

from reading import clock, origin

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGGER = logging.getLogger("reading")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
DEEPEST_FRAMES = 24
# Where a request keeps when it came in, on the machine's own counter of seconds.
BEGAN = "reading.began"


def init_app(app: Flask) -> None:
    """Write lines of JSON where the settings say so; "plain" writes warnings and errors alone, for people."""
    if app.config["LOG"] == "plain":
        return
    stream: Any = wsgi_errors_stream
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    LOGGER.handlers, LOGGER.propagate = [handler], False
    LOGGER.setLevel(logging.INFO)
    app.wsgi_app = _Timed(app.wsgi_app)  # type: ignore[method-assign]
    app.after_request(_end)


class JsonLine(logging.Formatter):
    """One record as one line; what it tells beside its event is in its attribute ``told``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg,
            "request_id": origin.request_id(),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= told_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def told_of(error: BaseException) -> dict[str, Any]:
    """Return what may be told of an error: its kinds, the database's code for it, and where it happened."""
    kinds: list[str] = []
    codes: list[str] = []
    one: BaseException | None = error
    while one is not None and len(kinds) < DEEPEST_FRAMES:
        kinds.append(f"{type(one).__module__}.{type(one).__qualname__}")
        told = (getattr(one, name, None) for name in ("sqlstate", "sqlite_errorname"))
        codes += [code for code in told if code]
        one = one.__cause__ or one.__context__
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST_FRAMES:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": kinds, "code": codes, "where": where}


class _Timed:
    """Notes when each request came in."""

    def __init__(self, wsgi_app: "WSGIApplication") -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[BEGAN] = perf_counter()
        return self.wsgi_app(environ, start_response)


def _end(response: Response) -> Response:
    """Write the request's line."""
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    account = g.get("_login_user")
    actor = account.id if account is not None and account.is_authenticated else None
    write(
        asked.environ,
        asked.url_rule.rule if asked.url_rule else None,
        asked.view_args,
        response.status_code,
        actor,
    )
    return response


def write(
    environ: "WSGIEnvironment",
    route: str | None,
    named: dict[str, Any] | None,
    status: int,
    actor: UUID | None = None,
) -> None:
    """Write the line of a request: numbers and words of our own.

    It goes as text to where the handler writes. To make a record of it, hand that through the loggers and turn what
    is told into JSON took four times as long as all the rest of the line.
    """
    at = clock.machine_clock().isoformat(timespec="milliseconds")
    asked = environ["REQUEST_METHOD"].upper()
    method = asked if asked in METHODS else "other"
    # Never the path: a code to check in, a calendar's secret or a card's number may stand in it.
    told = _quoted(route)
    who = f'"{actor}"' if actor else "null"
    took = round((perf_counter() - environ[BEGAN]) * 1000)
    environ["wsgi.errors"].write(
        f'{{"at": "{at}", "level": "info", "event": "request", "request_id": "{origin.number_of(environ)}", '
        f'"method": "{method}", "route": {told}, "object": {_object(named)}, "status": {status}, '
        f'"result": "{_result(status)}", "ms": {took}, "actor": {who}, "address": "{origin.address_of(environ)}"}}\n'
    )


@lru_cache(1024)
def _quoted(words: str | None) -> str:
    return json.dumps(words, ensure_ascii=False)


def _object(named: dict[str, Any] | None) -> str:
    """Return the id in the address: ids lead nowhere without a right; what else stands there may be a secret."""
    return next((f'"{value}"' for value in (named or {}).values() if isinstance(value, UUID)), "null")


def _result(status: int) -> str:
    if status in (401, 403, 404, 429):
        return "refused"
    return "failed" if status >= 400 else "done"
