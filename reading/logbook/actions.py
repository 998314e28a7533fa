"""Every write of the reading log."""

import math
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from reading import clock
from reading.books import actions as books_actions
from reading.books import queries as books_queries
from reading.books.models import Book
from reading.books.rules import NO_NUMBER
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.learning_days import actions as learning_days_actions
from reading.logbook import log_queries, queries, review_queries
from reading.logbook.log_queries import AskedBook
from reading.logbook.models import KEPT, WAITING, LogEntry, LogRevision
from reading.logbook.review_rules import HOUR, MOST_AN_HOUR, Around, judge
from reading.logbook.rules import Amounts, BookAsked, Told, says_more
from reading.meanwhile import refuse_if_changed
from reading.people import consent_queries as consents
from reading.people import queries as people_queries
from reading.people.record_queries import NotOwn, Reader
from reading.plain import together
from reading.points.rules import LOG, Record


class OtherContent(Exception):
    """This id was saved before with other content; ``saved`` is what stands under it."""

    def __init__(self, saved: LogEntry) -> None:
        super().__init__(str(saved.id))
        self.saved = saved


class TooMany(Exception):
    """So many entries of this resident arrived within the hour; ``wait`` is in how many seconds one more may."""

    def __init__(self, wait: int) -> None:
        super().__init__(str(wait))
        self.wait = wait

    @property
    def minutes(self) -> int:
        """The same in whole minutes."""
        return math.ceil(self.wait / 60)


class Removed(Refused):
    """The entry was removed; what was to be said of it can only make a record of its own."""

    def __init__(self) -> None:
        super().__init__(_("This record was removed and can no longer be changed."))


class TitleMissing(Exception):
    """The book is told by a number, or chosen by an id, that the catalogue does not hold, and has no title."""


@dataclass(frozen=True)
class Saved:
    """What became of an entry that was sent: ``standing`` as the entry's, ``points`` what its day has brought.

    ``reader`` is whose it is; ``is_removed``: it was saved before, and removed since.
    """

    id: uuid.UUID
    title: str
    read_on: date
    standing: str
    points: int
    reader: Reader
    is_removed: bool = False


@again_if_raced("pk_log_entries", "log_entries.id")
@action
def log(entry_id: uuid.UUID, told: Told, by: uuid.UUID, *, own_only: bool = False) -> Saved:
    """Keep one entry and settle its points; return what became of it, or of the same sent before.

    Raises :class:`OtherContent` when the same account sent other content under this id, ``Refused`` when the
    id is another account's or the person takes part no more, :class:`TitleMissing` and :class:`TooMany`; and with
    ``own_only``, for anybody but one's own household, ``NotOwn``.
    """
    now = clock.now()
    # Behind this lock each worker sees what the others wrote of this resident: the limit is the same for all.
    asked, sent = _asked(entry_id, told, now), told
    if own_only and not asked.person.is_own(by):
        raise NotOwn
    if asked.person.merged_into_id is not None:
        # Whoever was merged into another record while the form was open has it there.
        goes_on = people_queries.held_standing([told.resident_id])[told.resident_id]
        told = replace(told, resident_id=goes_on)
        asked = _asked(entry_id, told, now)
    person = asked.person
    if asked.is_saved:
        return _saved_before(_sent_again(db.session.get_one(LogEntry, entry_id), sent, by), person.reader)
    if person.id is None or person.left_at is not None:
        raise Refused(_("This person takes part no more."))
    if person.has_withdrawn:
        raise consents.refusal(person.id, by)
    if person.lived_in is None:
        raise LookupError(person.id)
    book = _chosen(told.book, asked.book)
    if book is None:
        found = _book(told.book, by)
        book = AskedBook(found.id, found.title, found.pages)
        told = replace(told, book=BookAsked(found.id))
        asked = _asked(entry_id, told, now)
    return _write(entry_id, told, person.lived_in, book, asked, now, by, sent.digest)


