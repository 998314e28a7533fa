"""Addresses inside this site: where to go next, and who may be trusted to say so."""

from urllib.parse import quote, urlsplit

from flask import request

from reading import current

# What an address within a query may hold as it is; an ampersand and quotes are not among it.
QUERY_SAFE = "!$()*,/:;?@"


def safe_next(target: str | None) -> str | None:
    """Return ``target`` when it is a path of this site, else None.

    Browsers read ``//host``, ``/\\host`` and addresses with control characters as other hosts, so anything but
    a plain absolute path is refused.
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(character <= " " or character == "\x7f" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def here() -> str:
    """Return the path and query of the page being shown."""
    return current.request().full_path.removesuffix("?")


def quoted_here() -> str:
    """Return :func:`here` as a page's address has it among others of its values, as ``url_for`` writes it."""
    return quote(here(), safe=QUERY_SAFE)


def next_or(default: str) -> str:
    """Return the page of this site that the request asks to go on to, or ``default``."""
    return safe_next(request.args.get("next") or request.form.get("next")) or default
