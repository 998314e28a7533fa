"""Several phones write for one resident at once, and every point is there."""

import uuid
from datetime import date

from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.learning_days.models import Stamp
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Account
from reading.points import ledger, queries
from tests.at_once import at_once
from tests.cast import Cast
from tests.points.records import add_book, add_event

LEARNING_DAY = date(2026, 11, 10)
EACH = 5


def test_records_that_arrive_at_once_are_all_counted(app: Flask, cast: Cast) -> None:
    book_id, event_id = add_book("红旗渠").id, add_event("学习日朗读", LEARNING_DAY).id
    db.session.commit()
    resident_id, account_id, admin_id = cast.resident.id, cast.account("resident").id, cast.admin.id
    told = Told(resident_id, BookAsked(book_id), LEARNING_DAY, Amounts(pages=7, minutes=None, finished=True))

    def log() -> None:
        for _ in range(EACH):
            logbook.log(uuid.uuid4(), told, account_id)

    def mark() -> None:
        admin = db.session.get_one(Account, admin_id)
        attendance.mark(event_id, [MarkSent(uuid.uuid4(), resident_id, "present")], admin)

    at_once(app, log, log, mark)
    db.session.rollback()
    sums = queries.totals(resident_id)
    assert (sums.pages, sums.books, sums.days, sums.records) == (7 * 2 * EACH, 1, 1, 2 * EACH + 1)
    assert sums.points == 7 + 5 + 10 + 10
    assert learning_days.verify() + ledger.verify() == []
    assert db.session.scalar(select(func.count()).select_from(Stamp)) == 1


def test_a_record_taken_back_while_another_arrives_leaves_what_stands(app: Flask, cast: Cast) -> None:
    book_id = add_book("红旗渠").id
    db.session.commit()
    resident_id, account_id = cast.resident.id, cast.account("resident").id
    told = Told(resident_id, BookAsked(book_id), LEARNING_DAY, Amounts(pages=7, minutes=None, finished=True))
    first = [logbook.log(uuid.uuid4(), told, account_id).id for _ in range(EACH)]

    def remove() -> None:
        for entry_id in first:
            logbook.remove(entry_id, account_id)

    def log() -> None:
        for _ in range(EACH):
            logbook.log(uuid.uuid4(), told, account_id)

    at_once(app, remove, log)
    db.session.rollback()
    assert queries.totals(resident_id).records == EACH
    assert db.session.scalar(select(func.count()).where(LogEntry.removed_at.is_not(None))) == EACH
    assert learning_days.verify() + ledger.verify() == []


def test_a_rebuild_and_a_record_at_once_leave_everything_right(app: Flask, cast: Cast) -> None:
    book_id = add_book("红旗渠").id
    db.session.commit()
    resident_id, account_id = cast.resident.id, cast.account("resident").id
    told = Told(
        resident_id, BookAsked(book_id), LEARNING_DAY, Amounts(pages=30, minutes=None, finished=False)
    )

    def log() -> None:
        for _ in range(EACH):
            logbook.log(uuid.uuid4(), told, account_id)

    def rebuild() -> None:
        for _ in range(EACH):
            learning_days.rebuild()
            ledger.rebuild()

    at_once(app, log, rebuild)
    db.session.rollback()
    assert queries.totals(resident_id).records == EACH
    assert learning_days.verify() + ledger.verify() == []
