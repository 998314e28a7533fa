"""A flagged entry comes to the community's librarian: kept, corrected with its reader, or set aside."""

import uuid
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.learning_days.queries import stamps_of
from reading.logbook import actions, queries
from reading.logbook.models import LogEntry, LogRevision
from tests import logged
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.logbook.reviewing import decisions, put_aside, send
from tests.logbook.telling import TODAY, books_agree, keep, only_entry, told
from tests.pages import Visitor

REASON = "问过本人，书名是随手打的。"


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    """The browser of the librarian of 开元街道."""
    return Visitor(app).sign_in(cast.librarian)


@pytest.fixture
def entry(cast: Cast) -> LogEntry:
    """A flagged entry of `resident`."""
    return keep(cast.resident, pages=400, reflection="这是我的心里话")


def test_the_queue_shows_what_was_flagged_the_oldest_first_and_nothing_else(
    librarian: Visitor, cast: Cast, clock: TestClock
) -> None:
    keep(cast.resident, "平常的书")
    keep(cast.resident, "后来的书", pages=350, reflection="心里话")
    clock.advance(minutes=-5)
    keep(cast.neighbour, "先来的书", pages=None, minutes=500)
    page = librarian.get("/logbook/review")
    assert page.text.index("先来的书") < page.text.index("后来的书")
    assert "18 Nov · 500 minutes 单田方 · 开元社区 More than 8 hours in one record." in page.text
    assert "平常的书" not in page.text
    assert "心里话" not in page.text


def test_the_queue_is_paged(librarian: Visitor, cast: Cast, clock: TestClock) -> None:
    for number in range(21):
        clock.advance(minutes=2)
        keep(cast.resident, f"书{number:02}", pages=301)
    first = librarian.get("/logbook/review")
    assert ("书00" in first.text, "书20" in first.text) == (True, False)
    second = librarian.get(str(first.soup.find("a", rel="next")["href"]))
    assert ("书00" in second.text, "书20" in second.text) == (False, True)
    librarian.get("/logbook/review?page=99999999999999999999")
    assert "Nothing to look at." in librarian.get("/logbook/review?page=9").text


def test_a_librarian_sees_no_entry_of_another_place(app: Flask, cast: Cast, librarian: Visitor) -> None:
    entry = keep(cast.outsider, "别处的书", pages=400)
    assert "别处的书" not in librarian.get("/logbook/review").text
    librarian.get(f"/logbook/review/{entry.id}", 404)
    for deed in ("confirmation", "setting-aside", "correction"):
        librarian.post(f"/logbook/review/{entry.id}/{deed}", 404, seen=entry.version, reason="x")
    assert "别处的书" in Visitor(app).sign_in(cast.admin).get("/logbook/review").text
    assert "别处的书" not in Visitor(app).sign_in(cast.other_admin).get("/logbook/review").text


def test_a_librarian_sees_no_entry_that_is_not_flagged(librarian: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, "平常的书")
    librarian.get(f"/logbook/review/{entry.id}", 404)
    librarian.post(f"/logbook/review/{entry.id}/setting-aside", 404, seen=entry.version, reason="x")
    assert only_entry().set_aside_at is None


@pytest.mark.parametrize("who", ["resident", "steward", "organizer"])
def test_nobody_but_librarians_and_admins_reviews(app: Flask, cast: Cast, entry: LogEntry, who: str) -> None:
    other = Visitor(app).sign_in(getattr(cast, who))
    other.get("/logbook/review", 403)
    other.get(f"/logbook/review/{entry.id}", 403)
    other.post(f"/logbook/review/{entry.id}/confirmation", 403)


def test_an_entry_of_one_s_own_household_is_judged_by_somebody_else(
    app: Flask, cast: Cast, librarian: Visitor
) -> None:
    own = add_resident("李馆员", "410581001001", guardian=cast.librarian)
    db.session.commit()
    entry = logged.log(uuid.uuid4(), told(own, "自家的书", pages=400), cast.librarian.id)
    assert "自家的书" not in librarian.get("/logbook/review").text
    librarian.get(f"/logbook/review/{entry.id}", 404)
    librarian.post(f"/logbook/review/{entry.id}/confirmation", 404, seen=entry.version)
    admin = Visitor(app).sign_in(cast.admin)
    assert "自家的书" in admin.get("/logbook/review").text
    send(admin, entry, "confirmation")
    assert only_entry().review == "kept"


def test_an_entry_of_who_lives_behind_one_s_own_door_is_judged_by_somebody_else(
    librarian: Visitor, cast: Cast
) -> None:
    own = add_resident("李妈妈", "410581001001-1-1-1", guardian=cast.librarian)
    beside = add_resident("李爸爸", "410581001001-1-1-1")
    own.door = beside.door = "301"
    db.session.commit()
    entry = logged.log(uuid.uuid4(), told(beside, "对门的书", pages=400), cast.steward.id)
    assert "对门的书" not in librarian.get("/logbook/review").text
    librarian.get(f"/logbook/review/{entry.id}", 404)


