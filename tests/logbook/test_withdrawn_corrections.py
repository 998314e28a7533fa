"""Of whom nothing new is recorded, a record may come to say less, and no more than it said."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from reading.extensions import db
from reading.logbook import actions, review_actions
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked
from reading.people.consent_queries import Withdrawn
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.logbook.reviewing import decisions, send, sent
from tests.logbook.telling import TODAY, books_agree, keep, only_entry, told
from tests.pages import Visitor

DAY = TODAY - timedelta(days=3)
WORDS = "活着就是为了活着本身。很好看。"


@pytest.fixture
def entry(app: Flask, cast: Cast) -> LogEntry:
    """A record of somebody who withdrew the consent to take part after it was written."""
    kept = keep(cast.resident, "活着", DAY, pages=400, minutes=60, reflection=WORDS)
    decide(cast.resident.id, "taking_part", False, cast.account("resident"))
    return db.session.get_one(LogEntry, kept.id)


def said(entry: LogEntry) -> tuple[Any, ...]:
    """Return all that a record says."""
    return *entry.measure, entry.reflection


def changed(cast: Cast, pages: int | None = 400, minutes: int | None = 60, **other: Any) -> Any:
    """Return what the record says, but for what is told otherwise."""
    amounts = Amounts(pages, minutes, other.pop("finished", False))
    return replace(told(cast.resident, "活着", DAY, reflection=WORDS), amounts=amounts, **other)


@pytest.mark.parametrize(
    "more",
    [
        {"pages": 401},
        {"minutes": 61},
        {"pages": None, "minutes": 61},
        {"finished": True},
        {"read_on": TODAY},
        {"read_on": DAY - timedelta(days=1)},
        {"book": BookAsked(title="红楼梦"), "pages": 10},
        {"reflection": WORDS + "今天又读了一遍。"},
        {"reflection": "别的话"},
    ],
)
def test_a_correction_that_says_more_is_refused_whoever_sends_it(
    entry: LogEntry, cast: Cast, more: dict[str, Any]
) -> None:
    before, librarian = said(entry), cast.account("librarian")
    with pytest.raises(Withdrawn):
        actions.correct(entry.id, changed(cast, **more), cast.account("resident").id)
    with pytest.raises(Withdrawn):
        review_actions.correct(sent(only_entry(), librarian, "一起看过了。"), changed(cast, **more))
    assert said(only_entry()) == before
    assert not decisions()


@pytest.mark.parametrize(
    "less",
    [
        {"pages": 40},
        {"pages": None},
        {"minutes": None},
        {"reflection": ""},
        {"reflection": "活着就是为了活着。很好看。"},
        {"pages": 40, "minutes": 6, "reflection": "很好看。"},
    ],
)
def test_a_correction_that_says_less_is_taken(entry: LogEntry, cast: Cast, less: dict[str, Any]) -> None:
    before = said(entry)
    actions.correct(entry.id, changed(cast, **less), cast.account("resident").id)
    assert said(only_entry()) != before
    assert books_agree()


def test_the_form_keeps_what_was_typed_and_says_why(entry: LogEntry, app: Flask, cast: Cast) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get(f"/logbook/{entry.id}")
    page = reader.submit(form, 409, book="红楼梦", pages="30", read_on=TODAY.isoformat())
    assert "no longer agrees that new records are kept" in page.text
    assert page.soup.find(id="book")["value"] == "红楼梦"
    assert page.soup.main.select_one("a[href^='/me/consents']")
    assert only_entry().book.title == "活着"
    assert "The record was corrected." in reader.submit(page, book="活着", read_on=DAY.isoformat()).text
    assert (only_entry().book.title, only_entry().pages, only_entry().read_on) == ("活着", 30, DAY)


def test_the_form_says_before_anything_is_typed_what_it_takes_and_leads_back(
    entry: LogEntry, app: Flask, cast: Cast
) -> None:
    reader, where = Visitor(app).sign_in(cast.resident), f"/logbook/{entry.id}"
    page = reader.get(where)
    assert "You withdrew your consent to take part, so nothing new is recorded." in page.text
    assert "This record can still be corrected to say less, or removed." in page.text
    assert page.soup.select_one(f"main a[href='/me/consents?next={where}#of-{cast.resident.id}']")
    page = reader.submit(page, 400, pages="many")
    assert "You withdrew your consent" in page.text
    decide(cast.resident.id, "taking_part", True, cast.account("resident"))
    assert "You withdrew your consent" not in reader.get(where).text


def test_a_steward_is_told_of_a_neighbour_s_record_too(app: Flask, cast: Cast) -> None:
    said, by = told(cast.phoneless, "活着", DAY, pages=30), cast.account("steward").id
    entry = actions.log(uuid.uuid4(), said, by)
    decide(cast.phoneless.id, "taking_part", False, cast.account("steward"))
    page = Visitor(app).sign_in(cast.steward).get(f"/logbook/{entry.id}")
    assert "The consent of 吴大爷 to take part was withdrawn" in page.text
    assert page.soup.select_one(f"main a[href^='/residents/{cast.phoneless.id}/consents?next=/logbook/']")


def test_a_record_can_be_removed_still(entry: LogEntry, app: Flask, cast: Cast) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    reader.submit(reader.get(f"/logbook/{entry.id}/removal"))
    assert only_entry().removed_at is not None


def test_who_agrees_again_may_say_more(entry: LogEntry, cast: Cast) -> None:
    decide(cast.resident.id, "taking_part", True, cast.account("resident"))
    actions.correct(entry.id, changed(cast, pages=401), cast.account("resident").id)
    assert only_entry().pages == 401


def test_a_librarian_keeps_what_they_typed_and_may_let_it_say_less(
    entry: LogEntry, app: Flask, cast: Cast
) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    typed = {"pages": "450", "reason": "一起看过了。", "sure": "450/60"}
    page = send(librarian, entry, "correction", 409, **typed)
    assert "no longer agrees that new records are kept" in page.text
    assert page.soup.find(id="pages")["value"] == "450"
    assert "/me/consents" not in str(page.soup.main)
    librarian.submit(page, pages="40", sure="")
    assert (only_entry().pages, only_entry().standing) == (40, "kept")
    assert books_agree()
