"""Addresses inside this site: where to go next, and who may be trusted to say so."""

from urllib.parse import urlsplit

from flask import request


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
    return request.full_path.removesuffix("?")


def next_or(default: str) -> str:
    """Return the page of this site that the request asks to go on to, or ``default``."""
    return safe_next(request.values.get("next")) or default
