"""A page most of which is the same for many: kept with holes for what is one's own, and filled for each reader.

Making a page from its templates takes several times as long as all that is asked of the database for it. So it is
made once in ``KEPT_SECONDS`` with marks in the place of the reader's own parts, name and token. Staff, and whoever is
told something on top of the page, get theirs made as a whole.

A view that says what is the reader's own (:func:`ready`) is answered from there without being called, and without all
that Flask does around a call: what it writes, refuses and remembers is for those who are answered by the view.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flask import Flask, Request, current_app, render_template, request, session
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from reading import account_tag, anyone, logs, packing, style
from reading.account_tag import UNSENT_COOKIE
from reading.anyone import BEGINS, ENDS, HERE, NAME, TOKEN, mark
from reading.extensions import csrf, login
from reading.finished import shelf
from reading.intake import OTHER_SITE
from reading.language import chosen_language, chosen_text_size
from reading.packing import Part
from reading.paths import quoted_here

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
CUT = "\ue002"
PAGE = ("Content-Type", "text/html; charset=utf-8")


class Own(NamedTuple):
    """What a page has of its reader: its parts by name, and which page it is; the key begins with a feature's name."""

    key: Hashable
    parts: Mapping[str, Markup]


class Ready(NamedTuple):
    """An answer as it travels."""

    headers: list[tuple[str, str]]
    body: bytes

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it."""
        start_response("200 OK", [*self.headers, ("Content-Length", str(len(self.body)))])
        return [self.body]


def init_app(app: Flask) -> None:
    """Let ``app`` answer from kept pages before it calls a view."""
    app.early = _early  # type: ignore[attr-defined]


def ready(own: Callable[..., Own | None]) -> Callable[[View], View]:
    """Let a view be answered from a kept page, where there is one: ``own`` takes what the view takes.

    ``own`` gives what :func:`page` is given by the view, or None for whom the view must be called.
    """

    def decorate(view: View) -> View:
        view.ready = own  # type: ignore[attr-defined]
        return view

    return decorate


def _early() -> Ready | None:
    """Return the answer, where all of it is kept but the reader's own."""
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    own = getattr(app.view_functions.get(asked.endpoint or ""), "ready", None)
    if own is None or not shelf() or asked.method != "GET" or OTHER_SITE in asked.environ:
        return None
    try:
        found: Own | None = own(**(asked.view_args or {})) if _is_owed_nothing_else() else None
    except (HTTPException, SQLAlchemyError):
        return None  # The view comes upon it again, and tells it.
    parts = shelf().get(_key(found)) if found else None
    if found is None or parts is None:
        return None
    way = packing.chosen(asked.environ.get("HTTP_ACCEPT_ENCODING", ""), packing.ONCE)
    if way == "br":
        return None  # Of a phone that knows no gzip: its parts cannot be packed ahead.
    filled = _fill(parts, found)
    if app.config["LOG"] != "plain":
        assert asked.url_rule is not None  # or there were no view
        logs.write(asked.environ, asked.url_rule.rule, asked.view_args, 200, login.reader().id)
    if way:
        return Ready([PAGE, ("Content-Encoding", "gzip")], packing.together(filled))
    return Ready([PAGE], b"".join([one.plain for one in filled]))


def _is_owed_nothing_else() -> bool:
    """Tell whether nothing is to be written about the reader or their device, and nothing sent but the page."""
    return is_told_nothing_else() and login.is_known() and account_tag.is_told(login.reader().id)


def is_told_nothing_else() -> bool:
    """Tell whether the reader is a resident whose page has nothing on top: no message, no mark unsent."""
    reader = login.reader()
    is_member = reader.is_authenticated and not reader.is_staff
    return is_member and UNSENT_COOKIE not in request.cookies and not session.get("_flashes")


def page(template: str, own: Own, make: Callable[[], dict[str, Any]]) -> str:
    """Return the page, made of what ``make`` gives, which is the same for all of this key, and one's ``own`` parts.

    The template prints what is ``own`` and asks nothing else of it. Only for whom :func:`is_told_nothing_else`.
    """
    parts = shelf().get(_key(own))
    if parts is None:
        told, holes = make(), {name: mark(name) for name in own.parts}
        with anyone.signed_in():
            whole = render_template(template, **told, **holes)
        parts = [one for text in _cut(whole) for one in _parts(text)]
        # The stylesheet is kept once for all pages.
        shelf().put(_key(own), parts, 2 * len(whole.replace(style.ELEMENTS[style.BASE], "")))
    return b"".join(one.plain for one in _fill(parts, own)).decode()


def _key(own: Own) -> Hashable:
    return own.key, chosen_language(), chosen_text_size(), style.is_inside(request.environ)


def _cut(whole: str) -> list[str]:
    return whole.replace(BEGINS, CUT + BEGINS).replace(ENDS, ENDS + CUT).split(CUT)


def _parts(text: str) -> Sequence[Part | str]:
    return (text,) if text.startswith(BEGINS) else packing.parts(text.encode())


def _fill(parts: list[Part | str], own: Own) -> list[Part]:
    """Return the page's parts: those that are kept, and the reader's own in the place of the marks."""
    filled: dict[str, str] = {mark(name): text for name, text in own.parts.items()}
    filled |= {NAME: escape(login.reader().name), TOKEN: csrf.token(), HERE: quoted_here()}
    return [packing.passing_part(filled[one].encode()) if isinstance(one, str) else one for one in parts]
