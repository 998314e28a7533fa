"""Logging for a child, and for people who have no phone."""

import uuid

import pytest
from flask import Flask

from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast
from tests.logbook.telling import TODAY, books_agree, entries, keep, only_entry, write
from tests.pages import Visitor


def test_a_guardian_writes_for_a_child(app: Flask, cast: Cast) -> None:
    keep(cast.resident, "红楼梦")
    guardian = Visitor(app).sign_in(cast.resident)
    form = guardian.get(f"/logbook/new?resident={cast.child.id}")
    assert form.h1 == "What did 张小花 read?"
    assert "Go on with" not in form.text
    page = guardian.submit(form, book="草房子", pages="20")
    assert page.h1 == "What 张小花 has read"
    assert "草房子" in page.text
    assert {entry.resident_id for entry in entries()} == {cast.resident.id, cast.child.id}
    assert "草房子" not in guardian.get("/logbook").soup.main.get_text()
    assert books_agree()


def test_the_household_is_one_tap_away(app: Flask, cast: Cast) -> None:
    guardian, alone = Visitor(app).sign_in(cast.resident), Visitor(app).sign_in(cast.neighbour)
    for path in ("/logbook", "/logbook/new"):
        page = guardian.get(path)
        tabs = page.soup.find("ul", class_="tabs")
        assert [a.get_text() for a in tabs.find_all("a")] == ["张晓明", "张小花"]
        assert tabs.find("a", attrs={"aria-current": "page"}).get_text() == "张晓明"
    assert alone.get("/logbook").soup.find("ul", class_="tabs") is None


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("neighbour", "resident"), ("resident", "neighbour"), ("neighbour", "phoneless"), ("neighbour", "child"),
        ("steward", "neighbour"), ("steward", "outsider"), ("librarian", "outsider"), ("organizer", "outsider"),
        ("other_admin", "resident"),
    ],
)  # fmt: skip
def test_a_resident_of_another_household_is_not_found(app: Flask, cast: Cast, who: str, whom: str) -> None:
    visitor, resident = Visitor(app).sign_in(getattr(cast, who)), getattr(cast, whom).id
    visitor.get(f"/logbook?resident={resident}", status=404)
    visitor.get(f"/logbook/new?resident={resident}", status=404)
    visitor.post("/logbook/new", status=404, resident=str(resident), book="红楼梦", pages="10")
    assert not entries()


@pytest.mark.parametrize("resident", ["1", "x' OR 1=1", str(uuid.UUID(int=5)), "\0"])
def test_a_resident_who_is_not_there_is_not_found(app: Flask, cast: Cast, resident: str) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.get("/logbook", status=200)
    visitor.post("/logbook/new", status=404, resident=resident, book="红楼梦", pages="10")
    assert not entries()


@pytest.mark.parametrize("who", ["steward", "librarian", "admin"])
def test_staff_write_for_the_people_in_their_reach_and_see_only_that(
    app: Flask, cast: Cast, who: str
) -> None:
    keep(cast.resident, "自己记的书")
    staff, account_id = Visitor(app).sign_in(getattr(cast, who)), getattr(cast, who).id
    form = staff.get(f"/logbook/new?resident={cast.resident.id}")
    assert "自己记的书" not in form.text
    page = staff.submit(form, book="帮着记的书", pages="20")
    assert "Saved for 张晓明: 帮着记的书." in page.text
    assert "point" not in page.text
    assert "自己记的书" not in page.text
    (entered,) = [entry for entry in entries() if entry.book.title == "帮着记的书"]
    assert (entered.entered_by, entered.resident_id, entered.read_on) == (account_id, cast.resident.id, TODAY)
    staff.submit(staff.get(f"/logbook/{entered.id}"), pages="25")
    assert db.session.get_one(type(entered), entered.id).pages == 25
    assert "帮着记的书" in Visitor(app).sign_in(cast.resident).get("/logbook").text
    assert books_agree()


def test_a_steward_writes_for_somebody_without_a_phone(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    page = write(steward, at=f"/logbook/new?resident={cast.phoneless.id}", book="农桑易懂")
    assert (page.path, page.h1) == ("/logbook", "Log for 吴大爷")
    assert only_entry().resident_id == cast.phoneless.id
    assert only_entry().community_id == "410581001001"
    assert "农桑易懂" in steward.get(f"/logbook/new?resident={cast.phoneless.id}").text
    librarian = Visitor(app).sign_in(cast.librarian)
    assert "农桑易懂" not in librarian.get(f"/logbook/new?resident={cast.phoneless.id}").text
    librarian.get(f"/logbook/{only_entry().id}", status=404)


def test_who_moved_out_of_reach_is_no_longer_seen(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    write(steward, at=f"/logbook/new?resident={cast.phoneless.id}")
    entry_id = only_entry().id
    db.session.get_one(Resident, cast.phoneless.id).home_code = "410581001001-1-2"
    db.session.commit()
    steward.get(f"/logbook/{entry_id}", status=404)


def test_an_account_that_is_only_for_work_is_told_how_to_take_part(app: Flask, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    assert "This account is only for work so far." in librarian.get("/logbook").text
    assert librarian.get("/logbook/new", follow=True).path == "/logbook"
    librarian.post("/logbook/new", status=404, book="红楼梦", pages="10")