def _asked(entry_id: uuid.UUID, told: Told, now: datetime) -> log_queries.Asked:
    finished = told.book.book_id if told.amounts.finished else None
    settling = learning_days_actions.asking(told.resident_id, told.read_on, finished)
    return log_queries.asked(entry_id, told, now, settling)


def _write(
    entry_id: uuid.UUID, told: Told, lived_in: str, book: AskedBook, asked: log_queries.Asked, now: datetime,
    by: uuid.UUID, digest: str,
) -> Saved:  # fmt: skip
    amounts, on = told.amounts, told.read_on
    beside = asked.beside.with_new(amounts, now)
    if beside.arrived > MOST_AN_HOUR and beside.first_at is not None:
        raise TooMany(math.ceil((beside.first_at + HOUR - now).total_seconds()))
    flag = judge(book.title, book.pages, amounts, beside.around)
    row = {
        "id": entry_id, "community_id": lived_in, "resident_id": told.resident_id, "book_id": book.id,
        "read_on": on, "pages": amounts.pages, "minutes": amounts.minutes,
        "finished": amounts.finished, "reflection": told.reflection, "flag": flag,
        "review": WAITING if flag else None, "set_aside_at": None, "sent_digest": digest,
        "arrived_at": now, "entered_by": by, "removed_at": None, "removed_by": None,
    }  # fmt: skip
    record = Record(
        LOG, entry_id, lived_in, on, now, amounts.pages, amounts.minutes, book.id, amounts.finished
    )
    settled = learning_days_actions.with_new(told.resident_id, record, asked.stamps, asked.standing)
    if settled is None:
        log_queries.write(row)
        totals = learning_days_actions.settle_locked([told.resident_id], {on})[told.resident_id]
    else:
        together(log_queries.writing(row), *settled.sent, last=True)
        totals = settled.totals
    points = sum(sums.points for (day, _place), sums in totals.items() if day == on)
    return Saved(entry_id, book.title, on, WAITING if flag else "", points, asked.person.reader)


def _saved_before(entry: LogEntry, reader: Reader) -> Saved:
    points = queries.points_on(entry.resident_id, entry.read_on)
    title, is_removed = entry.book.title, entry.removed_at is not None
    return Saved(entry.id, title, entry.read_on, entry.standing, points, reader, is_removed)


def _flag(entry: LogEntry, around: Around) -> None:
    amounts = Amounts(entry.pages, entry.minutes, entry.finished)
    entry.flag = judge(entry.book.title, entry.book.pages, amounts, around)
    entry.review = WAITING if entry.flag else None


def _sent_again(saved: LogEntry, told: Told, by: uuid.UUID) -> LogEntry:
    if saved.entered_by != by:
        raise Refused(_("This form was used before. Look it over and save it once more."))
    told_of = {told.resident_id}
    if saved.resident_id == told.resident_id:
        # It may have been sent first for a record that was merged into this one.
        told_of |= people_queries.merged_into(saved.resident_id)
    if saved.sent_digest not in {replace(told, resident_id=one).digest for one in told_of}:
        raise OtherContent(saved)
    return saved


@action
def correct(entry_id: uuid.UUID, told: Told, by: uuid.UUID, seen: str | None = None) -> LogEntry:
    """Let a standing entry say something else; what it said is kept. The same again changes nothing.

    ``told.resident_id`` is the entry's own: a record never moves to another person. It is judged anew; one that was
    set aside counts again only once a librarian has looked. Raises as :func:`say`.
    """
    entry = locked(entry_id)
    measured = entry.measure
    if say(entry, told, by, seen):
        _flag_again(entry, measured)
    return entry


