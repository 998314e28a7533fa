"""`points verify` finds what does not follow from the records, and `points rebuild` restores it."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from reading.books.models import Book
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry
from reading.points import ledger
from reading.points.models import DayTotal, PointEntry, Standing
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.points.records import add_book, add_event, attend, log

LEARNING_DAY, DAY = date(2026, 11, 10), date(2026, 11, 16)
HOME, VILLAGE = "410581001001", "410581106210"
TABLES = (PointEntry.__table__, DayTotal.__table__, Standing.__table__, Stamp.__table__)


@pytest.fixture
def book(cast: Cast, clock: TestClock) -> Book:
    """The resident and a neighbour have read it, the resident finished it twice and came to an evening."""
    book = add_book("红旗渠")
    for day in (LEARNING_DAY, DAY):
        for resident in (cast.resident, cast.neighbour):
            log(resident, book, day, pages=130, finished=resident is cast.resident)
            clock.advance(minutes=1)
    attend(cast.resident, add_event("读书分享会", LEARNING_DAY))
    return book


def contents() -> list[set[tuple]]:
    """All rows of the four tables, without the time they were written."""
    chosen = [[column for column in table.columns if column.name != "settled_at"] for table in TABLES]
    return [{tuple(row) for row in db.session.execute(select(*columns))} for columns in chosen]


def found() -> list[str]:
    return learning_days.verify() + ledger.verify()


def rebuild() -> int:
    return learning_days.rebuild() + ledger.rebuild()


def test_what_was_settled_agrees(book) -> None:
    assert found() == []
    assert rebuild() == 0


BROKEN = {
    "a line lost": (
        delete(PointEntry).where(PointEntry.rule == "book", PointEntry.uncapped > 0),
        "rules say 5",
    ),
    "a line with other points": (
        update(PointEntry).where(PointEntry.rule == "attendance").values(points=9),
        "the ledger says 9 of 10 points",
    ),
    "a line of another community": (
        update(PointEntry).where(PointEntry.rule == "stamp").values(community_id=VILLAGE),
        f"community {VILLAGE}, stamp",
    ),
    "a day total lost": (delete(DayTotal).where(DayTotal.on == DAY), "pages 0, not 130"),
    "a day total of other days": (update(DayTotal).values(days=2), "days 2, not 1"),
    "a standing lost": (delete(Standing).where(Standing.period == "2026"), "and 2026: points 0, not"),
    "a standing with other pages": (update(Standing).values(pages=1), "pages 1, not 260"),
    "all gone": (delete(PointEntry), "the ledger says nothing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_broken_is_told_and_restored(cast: Cast, book, name: str) -> None:
    whole = contents()
    statement, told = BROKEN[name]
    db.session.execute(statement)
    db.session.commit()
    sentences = found()
    assert any(told in sentence for sentence in sentences), sentences
    assert all(sentence.startswith("resident ") for sentence in sentences)
    assert any(str(cast.resident.id) in sentence for sentence in sentences)
    assert rebuild() > 0
    assert found() == []
    assert contents() == whole


def test_rows_without_any_record_are_told_and_removed(cast: Cast, book) -> None:
    whole = contents()
    sums = {"points": 5, "pages": 0, "minutes": 0, "books": 0, "days": 0, "records": 0}
    key = {"resident_id": cast.outsider.id, "community_id": VILLAGE}
    line = {"on": DAY, "rule": "pages", "position": 0, "told": 50, "uncapped": 5, "points": 5}
    db.session.execute(insert(PointEntry).values(**key, **line, source_id=uuid.uuid4()))
    db.session.execute(insert(DayTotal).values(**key, **sums, on=DAY + timedelta(days=1)))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    db.session.execute(insert(Standing).values(**key, **sums, period="2026-09", settled_at=at))
    db.session.execute(
        insert(Standing).values(**key, **dict.fromkeys(sums, 0), period="2026-08", settled_at=at)
    )
    db.session.commit()
    text = "\n".join(found())
    assert "the rules say nothing" in text
    assert f"{VILLAGE} and 2026-08: a row of zeros" in text
    assert rebuild() == 4
    assert contents() == whole


def test_a_record_that_was_never_settled_is_told_and_settled(cast: Cast, book) -> None:
    log(cast.outsider, book, LEARNING_DAY, pages=130, settled=False)
    text = "\n".join(found())
    assert "there is no stamp, the records of learning days put it on 2026-11-10" in text
    assert "the ledger says nothing, the rules say 10 of 13 points for 130 in place 0" in text
    rebuild()
    assert found() == []
    assert db.session.get(Stamp, (cast.outsider.id, "2026-11"))


def test_a_stamp_without_a_record_is_told_and_taken_back(cast: Cast, book) -> None:
    whole = contents()
    odd = {"month": "2026-09", "id": uuid.uuid4(), "community_id": VILLAGE, "on": date(2026, 9, 10)}
    db.session.execute(insert(Stamp).values(resident_id=cast.outsider.id, **odd))
    db.session.commit()
    assert any("stands on 2026-09-10, no record is behind it" in sentence for sentence in found())
    rebuild()
    assert contents() == whole


def test_a_bogus_stamp_makes_no_learning_day_of_its_day(cast: Cast, book) -> None:
    log(cast.neighbour, book, date(2026, 9, 7), pages=10)
    odd = {"month": "2026-09", "id": uuid.uuid4(), "community_id": VILLAGE, "on": date(2026, 9, 7)}
    db.session.execute(insert(Stamp).values(resident_id=cast.outsider.id, **odd))
    db.session.commit()
    assert (
        len([sentence for sentence in found() if "stamp" in sentence and str(cast.neighbour.id) in sentence])
        == 0
    )
    rebuild()
    assert found() == []


def test_a_changed_learning_day_rule_leaves_past_stamps_and_asks_for_no_others(
    app: Flask, cast: Cast, book
) -> None:
    log(cast.outsider, book, date(2026, 10, 25), pages=10)
    log(cast.resident, book, date(2026, 10, 10), pages=10)
    app.config["LEARNING_DAY_RULE"] = "FREQ=MONTHLY;BYMONTHDAY=25"
    assert found() == []
    assert rebuild() == 0


def test_a_month_nobody_kept_is_only_judged_while_it_lasts(
    app: Flask, cast: Cast, book, clock: TestClock
) -> None:
    db.session.execute(delete(Stamp))
    db.session.commit()
    ledger.rebuild()
    assert len(learning_days.verify()) == 2
    clock.advance(days=30)
    assert learning_days.verify() == []


def test_batches_cover_every_resident(cast: Cast, book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "BATCH", 2)
    for number in range(5):
        log(add_resident(f"读者{number}", HOME), book, LEARNING_DAY, pages=10, settled=False)
    assert len([sentence for sentence in found() if "there is no stamp" in sentence]) == 5
    rebuild()
    assert found() == []


def test_the_commands_verify_and_rebuild(app: Flask, cast: Cast, book) -> None:
    runner = app.test_cli_runner()
    good = runner.invoke(args=["points", "verify"])
    assert (good.exit_code, good.output.strip()) == (0, "Everything agrees.")
    db.session.execute(delete(Standing).where(Standing.period == "all"))
    db.session.commit()
    bad = runner.invoke(args=["points", "verify"])
    assert bad.exit_code == 1
    assert "the standing in" in bad.output
    assert "2 disagreements" in bad.output
    assert "2 rows were wrong" in runner.invoke(args=["points", "rebuild"]).output
    assert runner.invoke(args=["points", "verify"]).exit_code == 0


def test_an_empty_service_agrees(app: Flask) -> None:
    assert found() == []
    assert rebuild() == 0
    assert db.session.scalar(select(LogEntry.id)) is None
