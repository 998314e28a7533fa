"""Signing up to help at an event, and giving up."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from reading.errors import Refused
from reading.events import actions as events
from reading.extensions import db
from reading.people.models import Resident, Role
from reading.volunteers import actions
from reading.volunteers.models import Helper
from tests.attendance.marking import send, sent
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.volunteers.helping import helps, names


def test_a_resident_finds_the_way_from_the_event_and_signs_up_with_one_button(app: Flask, cast: Cast) -> None:
    event, neighbour = planned(cast), Visitor(app).sign_in(cast.neighbour)
    page = neighbour.get(f"/events/{event.id}")
    assert page.soup.find("a", href=f"/events/{event.id}/helpers")
    page = neighbour.submit(neighbour.get(f"/events/{event.id}/helpers"))
    assert "单田方 helps. Thank you!" in page.text
    assert names(event) == ["单田方"]
    assert "1 person does" in Visitor(app).get(f"/events/{event.id}").text


def test_other_residents_see_how_many_help_but_no_name(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    helps(event, cast.neighbour)
    page = Visitor(app).sign_in(cast.resident).get(f"/events/{event.id}/helpers")
    assert "1 person helps so far" in page.text
    assert "单田方" not in page.text


def test_staff_of_the_place_see_who_helps_by_name(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    helps(event, cast.neighbour)
    assert "单田方" in Visitor(app).sign_in(cast.librarian).get(f"/events/{event.id}/helpers").text
    assert "单田方" not in Visitor(app).sign_in(cast.organizer).get(f"/events/{event.id}/helpers").text


def test_the_same_id_twice_is_one_helper(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    for data in (sent, sent, {**sent, "id": str(uuid.uuid4())}):
        visitor.post(f"/events/{event.id}/helpers", 302, **data)
    assert names(event) == ["张晓明"]


def test_the_same_id_for_another_person_is_told_and_can_be_sent_as_a_new_one(app: Flask, cast: Cast) -> None:
    add_resident("张奶奶", "410581001001-1-1-1", guardian=db.session.merge(cast.account("resident")))
    granny = db.session.query(Resident).filter_by(name="张奶奶").one()
    granny.relation, granny.child_number = "other", None
    db.session.commit()
    granny_id = str(granny.id)
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    visitor.post(f"/events/{event.id}/helpers", **sent)
    page = visitor.post(f"/events/{event.id}/helpers", 409, **{**sent, "resident": granny_id})
    assert "张晓明" in page.text
    assert names(event) == ["张晓明"]
    visitor.submit(page)
    assert names(event) == ["张奶奶", "张晓明"]


def test_the_same_id_from_another_account_is_refused_and_leaks_nothing(app: Flask, cast: Cast) -> None:
    event, sent_id = planned(cast), str(uuid.uuid4())
    Visitor(app).sign_in(cast.resident).post(
        f"/events/{event.id}/helpers", id=sent_id, resident=str(cast.resident.id)
    )
    other = Visitor(app).sign_in(cast.neighbour)
    page = other.post(f"/events/{event.id}/helpers", 409, id=sent_id, resident=str(cast.neighbour.id))
    assert "张晓明" not in page.text
    assert names(event) == ["张晓明"]


def test_a_child_cannot_sign_up_to_help(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    assert "张小花" not in visitor.get(f"/events/{event.id}/helpers").text
    page = visitor.post(f"/events/{event.id}/helpers", 409, resident=str(cast.child.id))
    assert "Only grown-ups can sign up to help." in page.text
    assert names(event) == []


def test_who_turns_eighteen_that_day_can_help(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    young = add_resident("青年", "410581001001", phone="13800000077", born_on=date(2008, 11, 18))
    younger = add_resident("少年", "410581001001", phone="13800000078", born_on=date(2008, 11, 19))
    db.session.commit()
    ids = [(one.id, one.account_id) for one in (young, younger)]
    assert actions.sign_up(event.id, ids[0][0], uuid.uuid4(), ids[0][1]).resident_id == ids[0][0]
    with pytest.raises(Refused, match="成年人"):
        actions.sign_up(event.id, ids[1][0], uuid.uuid4(), ids[1][1])


def test_who_takes_part_no_more_cannot_sign_up(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    db.session.get_one(Resident, cast.neighbour.id).left_at = LONG_AGO
    db.session.commit()
    visitor.post(f"/events/{event.id}/helpers", 404, resident=str(cast.neighbour.id), id=str(uuid.uuid4()))
    assert names(event) == []


@pytest.mark.parametrize("resident", ["", "nonsense", "1\0"])
def test_a_sign_up_that_does_not_say_who_is_not_read(app: Flask, cast: Cast, resident: str) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    visitor.post(f"/events/{event.id}/helpers", 400, resident=resident)
    visitor.post(f"/events/{event.id}/helpers", 400, resident=str(cast.resident.id), id="nonsense")


def test_nobody_signs_up_or_lets_off_another_household(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    visitor.post(f"/events/{event.id}/helpers", 404, resident=str(cast.neighbour.id))
    helper = helps(event, cast.neighbour)
    visitor.post(f"/events/{event.id}/helpers/{helper.id}/removal", 404)
    assert names(event) == ["单田方"]


def test_staff_find_and_sign_up_who_has_no_phone(app: Flask, cast: Cast) -> None:
    event, librarian = planned(cast), Visitor(app).sign_in(cast.librarian)
    page = librarian.get(f"/events/{event.id}/helpers?q=wdy")
    found = page.soup.find("input", attrs={"name": "resident", "value": str(cast.phoneless.id)})
    assert found
    librarian.submit(page, form=found.find_parent("form"))
    assert names(event) == ["吴大爷"]


def test_who_may_know_a_name_tells_two_people_apart_as_the_roster_does(app: Flask, cast: Cast) -> None:
    event, librarian = planned(cast), Visitor(app).sign_in(cast.librarian)
    for page in ("helpers", "roster"):
        assert "吴大爷 和顺园 1号楼 1单元" in librarian.get(f"/events/{event.id}/{page}?q=wdy").text


def test_who_may_not_know_a_name_has_it_masked_with_the_community_until_they_are_on_the_roster(
    app: Flask, cast: Cast
) -> None:
    event, account = planned(cast), cast.account("outsider")
    db.session.add(
        Role(account_id=account.id, name="organizer", community_id="410581001", granted_at=LONG_AGO)
    )
    db.session.commit()
    organizer, page = Visitor(app).sign_in(account), f"/events/{event.id}/helpers?q=wdy"
    told = organizer.get(page)
    assert "吴*爷 开元社区" in told.text
    assert not any(one in str(told.soup) for one in ("吴大爷", "和顺园", "1号楼", "1单元"))
    events.sign_up(event.id, cast.phoneless.id, uuid.uuid4(), cast.librarian.id)
    assert "吴大爷 和顺园 1号楼 1单元" in organizer.get(page).text


def test_who_came_without_signing_up_is_told_in_full_on_both_pages_also_once_the_mark_is_taken_back(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event, account = planned(cast), cast.account("outsider")
    db.session.add(
        Role(account_id=account.id, name="organizer", community_id="410581001", granted_at=LONG_AGO)
    )
    db.session.commit()
    organizer, pages = (
        Visitor(app).sign_in(account),
        [f"/events/{event.id}/{one}" for one in ("helpers", "roster")],
    )
    clock.set(at("2026-11-20 19:30"))
    assert all("吴*爷 开元社区" in organizer.get(f"{page}?q=wdy").text for page in pages)
    for status in ("present", "undone"):
        assert send(event, cast.librarian, sent(cast.phoneless, status, reason="不在")) == ["stored"]
        clock.advance(minutes=1)
        assert all("吴大爷 和顺园 1号楼 1单元" in organizer.get(f"{page}?q=wdy").text for page in pages)


@pytest.mark.parametrize("page", ["helpers", "roster"])
def test_two_people_of_one_masked_name_and_community_are_told_apart_without_their_homes(
    app: Flask, cast: Cast, page: str
) -> None:
    event, account, home = planned(cast), cast.account("outsider"), cast.phoneless.home_code
    db.session.add(
        Role(account_id=account.id, name="organizer", community_id="410581001", granted_at=LONG_AGO)
    )
    for name, phone in (("吴大伯", None), ("吴二伯", "13700000017"), ("吴三伯", "13700000025")):
        add_resident(name, home, phone=phone)
    add_resident("吴小伯", home, born_on=date(2018, 3, 8)).phone = "13700000033"
    db.session.commit()
    organizer = Visitor(app).sign_in(account)
    found = organizer.get(f"/events/{event.id}/{page}?q=伯")
    shown = ["grown-up, no phone", "grown-up, phone ends in 7", "grown-up, phone ends in 5"]
    # A child does not help.
    for words in [*shown, *(["child, phone ends in 3"] if page == "roster" else [])]:
        assert f"吴*伯 ({words}) 开元社区" in found.text
    assert "和顺园" not in str(found.soup)
    assert "吴*伯 开元社区" in organizer.get(f"/events/{event.id}/{page}?q=吴三").text


def test_helping_is_given_up_before_it_begins_and_taken_up_again(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    helper = helps(event, cast.neighbour)
    for _time in range(2):
        visitor.post(f"/events/{event.id}/helpers/{helper.id}/removal")
    assert names(event) == []
    visitor.submit(visitor.get(f"/events/{event.id}/helpers"))
    assert names(event) == ["单田方"]
    assert db.session.query(Helper).count() == 2


def test_helping_cannot_be_given_up_once_it_has_begun(app: Flask, cast: Cast, clock: TestClock) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    helper = helps(event, cast.neighbour)
    clock.set(at("2026-11-20 19:30"))
    page = visitor.post(f"/events/{event.id}/helpers/{helper.id}/removal", 409)
    assert "It has begun" in page.text
    assert names(event) == ["单田方"]


def test_one_may_still_sign_up_while_it_is_on_but_not_afterwards(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    clock.set(at("2026-11-20 21:00"))
    page = visitor.post(f"/events/{event.id}/helpers", 409, resident=str(cast.neighbour.id))
    assert "This event is over" in page.text
    assert not visitor.get(f"/events/{event.id}/helpers").soup.select("main form")
    clock.set(at("2026-11-20 20:59"))
    visitor.submit(visitor.get(f"/events/{event.id}/helpers"))
    assert names(event) == ["单田方"]


def test_a_cancelled_event_takes_no_helpers(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    events.cancel(event.id, "", cast.librarian.id)
    page = visitor.post(f"/events/{event.id}/helpers", 409, resident=str(cast.neighbour.id))
    assert "cancelled" in page.text
    assert not visitor.get(f"/events/{event.id}/helpers").soup.select("main form")


def test_a_helper_finds_at_home_where_they_help_also_when_it_was_cancelled(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.neighbour)
    helps(event, cast.neighbour)
    events.cancel(event.id, "", cast.librarian.id)
    page = visitor.get("/")
    assert "Where we help" in page.text
    assert "《活着》读书分享会 · Cancelled" in page.text
    assert "Where we help" not in Visitor(app).sign_in(cast.resident).get("/").text


def test_two_phones_at_once_make_one_helper(app: Flask, cast: Cast) -> None:
    event, together = planned(cast), Barrier(2)

    def send(_number: int) -> uuid.UUID:
        with app.app_context():
            together.wait()
            return actions.sign_up(event.id, cast.neighbour.id, uuid.uuid4(), cast.neighbour.account_id).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1
    db.session.rollback()
    assert names(event) == ["单田方"]


def test_an_event_that_is_not_there_has_no_helpers(app: Flask, cast: Cast) -> None:
    visitor, nowhere = Visitor(app).sign_in(cast.resident), uuid.uuid4()
    visitor.get(f"/events/{nowhere}/helpers", 404)
    visitor.post(f"/events/{nowhere}/helpers", 404, resident=str(cast.resident.id))
    visitor.post(f"/events/{planned(cast).id}/helpers/{nowhere}/removal", 404)
