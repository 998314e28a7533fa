"""A resident's front page: one's own parts, made of remembered pieces; what is around them is kept."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template
from markupsafe import Markup

from reading import holes
from reading.anyone import mark
from reading.holes import Own
from reading.home.front_queries import Front
from reading.home.near_queries import Coming
from reading.people.member_queries import Member
from reading.pieces import piece

PIECES, PAGE = "home/_front.html", "home/resident.html"
KEY = "home front page"
# In the place of a reader's own name and id, so that a piece is remembered for everybody at once.
NAME, NOBODY = mark("name"), uuid.UUID(int=0)


def own_parts(
    household: Sequence[Member],
    reader: Member,
    front: Front,
    near: tuple[Coming, ...],
    days: tuple[date, date],
) -> dict[str, Markup]:
    """Return the parts of the page by name; ``days`` are today and the coming learning day."""
    me, nothing = household[0], Markup()
    tabs = tuple((one.name, one.id, one.id == reader.id) for one in household)
    is_shown = reader.show_as != "hidden"
    return {
        "greeting": piece(PIECES, "greeting", NAME, *days).replace(NAME, me.name),
        "whose": piece(PIECES, "whose", tabs) if len(tabs) > 1 else nothing,
        "read_on": _of(reader, "read_on", front.books),
        "own_month": piece(PIECES, "own_month", front.month),
        "sums": piece(PIECES, "sums", front.days, front.pages, front.run),
        "place": piece(PIECES, "place", front.place, reader.community, is_shown) if front.place else nothing,
        "all_read": _of(reader, "all_read", "" if reader is me else reader.name),
        "near_you": piece(PIECES, "near_you", near) if near else nothing,
        "together": piece(PIECES, "together", front.groups) if front.groups else nothing,
        "onward": piece(PIECES, "onward", reader.community_id),
        "write": _of(reader, "write"),
    }


def _of(reader: Member, macro: str, *args: Any) -> Markup:
    return piece(PIECES, macro, NOBODY, *args).replace(str(NOBODY), str(reader.id))


def page(own: dict[str, Markup], waiting: dict[str, Any], *, is_plain: bool) -> str:
    """Return the page; ``waiting`` is what stands above it, ``is_plain`` tells that none of it does."""
    if is_plain and holes.is_told_nothing_else():
        return holes.page(PAGE, Own(KEY, own), lambda: waiting)
    return render_template(PAGE, **own, **waiting)
