"""A page most of which is the same for many: kept with holes for what is one's own, and filled for each reader.

Making a page from its templates takes several times as long as all that is asked of the database for it. So it is
made once in ``KEPT_SECONDS`` with marks in the place of the reader's own parts, name and token. Staff, and whoever is
told something on top of the page, get theirs made as a whole.

A view that says what is the reader's own (:func:`ready`) is answered from there without being called, and before Flask
looks at the request at all (``reading/early.py``): what it writes, refuses and remembers is for those who are answered
by the view.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flask import Flask, render_template, session
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from reading import account_tag, anyone, current, logs, packing, style
from reading.account_tag import UNSENT_COOKIE
from reading.anyone import BEGINS, ENDS, HERE, NAME, TOKEN, mark
from reading.compiled import Row
from reading.early import Address, Addresses, Glance, Reader
from reading.extensions import csrf, login
from reading.finished import shelf
from reading.form_tokens import token_of
from reading.intake import OTHER_SITE
from reading.language import chosen_language, chosen_text_size
from reading.packing import Part, Several
from reading.paths import quoted_here
from reading.plain import Sent

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
CUT = "\ue002"
PAGE = ("Content-Type", "text/html; charset=utf-8")


class Own(NamedTuple):
    """What a page has of its reader: its parts by name, and which page it is; the key begins with a feature's name."""

    key: Hashable
    parts: Mapping[str, Several]


class Kept(NamedTuple):
    """A page that is kept: its parts, and before which of them something of its reader's comes, from the last on."""

    parts: list[Part]
    holes: list[tuple[int, str]]

    @classmethod
    def of(cls, whole: str) -> "Kept":
        """Return what is kept of a page that was made with marks."""
        parts: list[Part] = []
        holes = []
        for text in whole.replace(BEGINS, CUT + BEGINS).replace(ENDS, ENDS + CUT).split(CUT):
            if text.startswith(BEGINS):
                holes.append((len(parts), text))
            elif text:
                parts += packing.parts(text.encode())
        return cls(parts, holes[::-1])

    def filled(self, own: Own, name: str, token: str) -> list[Part]:
        """Return all parts of the page of the reader with this name, whose own parts these are."""
        put: dict[str, list[Part]] = {mark(one): text.parts() for one, text in own.parts.items()}
        frame: dict[str, str] = {NAME: escape(name), TOKEN: token, HERE: quoted_here()}
        put |= {one: [packing.passing_part(said.encode())] for one, said in frame.items()}
        filled = list(self.parts)
        for at, place in self.holes:
            filled[at:at] = put[place]
        return filled


class Answer(NamedTuple):
    """An answer as it travels."""

    headers: list[tuple[str, str]]
    body: bytes

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it."""
        start_response("200 OK", [*self.headers, ("Content-Length", str(len(self.body)))])
        return [self.body]


def init_app(app: Flask) -> None:
    """Let ``app`` answer from kept pages before it calls a view."""
    app.early = _Early(app)  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    """What must be asked about a reader, whose token each statement is told besides, and what is made of the rows.

    ``household`` finds the reader too (``sign_ins.early_queries``). ``own`` gives what :func:`page` is given by the
    view, or None for whom the view must be called.
    """

    household: Sent
    also: Sequence[Sent]
    own: Callable[[Reader, list[list[Row]]], Own | None]


def ready(wanted: Callable[..., Wanted | None]) -> Callable[[View], View]:
    """Let a view be answered from a kept page, where there is one: ``wanted`` takes what the view takes.

    It gives None where the view must be called, whoever asks.
    """

    def decorate(view: View) -> View:
        view.ready = wanted  # type: ignore[attr-defined]
        return view

    return decorate


class _Early:
    """Gives the answer to a request, where all of it is kept but the reader's own."""

    def __init__(self, app: Flask) -> None:
        self.app, self.addresses = app, Addresses(app)

    def __call__(self, environ: "WSGIEnvironment") -> Answer | None:
        app = self.app
        is_looking = environ["REQUEST_METHOD"] == "GET" and OTHER_SITE not in environ
        if not is_looking or app.config["SIGN_IN_COOKIE_NAME"] not in environ.get("HTTP_COOKIE", ""):
            return None
        at = self.addresses.find(environ["PATH_INFO"]) if app.extensions["finished"] else None
        way = packing.chosen(environ.get("HTTP_ACCEPT_ENCODING", ""), packing.ONCE)
        # A phone that knows no gzip is sent brotli, whose parts cannot be packed ahead.
        if at is None or way == "br":
            return None
        with Glance(app, environ):
            try:
                return self._answer(environ, at, way)
            except (HTTPException, SQLAlchemyError):
                return None  # The view comes upon it again, and tells it.
            except Exception:
                app.logger.exception("a page that is ready could not be filled")
                return None

    def _answer(self, environ: "WSGIEnvironment", at: Address, way: str | None) -> Answer | None:
        wanted: Wanted | None = None if _is_told_more() else at.wanted(**at.named)
        found = None if wanted is None else login.resident(wanted.household, wanted.also)
        if wanted is None or found is None:
            return None
        reader, rows = found
        own = wanted.own(reader, rows) if account_tag.is_told(reader.id) else None
        kept: Kept | None = shelf().get(_key(own)) if own else None
        if own is None or kept is None:
            return None
        filled = kept.filled(own, reader.name, token_of(reader.sign_in))
        if self.app.config["LOG"] != "plain":
            logs.write(environ, at.route, at.named, 200, reader.id)
        if way:
            return Answer([PAGE, ("Content-Encoding", "gzip")], packing.together(filled))
        return Answer([PAGE], b"".join([one.plain for one in filled]))


def _is_told_more() -> bool:
    """Tell whether the device is to be told something on top of the page: a message, a mark unsent."""
    cookies = current.request().cookies
    if UNSENT_COOKIE in cookies:
        return True
    return current.app().config["SESSION_COOKIE_NAME"] in cookies and bool(session.get("_flashes"))


def is_told_nothing_else() -> bool:
    """Tell whether the reader is a resident whose page has nothing on top: no message, no mark unsent."""
    reader = login.reader()
    return reader.is_authenticated and not reader.is_staff and not _is_told_more()


def page(template: str, own: Own, make: Callable[[], dict[str, Any]]) -> str:
    """Return the page, made of what ``make`` gives, which is the same for all of this key, and one's ``own`` parts.

    The template prints what is ``own`` and asks nothing else of it. Only for whom :func:`is_told_nothing_else`.
    """
    kept: Kept | None = shelf().get(_key(own))
    if kept is None:
        told, holes = make(), {name: mark(name) for name in own.parts}
        with anyone.signed_in():
            whole = render_template(template, **told, **holes)
        kept = Kept.of(whole)
        # The stylesheet is kept once for all pages.
        shelf().put(_key(own), kept, 2 * len(whole.replace(style.ELEMENTS[style.BASE], "")))
    return b"".join(one.plain for one in kept.filled(own, login.reader().name, csrf.token())).decode()


def _key(own: Own) -> Hashable:
    return own.key, chosen_language(), chosen_text_size(), style.is_inside(current.request().environ)
