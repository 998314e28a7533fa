"""Pages of the reading log: write, look, correct, remove."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from reading import clock, holes
from reading.access import requires
from reading.books import queries as books_queries
from reading.errors import Refused
from reading.forms import parse_date, parse_uuid
from reading.learning_days.rules import month_after, month_before
from reading.logbook import actions, pages, queries
from reading.logbook.forms import CorrectedForm, EntryForm, NewEntryForm, ReaderAsked
from reading.logbook.models import LogEntry
from reading.logbook.review_queries import decisions_of
from reading.logbook.rules import BookAsked, Told, month_cells
from reading.logbook.said import say_saved
from reading.meanwhile import Changed, opened, reopened
from reading.paths import next_or, safe_next
from reading.people.answers import called, tellers
from reading.people.household_queries import resident_to_write_for
from reading.people.member_queries import Member, members
from reading.people.models import Resident
from reading.people.queries import household, signed_in
from reading.people.record_queries import NotOwn, Reader
from reading.points.rules import Period, month_key, parse_period
from reading.sign_ins import early_queries

bp = Blueprint("logbook", __name__)

ENTERED_SHOWN = 50
NOT_SAVED = (actions.TitleMissing, actions.OtherContent, actions.TooMany, Refused, NotFound)


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
    entries = queries.entries_of(resident.id, first=day or month.first, last=day or month.last)
    return _page(
        "index",
        resident,
        month=month,
        day=day,
        weeks=_weeks(resident, month, kept),
        totals=queries.totals(resident.id, month),
        entries=entries,
        tellers=tellers({one.entered_by for one in entries}, resident),
        before=month_before(month.key),
        after=month_after(month.key),
    )


def _weeks(resident: Resident, month: Period, kept: queries.MonthKept) -> list[list[dict[str, Any]]]:
    address = _address("index", resident, day="DAY", _anchor="records")
    urls = {day: address.replace("DAY", day.isoformat()) for day in kept.records}
    return month_cells(month.first, today=clock.today(), urls=urls, **vars(kept))


def _wanted() -> holes.Wanted | None:
    """Return what the blank form asks about its reader, and what it has of them, where nothing is filled in."""
    if _is_filled_in():
        return None
    return holes.Wanted(
        early_queries.members(), [], lambda _reader, rows: _blank([Member(*one) for one in rows[0]])
    )


def _blank(household: Sequence[Member]) -> holes.Own | None:
    """Return what the blank form has of its reader, where it is one's own household's."""
    return pages.blank(household, request.args.get("resident", ""), clock.today())


def _is_filled_in() -> bool:
    return bool(set(request.args) - {"resident"})


@bp.get("/logbook/new")
@requires("own.records")
@holes.ready(_wanted)
def new() -> ResponseReturnValue:
    """The form for what was just read."""
    is_blank = holes.is_told_nothing_else() and not _is_filled_in()
    own = _blank(members(current_user.id)) if is_blank else None
    if own is not None:
        return holes.page(pages.PAGE, own, lambda: pages.blank_values(clock.today()))
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
    account_id, form = current_user.id, NewEntryForm(request.form, today=clock.today())
    if not form.validate() or form.unsure:
        return _again(form)
    try:
        saved = _saved(form, account_id)
    except NOT_SAVED as error:
        return _not_saved(form, error)
    say_saved(saved, of_other=None if saved.reader.account_id == account_id else saved.reader.name)
    return redirect(next_or(_log_of(saved.reader, account_id)))


def _saved(form: NewEntryForm, account_id: uuid.UUID) -> actions.Saved:
    """Keep a record of somebody of one's own household; for anybody else, :func:`_resident` says whether one may."""
    own = parse_uuid(form.resident.data)
    with suppress(NotOwn):
        if own is not None:
            return actions.log(form.record_id, _told(form, own), account_id, own_only=True)
    other = _resident(form.resident.data or "") or abort(404)
    return actions.log(form.record_id, _told(form, other.id), account_id)


def _not_saved(form: NewEntryForm, error: Exception) -> ResponseReturnValue:
    """Show the form as it was sent, saying why it was not saved."""
    match error:
        case actions.TitleMissing():
            return _again(form.without_title())
        case actions.OtherContent():
            return _again(form.renewed(), 409, saved=error.saved)
        case actions.TooMany():
            return *_again(form, 429, too_many=error.minutes), {"Retry-After": str(error.wait)}
        case Refused():
            return _again(form.renewed(), error.status, why=error.message, remedy=error.remedy)
    return _again(form)


