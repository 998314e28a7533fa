"""A resident's front page: one's own parts, made of remembered pieces; what is around them is kept."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import render_template

from reading import holes
from reading.anyone import mark
from reading.holes import Own
from reading.home.front_queries import Front
from reading.home.near_queries import Coming
from reading.packing import Several
from reading.people.consent_queries import agree_again_at
from reading.people.member_queries import Member
from reading.pieces import made_anew, packed

PIECES, WAITING, PAGE = "home/_front.html", "home/_waiting.html", "home/resident.html"
KEY = "home front page"
# In the place of a reader's own name, id and community, so that a piece is remembered for everybody at once.
NAME, NOBODY, NOWHERE = mark("name"), uuid.UUID(int=0), "here-or-there"


class Waiting(NamedTuple):
    """What waits for a household: it is told above the page, and ``helping`` further down."""

    is_reset: bool = False
    notices: Sequence[Any] = ()
    grown: Sequence[Member] = ()
    takes: Sequence[Any] = ()
    helping: Sequence[Any] = ()


def own_parts(
    household: Sequence[Member],
    reader: Member,
    front: Front,
    near: tuple[Coming, ...],
    days: tuple[date, date],
    waiting: Waiting,
) -> dict[str, Several]:
    """Return the parts of the page by name; ``days`` are today and the coming learning day."""
    me, nothing, *above = household[0], Several(), *waiting[:-1]
    tabs = tuple((one.name, one.id, one.id == reader.id) for one in household)
    is_shown, home = reader.show_as != "hidden", reader.community

    def of_reader(macro: str, *args: Any) -> Several:
        return packed(PIECES, macro, NOBODY, *args, hole=str(NOBODY), text=str(reader.id))

    parts = {
        "above": Several([made_anew(WAITING, "above", *above)]) if any(above) else nothing,
        "greeting": packed(PIECES, "greeting", NAME, *days, hole=NAME, text=me.name),
        "whose": packed(PIECES, "whose", tabs) if len(tabs) > 1 else nothing,
        "read_on": packed(PIECES, "read_on", reader.id if front.books else NOBODY, front.books),
        "own_month": packed(PIECES, "own_month", front.month),
        "sums": packed(PIECES, "sums", front.days, front.pages, front.run),
        "place": packed(PIECES, "place", front.place, home, is_shown) if front.place else nothing,
        "all_read": of_reader("all_read", "" if reader is me else reader.name),
        "near_you": packed(PIECES, "near_you", near) if near else nothing,
        "together": packed(PIECES, "together", front.groups) if front.groups else nothing,
        "helping": _helping(waiting, len(household) > 1) if waiting.helping else nothing,
        "onward": packed(PIECES, "onward", NOWHERE, hole=NOWHERE, text=quote(reader.community_id)),
        "write": of_reader("write"),
    }
    return {**parts, **_nothing_new(reader)} if reader.has_withdrawn else parts


def _nothing_new(reader: Member) -> dict[str, Several]:
    """Return what stands in the place of what would record something, for who no longer agrees to it."""
    words = packed(PIECES, "withdrawn", reader.name, reader.relation == "self")
    return {"read_on": words, "write": packed(PIECES, "agree_again", agree_again_at(reader.id))}


def _helping(waiting: Waiting, several: bool) -> Several:
    return Several([made_anew(WAITING, "helps", waiting.helping, several)])


def page(own: dict[str, Several]) -> str:
    """Return the page."""
    if holes.is_told_nothing_else():
        return holes.page(PAGE, Own(KEY, own), dict)
    return render_template(PAGE, **own)
