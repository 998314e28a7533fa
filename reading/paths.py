"""Addresses inside this site: where to go next, and who may be trusted to say so."""

from urllib.parse import quote, urlsplit

from flask import g, has_request_context, request

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
    return quote(g.get("shown_as") or here(), safe=QUERY_SAFE)


def shown_as(address: str) -> None:
    """Let the switches of the answer lead back to this page of the site, which shows the same; not to its own address.

    For an answer to what was sent to an address that shows something else when it is opened, or nothing.
    """
    g.shown_as = address


def way_back() -> str | None:
    """Return the page of this site to lead back to from somewhere else: the one shown, or the one whose form was sent.

    None where what was sent came from nowhere that can be opened, and outside a request.
    """
    if not has_request_context():
        return None
    pages, root = current.app().create_url_adapter(request), request.host_url
    if pages is None or pages.test(method="GET"):
        return here()
    came = request.referrer or ""
    back = safe_next(came.removeprefix(root.rstrip("/"))) if came.startswith(root) else None
    return back if back and pages.test(urlsplit(back).path, "GET") else None


def next_or(default: str) -> str:
    """Return the page of this site that the request asks to go on to, or ``default``."""
    return safe_next(request.args.get("next") or request.form.get("next")) or default