def test_the_page_of_an_entry_says_why_it_is_there_and_hides_the_reader_s_words(
    librarian: Visitor, entry: LogEntry
) -> None:
    for at in (f"/logbook/review/{entry.id}", f"/logbook/review/{entry.id}/correction"):
        assert "心里话" not in librarian.get(at).response.get_data(as_text=True)
    assert "More than 300 pages in one record." in librarian.get(f"/logbook/review/{entry.id}").text


def test_a_kept_entry_leaves_the_queue_and_counts(librarian: Visitor, cast: Cast, entry: LogEntry) -> None:
    page = send(librarian, entry, "confirmation")
    assert (page.path, "The record stands and counts." in page.text) == ("/logbook/review", True)
    assert "红楼梦" not in page.text
    (made,) = decisions()
    assert (made.decision, made.flag, made.by) == ("kept", "pages", cast.librarian.id)
    assert (only_entry().standing, queries.points_on(cast.resident.id, TODAY)) == ("kept", 10)
    assert "there is nothing to decide" in librarian.get(f"/logbook/review/{entry.id}").text


def test_what_is_set_aside_counts_nothing_and_its_reader_reads_why(
    app: Flask, librarian: Visitor, cast: Cast, entry: LogEntry
) -> None:
    page = send(librarian, entry, "setting-aside", reason=REASON)
    assert "The record was set aside." in page.text
    assert queries.points_on(cast.resident.id, TODAY) == 0
    assert queries.reader_count(entry.book_id) == 0
    assert books_agree()
    assert learning_days.verify() == []
    reader = Visitor(app).sign_in(cast.resident)
    assert "400 pages · set aside, counts nothing" in reader.get("/logbook").text
    shown = reader.get(f"/logbook/{entry.id}")
    assert "李馆员 set this record aside on 18 Nov 2026." in shown.text
    assert REASON in shown.text
    assert "这是我的心里话" in shown.text


def test_a_stamp_that_stood_on_it_alone_goes_and_comes_back(librarian: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, "红楼梦", date(2026, 11, 10), pages=400)
    assert len(stamps_of(cast.resident.id)) == 1
    send(librarian, entry, "setting-aside", reason=REASON)
    assert stamps_of(cast.resident.id) == []
    assert (learning_days.verify(), books_agree()) == ([], True)
    send(librarian, entry, "confirmation")
    assert len(stamps_of(cast.resident.id)) == 1
    assert (learning_days.verify(), books_agree()) == ([], True)


def test_the_month_card_and_the_books_to_go_on_with_leave_it_out(
    app: Flask, cast: Cast, entry: LogEntry
) -> None:
    put_aside(entry, cast.librarian)
    reader = Visitor(app).sign_in(cast.resident)
    assert reader.get("/logbook").soup.find("td", class_="read") is None
    assert reader.get("/logbook/new").soup.find("input", attrs={"name": "book_id"}) is None


def test_a_set_aside_entry_is_taken_back(librarian: Visitor, cast: Cast, entry: LogEntry) -> None:
    put_aside(entry, cast.librarian)
    assert "红楼梦" not in librarian.get("/logbook/review").text
    assert "红楼梦" in librarian.get("/logbook/review?view=set-aside").text
    send(librarian, entry, "confirmation")
    assert "红楼梦" not in librarian.get("/logbook/review?view=set-aside").text
    assert sorted(one.decision for one in decisions()) == ["set_aside", "taken_back"]
    assert queries.points_on(cast.resident.id, TODAY) == 10
    assert books_agree()


def test_its_reader_answers_by_correcting_it_and_it_is_looked_at_again(
    app: Flask, librarian: Visitor, cast: Cast, entry: LogEntry
) -> None:
    put_aside(entry, cast.librarian)
    reader = Visitor(app).sign_in(cast.resident)
    reader.submit(reader.get(f"/logbook/{entry.id}"), pages="40")
    assert "40 pages · answered, a librarian will look again" in reader.get("/logbook").text
    assert queries.points_on(cast.resident.id, TODAY) == 0, "nobody lets his own record count again"
    assert "Answered by the reader. More than 300 pages" in librarian.get("/logbook/review").text
    send(librarian, entry, "confirmation")
    assert queries.points_on(cast.resident.id, TODAY) == 4
    assert books_agree()


