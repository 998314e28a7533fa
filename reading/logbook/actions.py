"""Every write of the reading log."""

import uuid
from dataclasses import replace
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
from reading.logbook import queries
from reading.logbook.models import LogEntry, LogRevision
from reading.logbook.rules import BookAsked, Told
from reading.people import queries as people_queries


class OtherContent(Exception):
    """This id was saved before with other content; ``saved`` is what stands under it."""

    def __init__(self, saved: LogEntry) -> None:
        super().__init__(str(saved.id))
        self.saved = saved


class TitleMissing(Exception):
    """The book is told by a number, or chosen by an id, that the catalogue does not hold, and has no title."""


@again_if_raced("pk_log_entries", "log_entries.id")
@action
def log(entry_id: uuid.UUID, told: Told, by: uuid.UUID) -> LogEntry:
    """Keep one entry and settle its points; return it, or what the same sending made before.

    Raises :class:`OtherContent` when the same account sent other content under this id, ``Refused`` when the
    id is another account's, and :class:`TitleMissing`.
    """
    saved = queries.entry(entry_id)
    if saved is not None:
        return _sent_again(saved, told, by)
    entry = LogEntry(
        id=entry_id, resident_id=told.resident_id, sent_digest=told.digest, arrived_at=clock.now(), entered_by=by,
        **_content(told, by),
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


def _sent_again(saved: LogEntry, told: Told, by: uuid.UUID) -> LogEntry:
    if saved.entered_by != by:
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    if saved.sent_digest != told.digest:
        raise OtherContent(saved)
    return saved


@action
def correct(entry_id: uuid.UUID, told: Told, by: uuid.UUID) -> LogEntry:
    """Let a standing entry say something else; what it said is kept. The same again changes nothing.

    ``told.resident_id`` is the entry's own: a record never moves to another person. Raises ``Refused`` for a
    removed entry.
    """
    entry = _locked(entry_id)
    if entry.removed_at is not None:
        raise Refused(_("This record was removed and can no longer be changed."))
    before, content = _said(entry), _content(replace(told, resident_id=entry.resident_id), by)
    if all(getattr(entry, name) == value for name, value in content.items()):
        return entry
    _keep_revision(entry, before, by)
    days = {entry.read_on, told.read_on}
    for name, value in content.items():
        setattr(entry, name, value)
    db.session.flush()
    learning_days_actions.settle(entry.resident_id, days)
    return entry


@action
def remove(entry_id: uuid.UUID, by: uuid.UUID) -> LogEntry:
    """Take an entry out of the log and its points back; it stays on record as removed. Again is a no-op."""
    entry = _locked(entry_id)
    if entry.removed_at is None:
        _keep_revision(entry, _said(entry), by)
        entry.removed_at, entry.removed_by = clock.now(), by
        db.session.flush()
        learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


def _locked(entry_id: uuid.UUID) -> LogEntry:
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
        "flag": told.amounts.unusual,
    }


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
