"""Pages of the reading log: write, look, correct, remove."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reading import clock
from reading.access import requires
from reading.books import queries as books_queries
from reading.forms import parse_date, parse_uuid
from reading.learning_days.rules import month_after, month_before
from reading.logbook import actions, queries
from reading.logbook.forms import EntryForm, NewEntryForm
from reading.logbook.models import LogEntry
from reading.logbook.rules import BookAsked, Told, month_cells
from reading.people.models import Resident
from reading.people.queries import household, resident_for, signed_in
from reading.points.rules import Period, month_key, parse_period

bp = Blueprint("logbook", __name__)

BOOKS_OFFERED = 4
ENTERED_SHOWN = 50


@bp.get("/logbook")
@requires("own.records")
def index() -> ResponseReturnValue:
    """One's own month, totals and records; of others only what one entered for them."""
    resident = _resident(request.args.get("resident", ""))
    if resident is None:
        return render_template("logbook/nobody.html")
    if not _is_own(resident):
        entries = queries.entries_of(resident.id, entered_by=signed_in().id, limit=ENTERED_SHOWN)
        return render_template("logbook/entered.html", resident=resident, entries=entries)
    return _month_page(resident, _month_asked(), _day_asked())


def _month_page(resident: Resident, month: Period, day: date | None) -> str:
    kept = queries.month_kept(resident.id, month)
    return _page(
        "index",
        resident,
        month=month,
        day=day,
        weeks=_weeks(resident, month, kept),
        totals=queries.totals(resident.id, month),
        entries=queries.entries_of(resident.id, first=day or month.first, last=day or month.last),
        before=month_before(month.key),
        after=month_after(month.key),
    )


def _weeks(resident: Resident, month: Period, kept: queries.MonthKept) -> list[list[dict[str, Any]]]:
    urls = {day: _address("index", resident, day=day.isoformat(), _anchor="records") for day in kept.records}
    return month_cells(month.first, today=clock.today(), urls=urls, **vars(kept))


@bp.get("/logbook/new")
@requires("own.records")
def new() -> ResponseReturnValue:
    """The form for what was just read."""
    resident = _resident(request.args.get("resident", ""))
    if resident is None:
        return redirect(url_for("logbook.index"))
    today = clock.today()
    form = NewEntryForm(today=today, read_on=_day_asked() or today, book_id=request.args.get("book", ""))
    return _new_page(form, resident)


@bp.post("/logbook/new")
@requires("own.records")
def log() -> ResponseReturnValue:
    """Keep a record."""
    resident = _resident(request.form.get("resident", "")) or abort(404)
    form = NewEntryForm(request.form, today=clock.today())
    if not form.validate() or form.unsure:
        return _new_page(form, resident), 400
    try:
        entry = actions.log(form.record_id, _told(form, resident), signed_in().id)
    except actions.TitleMissing:
        return _new_page(form.without_title(), resident), 400
    except actions.OtherContent as other:
        return _new_page(form.renewed(), resident, saved=other.saved), 409
    flash(*_words_of(entry, resident))
    return redirect(_address("index", resident))


@bp.get("/logbook/<uuid:entry_id>")
@requires("own.records")
def edit(entry_id: uuid.UUID) -> ResponseReturnValue:
    """The form that corrects a record."""
    entry = queries.entry_for(signed_in(), entry_id) or abort(404)
    form = EntryForm(obj=entry, today=clock.today(), record=entry)
    form.book.data, form.book_id.data = entry.book.title, str(entry.book_id)
    return _page("edit", entry.resident, f=form, entry=entry)


