"""The organizer's list of who is to be confirmed."""

import uuid
from typing import Any

from flask import Flask
from sqlalchemy import select

from reading.attendance.models import Attendance, Guest, Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from reading.volunteers import actions as volunteers
from tests.cast import Cast, add_resident
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor

WHO: dict[str, Any] = {"name": "单田方", "last_four": "0002"}


def claimed(app: Flask, event: Event, **told: Any) -> uuid.UUID:
    """Let somebody tell a name on a phone; return the claim's id."""
    sent = {"id": str(uuid.uuid4()), **WHO, **told}
    Visitor(app).post(f"{link(event)}/claims", 302, **sent)
    return uuid.UUID(sent["id"])


def guests_page(visitor: Visitor, event: Event) -> Page:
    return visitor.get(f"/events/{event.id}/guests")


def confirm_as(
    visitor: Visitor, event: Event, guest: uuid.UUID, resident: Any = "", status: int = 302
) -> Page:
    where = f"/events/{event.id}/guests/{guest}/confirmation"
    return visitor.post(where, status, id=str(uuid.uuid4()), resident=str(resident))


def test_a_claim_is_confirmed_as_the_resident_of_that_name_and_phone(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    claimed(app, event)
    clock.advance(minutes=5)
    page = guests_page(librarian, event)
    assert "18:40 · phone …0002 · not signed in" in page.text
    assert "开元社区 和顺园 2号楼" in page.text
    page = librarian.submit(page, form=page.form(holding="resident"))
    assert "单田方 is noted as here." in page.text
    kept = db.session.scalars(select(Attendance)).one()
    assert (kept.resident_id, kept.status, kept.method) == (cast.neighbour.id, "present", "claim")
    assert kept.happened_at == clock() - (clock() - kept.happened_at)
    assert "Nobody waits to be confirmed." in page.text


def test_a_claim_nobody_is_found_for_is_confirmed_by_name_only(
    app: Flask, librarian: Visitor, event: Event
) -> None:
    claimed(app, event, name="外村人", last_four="9999")
    page = guests_page(librarian, event)
    labels = [one["aria-label"] for one in page.soup.select("main .btns button")]
    assert labels == ["外村人: Here, by name only"]
    librarian.submit(page)
    guest = db.session.scalars(select(Guest)).one()
    assert (guest.status, guest.resident_id) == ("present", None)
    assert db.session.scalars(select(Attendance)).all() == []


def test_not_here_takes_a_reason_which_the_phone_is_told(
    app: Flask, librarian: Visitor, event: Event
) -> None:
    phone = Visitor(app)
    page = phone.get(link(event))
    phone.submit(page, form=page.form(holding="last_four"), **WHO)
    page = guests_page(librarian, event)
    refusal = page.form(holding="reason")
    page = librarian.submit(page, 400, form=refusal, reason=" ")
    assert "Say why." in page.errors_of("reason")
    assert page.soup.select_one("details[open] [name=reason]")
    page = librarian.submit(page, form=page.form(holding="reason"), reason="喊了三遍，没人应")
    assert "not here: 喊了三遍，没人应" in page.text
    assert "单田方 was not confirmed: 喊了三遍，没人应" in phone.get(link(event)).text
    assert db.session.scalars(select(Attendance)).all() == []


def test_the_phone_is_told_that_it_was_confirmed(app: Flask, librarian: Visitor, event: Event) -> None:
    phone = Visitor(app)
    page = phone.get(link(event))
    phone.submit(page, form=page.form(holding="last_four"), **WHO)
    confirm_as(librarian, event, db.session.scalars(select(Guest.id)).one())
    assert "单田方 is confirmed: here since 18:40." in phone.get(link(event)).text


def test_candidates_have_the_name_and_the_digits_those_on_the_roster_first(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    at_home = add_resident("单田方", "410581001001-1-1-1")
    at_home.phone = "13500000002"
    add_resident("单田方", "410581001001-1-1-2", phone="13500009999")
    elsewhere = add_resident("单田方", "410581106210", phone="13600000002")
    on_roster = add_resident("单田方", "410581106200", phone="13700000002")
    db.session.commit()
    ids = [one.id for one in (on_roster, at_home, elsewhere)]
    events.sign_up(event.id, on_roster.id, uuid.uuid4(), on_roster.account_id)
    guest = claimed(app, event)
    page = guests_page(librarian, event)
    offered = [one["value"] for one in page.soup.select(".btns [name=resident]") if one["value"]]
    assert offered[0] == str(ids[0])
    assert set(offered[1:]) == {str(ids[1]), str(cast.neighbour.id)}
    assert "任村村 · signed up" in page.text
    # Whom the list does not offer nobody is confirmed as.
    confirm_as(librarian, event, guest, ids[2], 404)
    assert db.session.scalars(select(Guest.status)).all() == ["waiting"]


def test_a_helper_sees_the_names_of_those_on_no_roster_masked_and_not_where_they_live(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    helper_id = uuid.uuid4()
    volunteers.sign_up(event.id, cast.resident.id, helper_id, cast.resident.account_id)
    volunteers.name(event.id, helper_id, cast.librarian.id)
    claimed(app, event)
    page = guests_page(Visitor(app).sign_in(cast.resident), event)
    assert "单*方 · 开元街道 开元社区" in page.text
    assert "2号楼" not in page.text
    assert "单田方 · 开元社区 和顺园 2号楼" in guests_page(librarian, event).text


def test_who_claimed_while_signed_in_is_who_they_say(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    clock.advance(minutes=1)
    child = Visitor(app).sign_in(cast.resident)
    child.post(f"{where}/claims", 302, resident=str(cast.child.id))
    page = guests_page(librarian, event)
    assert "the code was too old" in page.text
    assert [one["value"] for one in page.soup.select(".btns [name=resident]")] == [str(cast.child.id)]
    librarian.submit(page, form=page.form(holding="resident"))
    assert db.session.scalars(select(Attendance.resident_id)).one() == cast.child.id


def test_who_is_here_already_is_told_beside_the_claim_and_stays_one_record(
    app: Flask, neighbour: Visitor, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    guest = claimed(app, event)
    clock.advance(minutes=3)
    neighbour.submit(neighbour.get(link(event)))
    assert "here since 18:43" in guests_page(librarian, event).text
    confirm_as(librarian, event, guest, cast.neighbour.id)
    kept = db.session.scalars(select(Attendance)).one()
    # They came when they first said so.
    assert kept.happened_at.minute == 40


def test_two_organizers_who_decide_differently_leave_the_first_decision(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = claimed(app, event)
    confirm_as(librarian, event, guest, cast.neighbour.id)
    admin = Visitor(app).sign_in(cast.admin)
    where = f"/events/{event.id}/guests/{guest}/refusal"
    page = admin.post(where, 200, follow=True, id=str(uuid.uuid4()), reason="没来")
    assert "单田方 is noted as here." in page.text
    assert [one.status for one in db.session.scalars(select(Mark))] == ["present"]


def test_pressed_twice_it_is_one_mark(app: Flask, librarian: Visitor, event: Event, cast: Cast) -> None:
    guest, mark = claimed(app, event), str(uuid.uuid4())
    where = f"/events/{event.id}/guests/{guest}/confirmation"
    for _press in range(2):
        librarian.post(where, 302, id=mark, resident=str(cast.neighbour.id))
    assert len(db.session.scalars(select(Mark)).all()) == 1


def test_nobody_confirms_their_own_household(app: Flask, event: Event, cast: Cast) -> None:
    own = Resident(
        community_id="410581001001", home_code="410581001001", account_id=cast.librarian.id, name="李馆员",
        keys="lgy", sort_key="li", created_at=event.created_at,
    )  # fmt: skip
    db.session.add(own)
    db.session.commit()
    own_id = own.id
    guest = claimed(app, event, name="李馆员", last_four="0003")
    page = confirm_as(Visitor(app).sign_in(cast.librarian), event, guest, own_id, 409)
    assert "own household" in page.text
    assert db.session.scalars(select(Guest.status)).all() == ["waiting"]


def test_a_claim_of_another_event_or_none_is_not_found(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    confirm_as(librarian, event, uuid.uuid4(), "", 404)
    guest = claimed(app, event)
    confirm_as(librarian, event, guest, "nonsense", 400)
    confirm_as(Visitor(app).sign_in(cast.organizer), event, guest, "", 404)
    assert db.session.scalars(select(Guest.status)).all() == ["waiting"]


def test_the_roster_says_how_many_wait(app: Flask, librarian: Visitor, event: Event) -> None:
    assert "to be confirmed" not in librarian.get(f"/events/{event.id}/roster").text
    claimed(app, event)
    page = librarian.get(f"/events/{event.id}/roster")
    found = page.soup.select_one(f"a[href='/events/{event.id}/guests']")
    assert found is not None
    assert "1 person to be confirmed" in found.get_text()


def test_of_a_cancelled_or_long_past_event_nobody_is_offered_to_be_confirmed(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    claimed(app, event)
    events.cancel(event.id, "停电", cast.librarian.id)
    page = guests_page(librarian, event)
    assert "This event has been cancelled." in page.text
    assert not page.soup.select("form[action$='/confirmation']")
    event = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    claimed(app, event)
    clock.advance(days=32)
    page = guests_page(librarian, event)
    assert "The roster is closed" in page.text
    assert not page.soup.select("form[action$='/confirmation']")
    page = librarian.submit(page, form=page.form(holding="reason"), reason="没有来")
    assert "is not noted as here." in page.text
