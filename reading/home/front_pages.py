"""A resident's front page: one's own parts, made of remembered pieces; what is around them is kept."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template

from reading import holes
from reading.anyone import mark
from reading.holes import Own
from reading.home.front_queries import Front
from reading.home.near_queries import Coming
from reading.packing import Several
from reading.people.member_queries import Member
from reading.pieces import packed

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
) -> dict[str, Several]:
    """Return the parts of the page by name; ``days`` are today and the coming learning day."""
    me, nothing = household[0], Several()
    tabs = tuple((one.name, one.id, one.id == reader.id) for one in household)
    is_shown, home = reader.show_as != "hidden", reader.community

    def of_reader(macro: str, *args: Any) -> Several:
        return packed(PIECES, macro, NOBODY, *args, hole=str(NOBODY), text=str(reader.id))

    return {
        "greeting": packed(PIECES, "greeting", NAME, *days, hole=NAME, text=me.name),
        "whose": packed(PIECES, "whose", tabs) if len(tabs) > 1 else nothing,
        "read_on": packed(PIECES, "read_on", reader.id if front.books else NOBODY, front.books),
        "own_month": packed(PIECES, "own_month", front.month),
        "sums": packed(PIECES, "sums", front.days, front.pages, front.run),
        "place": packed(PIECES, "place", front.place, home, is_shown) if front.place else nothing,
        "all_read": of_reader("all_read", "" if reader is me else reader.name),
        "near_you": packed(PIECES, "near_you", near) if near else nothing,
        "together": packed(PIECES, "together", front.groups) if front.groups else nothing,
        "onward": packed(PIECES, "onward", reader.community_id),
        "write": of_reader("write"),
    }


def page(own: dict[str, Several], waiting: dict[str, Any], *, is_plain: bool) -> str:
    """Return the page; ``waiting`` is what stands above it, ``is_plain`` tells that none of it does."""
    if is_plain and holes.is_told_nothing_else():
        return holes.page(PAGE, Own(KEY, own), lambda: waiting)
    return render_template(PAGE, **own, **waiting)
