"""A record is corrected or removed, never erased; points follow."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.errors import Refused
from reading.extensions import db
from reading.learning_days.queries import stamps_of
from reading.logbook import actions, queries
from reading.logbook.models import LogEntry, LogRevision
from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.telling import TODAY, books_agree, entries, keep, only_entry, told, write
from tests.pages import Page, Visitor

LEARNING_DAY = date(2026, 11, 10)


@pytest.fixture
def resident(app: Flask, cast: Cast) -> Visitor:
    """The browser of somebody who reads."""
    return Visitor(app).sign_in(cast.resident)


def revisions() -> list[LogRevision]:
    return list(db.session.scalars(select(LogRevision).order_by(LogRevision.at)))


def correct(visitor: Visitor, entry: LogEntry, status: int = 200, **typed: Any) -> Page:
    return visitor.submit(visitor.get(f"/logbook/{entry.id}"), status=status, **typed)


def test_an_amount_that_was_asked_about_once_is_not_asked_about_again(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, pages=400)
    page = resident.get(f"/logbook/{entry.id}")
    assert "in one go" not in page.text
    resident.submit(page, finished="y", reflection="一口气读完")
    assert (only_entry().pages, only_entry().finished) == (400, True)
    asked = resident.submit(resident.get(f"/logbook/{entry.id}"), 400, pages="500")
    assert "500 pages in one go: is this right?" in asked.text
    resident.submit(asked)
    assert (only_entry().pages, only_entry().flag) == (500, "pages")


def test_a_correction_without_a_day_leaves_the_day(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, read_on=TODAY - timedelta(days=8))
    correct(resident, entry, read_on="", pages="45")
    assert (only_entry().read_on, only_entry().pages) == (TODAY - timedelta(days=8), 45)


def test_a_form_without_a_chosen_book_means_the_typed_one(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, "红楼梦")
    resident.post(f"/logbook/{entry.id}", book="草房子", pages="5", read_on=TODAY.isoformat())
    assert (only_entry().book.title, only_entry().pages) == ("草房子", 5)
    resident.post(f"/logbook/{entry.id}", 400, pages="5", read_on=TODAY.isoformat())


def test_a_correction_keeps_what_was_said_before(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, pages=30)
    book_id, account_id = str(entry.book_id), cast.resident.account_id
    page = correct(resident, entry, pages="25", reflection="改过")
    assert (page.path, "The record was corrected." in page.text) == ("/logbook", True)
    kept = only_entry()
    assert (kept.pages, kept.reflection, str(kept.book_id)) == (25, "改过", book_id)
    (revision,) = revisions()
    assert revision.before == {
        "book_id": book_id, "read_on": "2026-11-18", "pages": 30, "minutes": None, "finished": False,
        "reflection": "", "flag": None,
    }  # fmt: skip
    assert (revision.by, revision.community_id) == (account_id, "410581001001")
    assert queries.points_on(cast.resident.id, TODAY) == 2
    assert books_agree()


def test_the_form_shows_what_stands(resident: Visitor, cast: Cast) -> None:
    entry = keep(
        cast.resident,
        "活着",
        TODAY - timedelta(days=2),
        pages=None,
        minutes=20,
        finished=True,
        reflection="好",
    )
    soup = resident.get(f"/logbook/{entry.id}").soup
    shown = {
        name: soup.find(attrs={"name": name}).get("value") for name in ("book", "read_on", "pages", "minutes")
    }
    assert shown == {"book": "活着", "read_on": "2026-11-16", "pages": "", "minutes": "20"}
    assert soup.find(attrs={"name": "finished"}).has_attr("checked")
    assert soup.find(attrs={"name": "reflection"}).get_text().strip() == "好"


def test_the_same_again_changes_nothing(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident)
    correct(resident, entry)
    form = resident.get(f"/logbook/{entry.id}")
    for _tap in range(2):
        resident.submit(form, pages="31")
    assert len(revisions()) == 1


def test_another_book_and_another_day_can_be_told(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, "红楼梦", LEARNING_DAY)
    assert [stamp.on for stamp in stamps_of(cast.resident.id)] == [LEARNING_DAY]
    correct(resident, entry, book="活着", read_on="2026-11-11")
    assert (only_entry().book.title, only_entry().read_on) == ("活着", date(2026, 11, 11))
    assert stamps_of(cast.resident.id) == []
    assert (
        queries.points_on(cast.resident.id, LEARNING_DAY),
        queries.points_on(cast.resident.id, TODAY),
    ) == (0, 0)
    assert books_agree()


def test_an_old_record_keeps_its_day_but_moves_to_no_other_old_one(
    resident: Visitor, cast: Cast, clock: TestClock
) -> None:
    entry = keep(cast.resident)
    clock.advance(days=60)
    correct(resident, entry, pages="12")
    assert (only_entry().pages, only_entry().read_on) == (12, TODAY)
    page = correct(resident, entry, status=400, read_on="2026-11-17")
    assert "Only the last 31 days" in page.errors_of("read_on")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("read_on", "2026-11-19", "still to come"),
        ("pages", "1001", "at most 1,000 pages"),
        ("pages", "", "how many pages or minutes"),
        ("book", "书\u202e", "invisible control character"),
        ("isbn", "9787020002207", ""),
    ],
)
def test_what_is_wrong_with_a_correction_is_told(
    resident: Visitor, cast: Cast, field: str, typed: str, said: str
) -> None:
    entry = keep(cast.resident)
    sent: dict[str, Any] = {"book": "", "book_id": "", field: typed} if field == "isbn" else {field: typed}
    page = correct(resident, entry, status=400, **sent)
    assert said in page.errors_of("book" if field == "isbn" else field)
    assert (only_entry().pages, only_entry().read_on, revisions()) == (30, TODAY, [])


def test_an_unusual_correction_is_asked_about_and_flagged(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident)
    asked = correct(resident, entry, status=400, pages="500")
    assert "500 pages in one go: is this right?" in asked.text
    assert only_entry().pages == 30
    resident.submit(asked)
    assert (only_entry().pages, only_entry().flag) == (500, "pages")
    correct(resident, entry, pages="50")
    assert only_entry().flag is None


def test_a_record_is_removed_after_a_question(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, "红楼梦", LEARNING_DAY)
    page = resident.get(f"/logbook/{entry.id}/removal")
    assert only_entry().removed_at is None
    assert "红楼梦" in page.text
    done = resident.submit(page)
    assert "The record was removed." in done.text
    kept = only_entry()
    assert (kept.removed_by, kept.pages) == (cast.resident.account_id, 30)
    assert kept.removed_at is not None
    assert len(revisions()) == 1
    assert stamps_of(cast.resident.id) == []
    assert queries.entries_of(cast.resident.id) == []
    assert books_agree()


def test_removing_twice_is_a_normal_answer(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident)
    page = resident.get(f"/logbook/{entry.id}/removal")
    for _tap in range(2):
        assert "The record was removed." in resident.submit(page).text
    assert len(revisions()) == 1


def test_a_removed_record_can_no_longer_be_changed(resident: Visitor, cast: Cast) -> None:
    entry, by = keep(cast.resident), cast.account("resident").id
    actions.remove(entry.id, by)
    resident.get(f"/logbook/{entry.id}", status=404)
    resident.get(f"/logbook/{entry.id}/removal", status=404)
    resident.post(f"/logbook/{entry.id}", status=409, book="活着", pages="1")
    with pytest.raises(Refused):
        actions.correct(entry.id, told(cast.resident, pages=1), by)
    assert only_entry().pages == 30


@pytest.mark.parametrize(
    ("language", "said", "offered"),
    [
        ("en", "This record was removed and can no longer be changed.", "Save as a new record"),
        ("zh", "这条记录已经删了，不能再改。", "存成新记录"),
    ],
)
def test_what_was_written_of_a_record_removed_meanwhile_can_be_kept_as_a_new_one(
    app: Flask, cast: Cast, language: str, said: str, offered: str
) -> None:
    entry, by = keep(cast.resident), cast.account("resident").id
    reader = Visitor(app, language).sign_in(cast.resident)
    form = reader.get(f"/logbook/{entry.id}")
    actions.remove(entry.id, by)
    page = reader.submit(form, 409, pages="45", reflection="写了很久的一段话")
    assert said in page.text
    assert offered in page.text
    assert "写了很久的一段话" in page.text
    for _tap in range(2):
        reader.submit(page)
    standing = [one for one in entries() if one.removed_at is None]
    assert [(one.book.title, one.pages, one.reflection) for one in standing] == [
        ("红楼梦", 45, "写了很久的一段话")
    ]
    assert db.session.get_one(LogEntry, entry.id).pages == 30
    assert books_agree()


def test_a_record_removed_at_that_very_moment_is_told_the_same(
    resident: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, by, correct = keep(cast.resident), cast.account("resident").id, actions.correct

    def too_late(entry_id: uuid.UUID, *said: Any) -> LogEntry:
        actions.remove(entry_id, by)
        return correct(entry_id, *said)

    form = resident.get(f"/logbook/{entry.id}")
    monkeypatch.setattr(actions, "correct", too_late)
    page = resident.submit(form, 409, pages="45")
    assert "This record was removed" in page.text
    assert page.soup.find(attrs={"name": "pages"})["value"] == "45"


def test_who_entered_a_record_for_somebody_keeps_what_they_wrote_of_it(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    write(steward, at=f"/logbook/new?resident={cast.phoneless.id}")
    form = steward.get(f"/logbook/{only_entry().id}")
    actions.remove(only_entry().id, cast.steward.id)
    page = steward.submit(form, 409, pages="45")
    assert "Saved for 吴大爷" in steward.submit(page).text
    neighbour = Visitor(app).sign_in(cast.neighbour)
    neighbour.post(f"/logbook/{entries()[0].id}", 404, book="活着", pages="1")


@pytest.mark.parametrize(
    "who", ["neighbour", "outsider", "steward", "librarian", "organizer", "admin", "other_admin"]
)
def test_nobody_else_sees_or_changes_a_record(app: Flask, cast: Cast, who: str) -> None:
    entry, other = keep(cast.resident), Visitor(app).sign_in(getattr(cast, who))
    for path in (f"/logbook/{entry.id}", f"/logbook/{entry.id}/removal"):
        assert "红楼梦" not in other.get(path, status=404).text
        other.post(path, status=404, book="活着", pages="1")
    assert (only_entry().book.title, only_entry().removed_at) == ("红楼梦", None)


def test_a_record_that_is_not_there_is_not_found(resident: Visitor) -> None:
    resident.get(f"/logbook/{uuid.uuid4()}", status=404)
    resident.post(f"/logbook/{uuid.uuid4()}", status=404, book="活着", pages="1")
    resident.get("/logbook/1", status=404)


def test_corrections_at_the_same_moment_leave_points_and_records_agreeing(app: Flask, cast: Cast) -> None:
    entry_id, by = keep(cast.resident).id, cast.account("resident").id
    barrier = Barrier(4)

    def correct_at_once(number: int) -> None:
        with app.app_context():
            sent = told(cast.resident, f"书{number}", TODAY - timedelta(days=number), pages=10 * number + 10)
            barrier.wait()
            if number:
                actions.correct(entry_id, sent, by)
            else:
                actions.log(uuid.uuid4(), sent, by)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(correct_at_once, range(4)))
    assert len(revisions()) == 3
    assert books_agree()
