"""Logging for a child, and for people who have no phone."""

import uuid
from typing import Any

import pytest
from flask import Flask

from reading.extensions import db
from reading.people.models import Resident
from reading.rights import consent_actions as consents
from tests.cast import Cast
from tests.logbook.telling import TODAY, books_agree, entries, keep, only_entry, write
from tests.pages import Visitor


def move(resident: Resident, home_code: str) -> None:
    db.session.get_one(Resident, resident.id).home_code = home_code
    db.session.commit()


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


@pytest.mark.parametrize(
    ("resident", "status"), [("1", 400), ("x' OR 1=1", 400), ("\0", 400), (str(uuid.UUID(int=5)), 404)]
)
def test_a_resident_who_is_not_there_is_not_found(app: Flask, cast: Cast, resident: str, status: int) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.get("/logbook", status=200)
    page = visitor.post("/logbook/new", status, resident=resident, book="红楼梦", pages="10")
    assert page.errors_of("resident") == "Error: Say who was reading."
    assert not entries()


@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        (
            "en",
            "You cannot write for this person: they may have moved, or take part no more.",
            "Say who was reading.",
        ),
        ("zh", "您不能替这个人记：可能搬走了，也可能不再参加了。", "请选择是谁读的。"),
    ],
)
def test_what_was_written_for_nobody_one_may_write_for_is_kept_until_it_is_said_who_was_reading(
    app: Flask, cast: Cast, language: str, said: str, asked: str
) -> None:
    guardian = Visitor(app, language).sign_in(cast.resident)
    sent: dict[str, Any] = {"book": "红楼梦", "pages": "10", "reflection": "写了很久的一段话"}
    page = guardian.post("/logbook/new", 404, resident=str(uuid.uuid4()), **sent)
    assert said in page.text
    assert guardian.post("/logbook/new", 404, resident=str(cast.neighbour.id), **sent).text == page.text
    again = guardian.submit(page, 400)
    assert asked in again.errors_of("resident")
    assert not entries()
    guardian.submit(again, resident=str(cast.child.id))
    kept = only_entry()
    assert (kept.resident_id, kept.book.title, kept.reflection) == (
        cast.child.id,
        "红楼梦",
        "写了很久的一段话",
    )


def test_what_else_is_wrong_is_told_with_it(app: Flask, cast: Cast) -> None:
    form = Visitor(app).sign_in(cast.resident)
    page = form.post("/logbook/new", 404, resident=str(uuid.UUID(int=5)), book="红楼梦", pages="many")
    assert "Write a whole number" in page.errors_of("pages")
    assert page.errors_of("resident")


def test_a_chosen_book_stays_chosen(app: Flask, cast: Cast) -> None:
    entry, reader = keep(cast.resident, "活着"), Visitor(app).sign_in(cast.resident)
    page = reader.post("/logbook/new", 400, resident="1", book_id=str(entry.book_id), pages="10")
    reader.submit(page, resident=str(cast.resident.id))
    assert [one.book.title for one in entries()] == ["活着", "活着"]


def test_staff_keep_what_they_wrote_for_somebody_who_moved_away_meanwhile(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    form = steward.get(f"/logbook/new?resident={cast.phoneless.id}")
    move(cast.phoneless, "410581001001-1-2")
    page = steward.submit(form, 404, book="农桑易懂", pages="20", reflection="念给他听的")
    assert "Nothing was saved. What you wrote stands below." in page.text
    assert "念给他听的" in page.text
    assert "吴大爷" not in page.text
    move(cast.phoneless, "410581001001-1-1-1")
    assert "Saved for 吴大爷" in steward.submit(page).text
    assert only_entry().reflection == "念给他听的"


def test_who_agrees_to_it_no_more_has_what_they_wrote_back(app: Flask, cast: Cast) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get("/logbook/new")
    consents.decide(cast.resident.id, "taking_part", False, cast.account("resident"))
    page = reader.submit(form, 409, book="活着", pages="20", reflection="写了很久的一段话")
    assert "no longer agrees that new records are kept" in page.text
    assert "写了很久的一段话" in page.text
    assert page.soup.main.select_one("a[href^='/me/consents']")
    assert not entries()


def test_a_steward_is_shown_where_who_has_no_account_can_agree_again(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    typed: dict[str, Any] = {"book": "红楼梦", "pages": "30"}
    # Both were at the door with the form open; what was typed in it is kept.
    of_phoneless, of_resident = (
        steward.get(f"/logbook/new?resident={one.id}") for one in (cast.phoneless, cast.resident)
    )
    consents.decide(cast.phoneless.id, "taking_part", False, cast.account("steward"))
    consents.decide(cast.resident.id, "taking_part", False, cast.account("resident"))
    page = steward.submit(of_phoneless, 409, **typed)
    assert page.soup.find(id="book")["value"] == "红楼梦"
    again = page.soup.main.select_one(f"a[href^='/residents/{cast.phoneless.id}/consents']")
    steward.get(again["href"])
    page = steward.submit(of_resident, 409, **typed)
    assert "consents" not in str(page.soup.main)
    assert not entries()


def test_staff_are_told_before_they_write_that_nothing_new_is_recorded(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    consents.decide(cast.phoneless.id, "taking_part", False, cast.account("steward"))
    consents.decide(cast.resident.id, "taking_part", False, cast.account("resident"))
    for one, leads_on in ((cast.phoneless, True), (cast.resident, False)):
        for path in (f"/logbook/new?resident={one.id}", f"/buildings/people/{one.id}"):
            page = steward.get(path)
            assert f"The consent of {one.name} to take part was withdrawn" in page.text
            assert not page.soup.select("form#log, [name=resident], .actions a[href^='/logbook/new']")
            again = page.soup.select(f'.actions a[href^="/residents/{one.id}/consents"]')
            assert bool(again) == leads_on
            assert not page.soup.select('a.btn[href^="/me/consents"]')
    consents.decide(cast.phoneless.id, "taking_part", True, cast.account("steward"))
    assert steward.get(f"/logbook/new?resident={cast.phoneless.id}").soup.select("form#log")
    assert steward.get(f"/buildings/people/{cast.phoneless.id}").soup.select(
        ".actions a[href^='/logbook/new']"
    )


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


def test_what_a_resident_writes_into_a_record_is_their_own_whoever_began_it(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    write(steward, at=f"/logbook/new?resident={cast.resident.id}", book="帮着记的书")
    entry_id = only_entry().id
    form = steward.get(f"/logbook/{entry_id}")
    resident = Visitor(app).sign_in(cast.resident)
    resident.submit(resident.get(f"/logbook/{entry_id}"), reflection="只写给自己")
    steward.get(f"/logbook/{entry_id}", status=404)
    steward.submit(form, 404, pages="45")
    assert "帮着记的书" not in steward.get(f"/logbook/new?resident={cast.resident.id}").text
    assert (only_entry().reflection, only_entry().removed_at) == ("只写给自己", None)


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
    move(cast.phoneless, "410581001001-1-2")
    steward.get(f"/logbook/{entry_id}", status=404)


def test_an_account_that_is_only_for_work_is_told_how_to_take_part(app: Flask, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    assert "This account is only for work so far." in librarian.get("/logbook").text
    assert librarian.get("/logbook/new", follow=True).path == "/logbook"
    librarian.post("/logbook/new", status=404, book="红楼梦", pages="10")
