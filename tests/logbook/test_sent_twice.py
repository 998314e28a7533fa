"""The same sending makes one record, whatever the network does; other content is never "saved" unseen."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from reading.errors import Refused
from reading.extensions import db
from reading.logbook import actions
from tests.cast import Cast
from tests.logbook.telling import books_agree, entries, keep, only_entry, told
from tests.pages import Visitor, fields_of


def test_a_double_tap_is_one_record_and_a_normal_answer(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/logbook/new")
    pages = [resident.submit(form, book="红楼梦", pages="30") for _ in range(2)]
    assert all("Saved: 红楼梦. Today has brought 3 points." in page.text for page in pages)
    assert only_entry().pages == 30
    assert books_agree()


@pytest.mark.parametrize("taps", [2, 5])
def test_taps_at_the_same_moment_are_one_record(app: Flask, cast: Cast, taps: int) -> None:
    entry_id, sent, by = uuid.uuid4(), told(cast.resident, finished=True), cast.account("resident").id
    barrier = Barrier(taps)

    def tap(_number: int) -> uuid.UUID:
        with app.app_context():
            barrier.wait()
            kept = actions.log(entry_id, sent, by).id
            db.session.remove()
            return kept

    with ThreadPoolExecutor(taps) as pool:
        assert set(pool.map(tap, range(taps))) == {entry_id}
    assert only_entry().id == entry_id
    assert books_agree()


def test_records_of_one_resident_at_the_same_moment_all_count(app: Flask, cast: Cast) -> None:
    by, titles = cast.account("resident").id, ["甲", "乙", "丙", "丁"]
    barrier = Barrier(len(titles))

    def send(title: str) -> None:
        with app.app_context():
            sent = told(cast.resident, title, pages=10)
            barrier.wait()
            actions.log(uuid.uuid4(), sent, by)
            db.session.remove()

    with ThreadPoolExecutor(len(titles)) as pool:
        list(pool.map(send, titles))
    assert len(entries()) == len(titles)
    assert books_agree()


def test_the_same_id_with_other_content_shows_both_and_saves_the_second_only_when_asked(
    app: Flask, cast: Cast
) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/logbook/new")
    resident.submit(form, book="红楼梦", pages="30")
    both = resident.submit(form, status=409, book="活着", pages="12")
    assert "This form already saved: 红楼梦, 18 Nov, 30 pages." in both.text
    assert both.soup.find(attrs={"name": "book"})["value"] == "活着"
    assert "Saved:" not in both.text
    assert only_entry().book.title == "红楼梦"
    resident.submit(both)
    assert sorted(entry.book.title for entry in entries()) == ["活着", "红楼梦"]


@pytest.mark.parametrize("same_content", [True, False])
def test_the_same_id_of_another_account_is_refused_and_tells_nothing(
    app: Flask, cast: Cast, same_content: bool
) -> None:
    resident, neighbour = Visitor(app).sign_in(cast.resident), Visitor(app).sign_in(cast.neighbour)
    sent = fields_of(resident.get("/logbook/new").form()) | {"book": "红楼梦", "pages": "30"}
    del sent["csrf_token"]
    resident.post("/logbook/new", **sent)
    other = sent | {"resident": str(cast.neighbour.id)} | ({} if same_content else {"book": "活着"})
    page = neighbour.post("/logbook/new", status=409, **other)
    assert "红楼梦" not in page.text
    assert "This form was used before." in page.text
    assert only_entry().resident_id == cast.resident.id
    # What was written is kept, and is a record of its own once it is sent again.
    neighbour.submit(page)
    assert {entry.resident_id for entry in entries()} == {cast.resident.id, cast.neighbour.id}


def test_a_steward_cannot_take_an_id_of_the_household_either(app: Flask, cast: Cast) -> None:
    entry = keep(cast.resident)
    with pytest.raises(Refused):
        actions.log(entry.id, told(cast.resident), cast.steward.id)


@pytest.mark.parametrize("damaged", ["", "1", "not-an-id", "0" * 36])
def test_a_damaged_id_never_takes_another_record_s_place(app: Flask, cast: Cast, damaged: str) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    status = 302 if damaged == "" else 400
    resident.post("/logbook/new", status=status, id=damaged, book="红楼梦", pages="30")
    assert len(entries()) == (1 if damaged == "" else 0)


def test_what_was_removed_meanwhile_is_not_said_to_be_saved(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/logbook/new")
    resident.submit(form, book="红楼梦", pages="30")
    actions.remove(only_entry().id, cast.account("resident").id)
    page = resident.submit(form, book="红楼梦", pages="30")
    assert "has been removed since" in page.text
    assert "Saved:" not in page.text
    assert only_entry().removed_at


def test_what_was_corrected_meanwhile_stays_corrected(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/logbook/new")
    resident.submit(form, book="红楼梦", pages="30")
    resident.submit(resident.get(f"/logbook/{only_entry().id}"), pages="40")
    resident.submit(form, book="红楼梦", pages="30")
    assert only_entry().pages == 40