@bp.post("/logbook/<uuid:entry_id>")
@requires("own.records")
def correct(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a record."""
    entry = queries.entry_for(signed_in(), entry_id) or abort(404)
    form, resident = EntryForm(request.form, today=clock.today(), record=entry), entry.resident
    if not form.validate() or form.unsure:
        return _page("edit", resident, f=form, entry=entry), 400
    try:
        actions.correct(entry_id, _told(form, resident), signed_in().id)
    except actions.TitleMissing:
        return _page("edit", resident, f=form.without_title(), entry=entry), 400
    flash(_("The record was corrected."), "success")
    return redirect(_address("index", resident, month=month_key(form.day)))


@bp.get("/logbook/<uuid:entry_id>/removal")
@requires("own.records")
def ask_removal(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether a record is really to be removed."""
    entry = queries.entry_for(signed_in(), entry_id) or abort(404)
    return _page("removal", entry.resident, entry=entry)


@bp.post("/logbook/<uuid:entry_id>/removal")
@requires("own.records")
def remove(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a record."""
    entry = queries.entry_for(signed_in(), entry_id, removed_too=True) or abort(404)
    resident = entry.resident
    actions.remove(entry_id, signed_in().id)
    flash(_("The record was removed."), "success")
    return redirect(_address("index", resident, month=month_key(entry.read_on)))


def _resident(text: str) -> Resident | None:
    """Return whose log is meant: by default one's own, None for an account that looks after nobody."""
    if not text:
        return next(iter(household(signed_in().id)), None)
    return resident_for(signed_in(), parse_uuid(text), "residents.log") or abort(404)


def _is_own(resident: Resident) -> bool:
    return resident.account_id == signed_in().id


def _address(view: str, resident: Resident, **values: Any) -> str:
    """Return the address of a page of this resident's log; one's own needs no name in it."""
    is_self = _is_own(resident) and resident.relation == "self"
    return url_for(f"logbook.{view}", resident=None if is_self else resident.id, **values)


def _day_asked() -> date | None:
    return parse_date(request.args.get("day", ""))


def _month_asked() -> Period:
    day = _day_asked()
    text = month_key(day) if day else request.args.get("month") or month_key(clock.today())
    month = parse_period(text) if "-" in text else None
    return month or abort(404)


def _page(name: str, resident: Resident, **values: Any) -> str:
    people = household(signed_in().id) if _is_own(resident) else []
    values |= {"resident": resident, "people": people, "is_own": _is_own(resident), "address": _address}
    return render_template(f"logbook/{name}.html", **values)


def _new_page(form: NewEntryForm, resident: Resident, saved: LogEntry | None = None) -> str:
    entered_by = None if _is_own(resident) else signed_in().id
    books = queries.reading_now(resident.id, BOOKS_OFFERED, entered_by)
    chosen = parse_uuid(form.book_id.data)
    asked = books_queries.get(chosen) if chosen else None
    if asked is not None and asked.id not in {one.book.id for one in books}:
        books = [queries.Reading(asked), *books]
    return _page("new", resident, f=form, books=books, chosen=chosen, saved=saved)


def _told(form: EntryForm, resident: Resident) -> Told:
    book = BookAsked(parse_uuid(form.book_id.data), form.book.data or "", form.author.data or "", form.number)
    return Told(resident.id, book, form.day, form.amounts, form.reflection.data or "")


def _words_of(entry: LogEntry, resident: Resident) -> tuple[str, str]:
    """Return what is said after saving, and its kind: what was kept and, to its reader, what it brought."""
    title = entry.book.title
    if entry.removed_at is not None:
        return _("This record was saved before, and has been removed since."), "notice"
    if not _is_own(resident):
        return _("Saved for %(name)s: %(title)s.", name=resident.name, title=title), "success"
    points = queries.points_on(resident.id, entry.read_on)
    if not points:
        return _("Saved: %(title)s.", title=title), "success"
    words = _points_of_today if entry.read_on == clock.today() else _points_of_that_day
    return words(points, title), "success"


def _points_of_today(points: int, title: str) -> str:
    return ngettext(
        "Saved: %(title)s. Today has brought %(num)d point.",
        "Saved: %(title)s. Today has brought %(num)d points.",
        points,
        title=title,
    )


def _points_of_that_day(points: int, title: str) -> str:
    return ngettext(
        "Saved: %(title)s. That day has brought %(num)d point.",
        "Saved: %(title)s. That day has brought %(num)d points.",
        points,
        title=title,
    )