def test_a_librarian_corrects_it_with_the_reader_who_sees_who_and_why(
    app: Flask, librarian: Visitor, cast: Cast, entry: LogEntry
) -> None:
    page = send(librarian, entry, "correction", pages="40", reason="多打了一个零。")
    assert "The record was corrected." in page.text
    kept = only_entry()
    assert (kept.pages, kept.reflection, kept.standing) == (40, "这是我的心里话", "kept")
    (revision,) = db.session.scalars(select(LogRevision))
    assert (revision.before["pages"], revision.by) == (400, cast.librarian.id)
    assert queries.points_on(cast.resident.id, TODAY) == 4
    assert books_agree()
    shown = Visitor(app).sign_in(cast.resident).get(f"/logbook/{entry.id}").text
    assert "李馆员 corrected this record together with its reader on 18 Nov 2026. 多打了一个零。" in shown


def test_a_correction_in_the_librarian_s_hand_is_asked_about_as_the_reader_s_own(
    librarian: Visitor, entry: LogEntry
) -> None:
    asked = send(librarian, entry, "correction", 400, pages="500", reason="x")
    assert "500 pages in one go: is this right?" in asked.text
    assert (only_entry().pages, decisions()) == (400, [])
    librarian.submit(asked)
    assert (only_entry().pages, only_entry().standing) == (500, "kept")


def test_a_set_aside_entry_that_is_corrected_with_the_reader_counts(
    app: Flask, librarian: Visitor, cast: Cast, entry: LogEntry
) -> None:
    put_aside(entry, cast.librarian)
    reader = Visitor(app).sign_in(cast.resident)
    reader.submit(reader.get(f"/logbook/{entry.id}"), book="活着")
    send(librarian, entry, "correction", pages="40", reason="核对过了。")
    assert (only_entry().standing, only_entry().book.title) == ("kept", "活着")
    assert queries.points_on(cast.resident.id, TODAY) == 4
    assert books_agree()


@pytest.mark.parametrize(
    ("deed", "typed", "name", "said"),
    [
        ("setting-aside", {"reason": ""}, "reason", "Write the reason"),
        ("setting-aside", {"reason": "  \u3000"}, "reason", "Write the reason"),
        ("setting-aside", {"reason": "长" * 301}, "reason", "at most 300 characters"),
        ("setting-aside", {"reason": "a\u202eb"}, "reason", "invisible control character"),
        ("correction", {"reason": "", "pages": "40"}, "reason", "Write what was corrected"),
        ("correction", {"reason": "x", "pages": "٣"}, "pages", "whole number in digits"),
        ("correction", {"reason": "x", "pages": "1001"}, "pages", "at most 1,000 pages"),
        ("correction", {"reason": "x", "read_on": "2026-12-01"}, "read_on", "still to come"),
        ("correction", {"reason": "x", "book": "", "book_id": ""}, "book", "choose a book"),
        (
            "correction",
            {"reason": "x", "book": "", "book_id": "", "isbn": "9787020002207"},
            "book",
            "No book",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_decided(
    librarian: Visitor, entry: LogEntry, deed: str, typed: dict[str, str], name: str, said: str
) -> None:
    page = send(librarian, entry, deed, 400, **typed)
    assert said in page.errors_of(name)
    if deed == "correction":
        field = page.soup.find(attrs={"name": "reason"})
        assert field["value"] == typed["reason"], "the form keeps what was typed"
    assert (decisions(), only_entry().standing, only_entry().pages) == ([], "waiting", 400)


def test_extra_fields_decide_nothing_more(librarian: Visitor, entry: LogEntry) -> None:
    send(
        librarian,
        entry,
        "confirmation",
        resident=str(uuid.uuid4()),
        points="999",
        decision="set_aside",
        pages="1",
    )
    assert (only_entry().standing, only_entry().pages) == ("kept", 400)


def test_a_removed_entry_is_not_there_to_be_judged(librarian: Visitor, cast: Cast, entry: LogEntry) -> None:
    actions.remove(entry.id, cast.account("resident").id)
    assert "红楼梦" not in librarian.get("/logbook/review").text
    librarian.get(f"/logbook/review/{entry.id}", 404)


def test_each_decision_is_a_line_of_the_trail(librarian: Visitor, cast: Cast, entry: LogEntry) -> None:
    send(librarian, entry, "setting-aside", reason=REASON)
    send(librarian, entry, "confirmation")
    lines = list(db.session.scalars(select(AuditLine).where(AuditLine.deed.like("log.%"))))
    assert sorted(line.deed for line in lines) == ["log.set_aside", "log.taken_back"]
    assert {(line.by_id, line.subject_id) for line in lines} == {(cast.librarian.id, cast.resident.id)}
    assert all(line.detail == {"entry": str(entry.id)} for line in lines)


def test_the_staff_desk_leads_there_who_may_review(app: Flask, cast: Cast, librarian: Visitor) -> None:
    assert librarian.get("/staff").soup.find("a", href="/logbook/review")
    assert not Visitor(app).sign_in(cast.steward).get("/staff").soup.find("a", href="/logbook/review")
