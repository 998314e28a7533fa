"""A page most of which is the same for many: kept with holes for what is one's own, and filled for each reader.

Making a page from its templates takes several times as long as all that is asked of the database for it. So it is
made once in ``KEPT_SECONDS`` with marks in the place of the reader's own parts, name and token. Staff, and whoever is
told something on top of the page, get theirs made as a whole.
"""

import uuid
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from reading.account_tag import UNSENT_COOKIE
from reading.finished import shelf
from reading.language import chosen_language, chosen_text_size

# Characters for private use stand in no template and no place's name.
BEGINS, ENDS, CUT = "\ue000", "\ue001", "\ue002"


def _mark(name: str) -> Markup:
    return Markup(f"{BEGINS}{name}{ENDS}")


NAME, TOKEN = _mark("account name"), _mark("csrf token")


class Member:
    """Any resident who is signed in, as the frame of a page sees them; the name is a mark."""

    is_authenticated, is_staff, name, reset_at = True, False, NAME, None

    def __init__(self, account_id: uuid.UUID) -> None:
        self.id = account_id


def is_told_nothing_else() -> bool:
    """Tell whether the reader is a resident whose page has nothing on top: no message, no mark unsent."""
    is_member = current_user.is_authenticated and not current_user.is_staff
    return is_member and not session.get("_flashes") and UNSENT_COOKIE not in request.cookies


def page(template: str, key: Hashable, own: Mapping[str, Markup], make: Callable[[], dict[str, Any]]) -> str:
    """Return the page, made of what ``make`` gives, which is the same for all of this ``key``, and one's ``own``.

    ``key`` begins with the feature's name. The template prints what is ``own`` and asks nothing else of it. Only for
    whom :func:`is_told_nothing_else`.
    """
    key = (key, chosen_language(), chosen_text_size())
    parts = shelf().get(key)
    if parts is None:
        holes: dict[str, Any] = {name: _mark(name) for name in own}
        strange = {"current_account": Member(current_user.id), "csrf_token": lambda: TOKEN}
        whole = render_template(template, **make(), **holes, **strange)
        parts = whole.replace(BEGINS, CUT + BEGINS).replace(ENDS, ENDS + CUT).split(CUT)
        shelf().put(key, parts, 2 * len(whole))
    filled = {_mark(name): part for name, part in own.items()}
    filled |= {NAME: escape(current_user.name), TOKEN: Markup(generate_csrf())}
    return "".join([filled.get(part, part) for part in parts])