def _again(form: NewEntryForm, status: int = 400, **values: Any) -> tuple[str, int]:
    """Show the form as it was sent; where that was for nobody one may write for, ask who was reading."""
    try:
        resident = _resident(form.resident.data or "") or abort(404)
    except Refused as refusal:
        return _asking_who(refusal.message), refusal.status
    except NotFound as missing:
        # The same for whoever is not there and for whoever it is not one's to know of.
        why = _("You cannot write for this person: they may have moved, or take part no more.")
        return _asking_who(why), 400 if form.resident.errors else missing.code or 404
    return _new_page(form, resident, **values), status


def _asking_who(why: str) -> str:
    people = [(str(one), words) for one, words in called(household(signed_in().id)).items()]
    form = ReaderAsked(request.form, today=clock.today()).offer(people)
    return pages.asking_who(form, _books(form, []), onward=safe_next(request.values.get("next")), why=why)


def _log_of(reader: Reader, account_id: uuid.UUID) -> str:
    is_self = reader.account_id == account_id and reader.relation == "self"
    return url_for("logbook.index", resident=None if is_self else reader.id)


@bp.get("/logbook/<uuid:entry_id>")
@requires("own.records")
def edit(entry_id: uuid.UUID) -> ResponseReturnValue:
    """The form that corrects a record."""
    entry = queries.entry_for(signed_in(), entry_id) or abort(404)
    return _edit_page(CorrectedForm(data=opened(entry.fields), today=clock.today(), record=entry), entry)


@bp.post("/logbook/<uuid:entry_id>")
@requires("own.records")
def correct(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a record."""
    entry = queries.entry_for(signed_in(), entry_id, removed_too=True) or abort(404)
    form, resident = CorrectedForm(request.form, today=clock.today(), record=entry), entry.resident
    if entry.removed_at is not None:
        return _as_a_new_one(resident), 409
    if not form.validate() or form.unsure:
        return _edit_page(form, entry), 400
    try:
        actions.correct(entry_id, _told(form, resident.id), signed_in().id, form.seen.data)
    except (actions.TitleMissing, Refused, Changed) as error:
        return _not_corrected(form, entry, error)
    flash(_("The record was corrected."), "success")
    return redirect(_address("index", resident, month=month_key(form.day)))


def _not_corrected(form: CorrectedForm, entry: LogEntry, error: Any) -> tuple[str, int]:
    if isinstance(error, actions.TitleMissing):
        return _edit_page(form.without_title(), entry), 400
    if isinstance(error, actions.Removed):
        return _as_a_new_one(entry.resident), 409
    if isinstance(error, Refused):
        return _edit_page(form, entry, why=error.message, remedy=error.remedy), error.status
    again = reopened(form, lambda sent: CorrectedForm(sent, today=form.today, record=entry), error.fields)
    # What is unusual is asked about on the page itself, so that saving it is one tap.
    again.sure.data = ""
    return _edit_page(again, entry), 409


def _as_a_new_one(resident: Resident) -> str:
    """Show what was to be said of a record that was removed meanwhile: it can be kept as a new one."""
    return _new_page(NewEntryForm(request.form, today=clock.today()), resident, is_removed=True)


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
    return resident_to_write_for(signed_in(), parse_uuid(text)) or abort(404)


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


def _edit_page(form: CorrectedForm, entry: LogEntry, **values: Any) -> str:
    return _page("edit", entry.resident, f=form, entry=entry, decisions=decisions_of(entry.id), **values)


def _new_page(form: NewEntryForm, resident: Resident, **values: Any) -> str:
    is_own = _is_own(resident)
    told = queries.reading_now(resident.id, queries.BOOKS_OFFERED, None if is_own else signed_in().id)
    books = _books(form, [queries.Picked(one.book.id, one.book.title) for one in told])
    people = household(signed_in().id) if is_own else []
    tabs = [(words, one, one == resident.id) for one, words in called(people).items()]
    onward = safe_next(request.values.get("next"))
    return pages.filled(form, resident, tabs, books, onward=onward, **values)


def _books(form: NewEntryForm, offered: list[queries.Picked]) -> list[queries.Picked]:
    """Return the books that are offered, and the one that was chosen."""
    chosen = parse_uuid(form.book_id.data)
    asked = books_queries.get(chosen) if chosen else None
    if asked is None or asked.id in {one.id for one in offered}:
        return offered
    return [queries.Picked(asked.id, asked.title), *offered]


def _told(form: EntryForm, resident_id: uuid.UUID) -> Told:
    book = BookAsked(parse_uuid(form.book_id.data), form.book.data or "", form.author.data or "", form.number)
    return Told(resident_id, book, form.day, form.amounts, form.reflection.data or "")
