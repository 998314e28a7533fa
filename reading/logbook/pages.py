"""The form for what was just read: pieces made of what they are given; a blank one is kept (``reading/holes.py``)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template
from markupsafe import Markup

from reading.forms import parse_uuid
from reading.holes import Own
from reading.logbook import queries
from reading.logbook.forms import NewEntryForm, ReaderAsked
from reading.logbook.queries import Picked
from reading.packing import Several
from reading.people.answers import called
from reading.people.member_queries import Member
from reading.pieces import packed

PIECES, PAGE = "logbook/_new.html", "logbook/new.html"
# Who reads: name, id, whether it is the one the form is for.
Tabs = Sequence[tuple[str, uuid.UUID, bool]]


def blank(household: Sequence[Member], reader: str, today: date) -> Own | None:
    """Return what a blank form has of its reader: one of the household, oneself unless told.

    None for anybody else, and for whom nothing new is recorded: they have no form.
    """
    asked = household[:1] if not reader else [one for one in household if one.id == parse_uuid(reader)]
    if not asked or asked[0].has_withdrawn:
        return None
    one = asked[0]
    words = called(household)
    tabs = tuple((words[each.id], each.id, each is one) for each in household)
    parts = _parts(one.relation == "self", one, tabs, queries.offered(one.id), None)
    return Own(("logbook form", today), {**parts, "record_id": Several((Markup(uuid.uuid4()),))})


def blank_values(today: date) -> dict[str, Any]:
    """Return what a blank form shows besides: the same for everybody on one day."""
    return {"f": NewEntryForm(today=today, read_on=today), "saved": None, "onward": None}


def filled(
    form: NewEntryForm,
    resident: Any,
    tabs: Tabs,
    books: Sequence[Picked],
    **values: Any,
) -> str:
    """Return the form as it was sent, or for somebody who is looked after in a role; no tabs for them."""
    is_self = resident.relation == "self" and bool(tabs)
    parts = _parts(is_self, resident, tabs, books, parse_uuid(form.book_id.data))
    values |= {"reader": resident, "is_own": bool(tabs), "record_id": form.id.data}
    return render_template(PAGE, f=form, **parts, **values)


def asking_who(form: ReaderAsked, books: Sequence[Picked], **values: Any) -> str:
    """Return the form as it was sent for nobody one may write for."""
    parts = {
        "heading": packed(PIECES, "heading_of_all"),
        "go_on": _go_on(books, parse_uuid(form.book_id.data)),
    }
    # Where there is nobody to choose, whom it was for may come back into one's reach.
    one = "" if form.resident.choices else parse_uuid(form.resident.data) or ""
    asked = {"asks_who": True, "resident_id": one, "record_id": form.id.data}
    return render_template(PAGE, f=form, **asked, **parts, **values)


def _parts(
    is_self: bool, reader: Any, tabs: Tabs, books: Sequence[Picked], chosen: uuid.UUID | None
) -> dict[str, Several]:
    return {
        "heading": packed(PIECES, "heading", is_self, reader.name),
        "whose": packed(PIECES, "whose", tuple(tabs)) if len(tabs) > 1 else Several(),
        "go_on": _go_on(books, chosen),
        "resident_id": Several((Markup(reader.id),)),
    }


def _go_on(books: Sequence[Picked], chosen: uuid.UUID | None) -> Several:
    picks = tuple((one.id, one.title) for one in books)
    return packed(PIECES, "go_on", picks, chosen) if picks else Several()
