"""Where a request comes from, and the number it is known by; outside a request both are empty."""

import ipaddress
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import has_request_context, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Where the request keeps its number, once it has one.
DRAWN = "reading.request_id"
# Short enough to be read out over the telephone.
REQUEST_ID_BYTES = 6


def address() -> str:
    """Return the address the request came from, as the trusted proxies tell it; empty for what is none."""
    if not has_request_context():
        return ""
    return address_of(request.environ)


def address_of(environ: "WSGIEnvironment") -> str:
    """As :func:`address`, of the request with this environment."""
    return _as_written(environ.get("REMOTE_ADDR") or "")


@lru_cache(256)
def _as_written(told: str) -> str:
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return ""


def request_id() -> str:
    """Return the request's number, drawn here: what a client sends as one is nobody's proof."""
    if not has_request_context():
        return ""
    return number_of(request.environ)


def number_of(environ: "WSGIEnvironment") -> str:
    """Return the number of the request with this environment."""
    drawn: str | None = environ.get(DRAWN)
    if drawn is None:
        drawn = environ[DRAWN] = secrets.token_hex(REQUEST_ID_BYTES)
    return drawn
