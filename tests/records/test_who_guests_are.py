"""Who a guest is: nobody's answer is overwritten without a word, and what was taken back is told with who did it."""

import uuid

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from reading.attendance import actions as attendance
from reading.attendance.models import Guest, Matching
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Role
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.records.scene import guest_of, status_of

REFUSED = "This was changed since you opened the form, so nothing was saved yet."


@pytest.fixture
def guest(event: Event) -> Guest:
    return guest_of(event, "李四")


@pytest.fixture
def colleague(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


@pytest.fixture
def path(event: Event, guest: Guest) -> str:
    return f"/events/{event.id}/record/{guest.id}"


def choose(page: Page, resident_id: uuid.UUID) -> Tag:
    """Return the form that says that the guest is this resident."""
    field = page.soup.find("input", attrs={"name": "resident", "value": str(resident_id)})
    assert field is not None
    form = field.find_parent("form")
    assert form is not None
    return form


def who(event: Event) -> uuid.UUID | None:
    db.session.expire_all()
    return guest_of(event, "李四").resident_id


def test_an_older_page_is_told_whom_a_colleague_chose_and_one_tap_saves_the_other(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast, path: str, clock: TestClock
) -> None:
    older = librarian.get(f"{path}?q=wdy")
    page = colleague.get(f"{path}?q=stf")
    colleague.submit(page, form=choose(page, cast.neighbour.id))
    clock.advance(minutes=5)
    told = librarian.submit(older, 409, form=choose(older, cast.phoneless.id))
    assert REFUSED in told.text
    assert f"It says now: {cast.neighbour.name}" in told.text
    assert f"Not saved {cast.phoneless.name}" in told.text
    assert "was said to be" in told.text
    assert who(event) == cast.neighbour.id
    saved = librarian.submit(told, form=told.form(holding="resident"))
    assert saved.path == f"/events/{event.id}/record/{cast.phoneless.id}"
    assert who(event) == cast.phoneless.id


def test_who_was_taken_back_is_told_of_on_their_page_with_who_said_it_and_who_took_it_away(
    librarian: Visitor, event: Event, cast: Cast, guest: Guest, clock: TestClock
) -> None:
    by = db.session.get_one(Account, cast.admin.id)
    attendance.match_guest(guest.id, cast.phoneless.id, by)
    clock.advance(minutes=5)
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    assert status_of(event, cast.phoneless.id) == "undone"
    assert f"said to be {cast.phoneless.name}: 20 Nov 09:00, by {cast.admin.name}." in page.text
    assert f"Taken back: 20 Nov 09:05, by {cast.librarian.name}." in page.text
    assert "waits to be confirmed" not in page.text
    assert "No mark is this person's any more." in page.text
    page = librarian.get(f"/events/{event.id}/record/{cast.neighbour.id}")
    assert f"said to be {cast.neighbour.name}: 20 Nov 09:05, by {cast.librarian.name}." in page.text
    assert "Taken back" not in page.text
    attendance.match_guest(guest.id, None, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record/{guest.id}")
    assert page.text.count("Taken back: ") == 2


def test_what_is_said_of_a_guest_and_taken_back_is_told_as_it_stands_then(
    librarian: Visitor, event: Event, cast: Cast, path: str
) -> None:
    page = librarian.get(f"{path}?q=wdy")
    for resident, text in ((cast.phoneless, "stf"), (cast.neighbour, "")):
        page = librarian.submit(page, form=choose(page, resident.id))
        assert f"李四 is {resident.name}: the attendance is theirs." in page.text
        assert "is a guest by name again" not in page.text
        page = librarian.submit(page, form=page.form(action=f"{path}/resident/removal"))
        assert "李四 is a guest by name again." in page.text
        assert "the attendance is theirs" not in page.text
        page = librarian.get(f"{path}?q={text}") if text else page


def test_the_same_form_sent_twice_is_a_quiet_success_also_after_a_colleagues(
    librarian: Visitor, event: Event, cast: Cast, path: str, guest: Guest
) -> None:
    older = librarian.get(f"{path}?q=wdy")
    form = choose(older, cast.phoneless.id)
    for _tap in range(2):
        assert librarian.submit(older, form=form).path.endswith(str(cast.phoneless.id))
    page = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    removal = page.form(action=f"{path}/resident/removal")
    for _tap in range(2):
        assert librarian.submit(page, form=removal).h1 == "李四"
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    for sent_page, sent_form in ((older, form), (page, removal)):
        again = librarian.submit(sent_page, form=sent_form)
        assert f"李四 is {cast.neighbour.name}" in again.text
    assert who(event) == cast.neighbour.id
    assert len(db.session.scalars(select(Matching)).all()) == 2


def test_taking_back_an_older_answer_does_not_take_back_a_newer_one(
    librarian: Visitor, event: Event, cast: Cast, path: str, guest: Guest
) -> None:
    attendance.match_guest(guest.id, cast.phoneless.id, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    told = librarian.submit(page, 409, form=page.form(action=f"{path}/resident/removal"))
    assert f"It says now: {cast.neighbour.name}" in told.text
    assert "Not saved guest by name" in told.text
    assert who(event) == cast.neighbour.id
    librarian.submit(told, form=told.form(holding="resident"))
    assert who(event) is None


def test_another_answer_under_the_same_id_is_shown_beside_the_first_and_can_be_saved(
    librarian: Visitor, event: Event, cast: Cast, path: str
) -> None:
    page = librarian.get(f"{path}?q=wdy")
    form = choose(page, cast.phoneless.id)
    librarian.submit(page, form=form)
    told = librarian.submit(page, 409, form=form, resident=str(cast.neighbour.id))
    assert who(event) == cast.phoneless.id
    librarian.submit(told, form=told.form(holding="resident"))
    assert who(event) == cast.neighbour.id


def test_an_answer_without_what_was_seen_is_saved_as_it_is(
    librarian: Visitor, event: Event, cast: Cast, path: str, guest: Guest
) -> None:
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    librarian.post(f"{path}/resident", 302, resident=str(cast.phoneless.id))
    assert who(event) == cast.phoneless.id


def test_whom_a_claim_was_confirmed_as_is_told_with_who_confirmed_it_once_that_is_taken_back(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    claim = attendance.claim(event.id, uuid.uuid4(), "老钱", why="late_code", by=None)
    attendance.confirm_guest(claim.id, uuid.uuid4(), cast.librarian, cast.phoneless.id)
    attendance.match_guest(claim.id, None, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    assert "老钱, entered by name, was said to be" in page.text
    assert "Taken back: " in page.text


def test_who_is_of_the_own_household_is_not_offered_but_left_to_a_colleague(
    app: Flask, cast: Cast, event: Event, path: str
) -> None:
    role = Role(
        account_id=cast.account("neighbour").id,
        name="librarian",
        community_id="410581001",
        granted_at=LONG_AGO,
    )
    db.session.add(role)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = visitor.get(f"{path}?q=stf")
    assert "your household: ask a colleague" in page.text
    assert not page.soup.select("input[name=resident]")
    assert visitor.get(f"{path}?q=wdy").soup.select("input[name=resident]")
    claim = attendance.claim(
        event.id, uuid.uuid4(), "老钱", why="late_code", by=None, resident_id=cast.neighbour.id
    )
    page = visitor.get(f"/events/{event.id}/guests")
    assert "your household: ask a colleague" in page.text
    assert not page.soup.select(f"form[action$='/{claim.id}/confirmation']")
    assert page.soup.select(f"form[action$='/{claim.id}/refusal']")