def _flag_again(entry: LogEntry, measured: tuple[Any, ...]) -> None:
    was, is_kept = entry.flag, entry.review == KEPT
    if is_kept and measured == entry.measure:
        return
    beside = review_queries.beside(entry.id, entry.resident_id, entry.book_id, entry.read_on, clock.now())
    _flag(entry, beside.around)
    if entry.set_aside_at is not None:
        entry.flag, entry.review = entry.flag or was, WAITING


def say(entry: LogEntry, told: Told, by: uuid.UUID, seen: str | None = None) -> bool:
    """Let a locked entry say this, keep what it said and settle its days; return whether anything changed.

    Inside the caller's action. Raises :class:`Removed`; ``Changed`` for one that says something else than was ``seen``;
    and ``consents.Withdrawn`` where it would say more of who no longer agrees to take part: less is taking back.
    """
    if entry.removed_at is not None:
        raise Removed
    before, content = _said(entry), _content(replace(told, resident_id=entry.resident_id), by)
    if all(getattr(entry, name) == value for name, value in content.items()):
        return False
    refuse_if_changed(entry, content, seen)
    if says_more(entry, content):
        consents.refuse_if_withdrawn(entry.resident_id, by)
    _keep_revision(entry, before, by)
    days = {entry.read_on, told.read_on}
    for name, value in content.items():
        setattr(entry, name, value)
    db.session.flush()
    db.session.expire(entry, ["book"])
    learning_days_actions.settle(entry.resident_id, days)
    return True


@action
def remove(entry_id: uuid.UUID, by: uuid.UUID) -> LogEntry:
    """Take an entry out of the log and its points back; it stays on record as removed. Again is a no-op."""
    entry = locked(entry_id)
    if entry.removed_at is None:
        _keep_revision(entry, _said(entry), by)
        entry.removed_at, entry.removed_by = clock.now(), by
        db.session.flush()
        learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


def locked(entry_id: uuid.UUID) -> LogEntry:
    """Return the entry as it stands, held until the caller's action ends."""
    return db.session.get_one(LogEntry, entry_id, with_for_update={"of": LogEntry}, populate_existing=True)


def _content(told: Told, by: uuid.UUID) -> dict[str, Any]:
    """Return the columns of an entry that its teller decides, and those that follow from them."""
    return {
        "community_id": people_queries.community_on(told.resident_id, told.read_on),
        "book_id": _book(told.book, by).id,
        "read_on": told.read_on,
        "pages": told.amounts.pages,
        "minutes": told.amounts.minutes,
        "finished": told.amounts.finished,
        "reflection": told.reflection,
    }


def _chosen(asked: BookAsked, chosen: AskedBook | None) -> AskedBook | None:
    """Return the book that was chosen, if nothing was typed that says another."""
    is_meant = chosen is not None and asked.number == NO_NUMBER and asked.title in ("", chosen.title)
    return chosen if is_meant else None


def _book(asked: BookAsked, by: uuid.UUID) -> Book:
    """Return the book that is meant: what was typed counts more than what was chosen before it."""
    chosen = books_queries.get(asked.book_id) if asked.book_id and asked.number == NO_NUMBER else None
    if chosen is not None and asked.title in ("", chosen.title):
        return chosen
    known = books_queries.by_number(asked.number)
    if known is not None:
        return known
    if not asked.title:
        raise TitleMissing
    return books_actions.find_or_add(
        asked.title, asked.author, asked.number.isbn, asked.number.unified_number, by=by, at=clock.now()
    )


def _said(entry: LogEntry) -> dict[str, Any]:
    return {
        "book_id": str(entry.book_id),
        "read_on": entry.read_on.isoformat(),
        "pages": entry.pages,
        "minutes": entry.minutes,
        "finished": entry.finished,
        "reflection": entry.reflection,
        "flag": entry.flag,
    }


def _keep_revision(entry: LogEntry, before: dict[str, Any], by: uuid.UUID) -> None:
    db.session.add(
        LogRevision(entry_id=entry.id, community_id=entry.community_id, at=clock.now(), by=by, before=before)
    )
