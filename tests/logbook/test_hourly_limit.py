"""Sixty records of one resident an hour, counted from the rows: whichever worker, whoever writes (ASVS 2.4.1)."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from reading.books import queries as books
from reading.extensions import db
from reading.logbook import actions
from reading.logbook.review_rules import MOST_AN_HOUR
from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.telling import books_agree, entries, keep, told, write
from tests.pages import Visitor


def fill(cast: Cast, number: int = MOST_AN_HOUR) -> None:
    """Write this many records of `resident`, all at this moment."""
    for _one in range(number):
        keep(cast.resident, pages=1)


def test_the_61st_record_of_one_resident_in_an_hour_is_429_with_retry_after(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    keep(cast.resident, pages=1)
    clock.advance(minutes=20)
    fill(cast, MOST_AN_HOUR - 1)
    clock.advance(minutes=10, seconds=1)
    resident = Visitor(app).sign_in(cast.resident)
    page = write(resident, status=429, book="第六十一本", pages="12", reflection="写了很久")
    assert page.response.headers["Retry-After"] == str(30 * 60 - 1)
    assert "Please send it again in 30 minutes; what you wrote stands below." in page.text
    typed = {name: page.soup.find(attrs={"name": name}) for name in ("book", "pages", "reflection")}
    assert (typed["book"]["value"], typed["pages"]["value"]) == ("第六十一本", "12")
    assert typed["reflection"].get_text().strip() == "写了很久"
    assert len(entries()) == MOST_AN_HOUR
    clock.advance(minutes=30)
    assert "Saved: 第六十一本" in resident.submit(page).text
    assert books_agree()


def test_the_same_sending_again_is_saved_however_many_there_are(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/logbook/new")
    resident.submit(form, book="红楼梦", pages="30")
    fill(cast, MOST_AN_HOUR - 1)
    assert "Saved: 红楼梦" in resident.submit(form, book="红楼梦", pages="30").text
    assert len(entries()) == MOST_AN_HOUR


def test_the_limit_is_each_resident_s_own_and_holds_for_whoever_writes(app: Flask, cast: Cast) -> None:
    for _one in range(MOST_AN_HOUR):
        actions.log(uuid.uuid4(), told(cast.phoneless, pages=1), cast.steward.id)
    steward = Visitor(app).sign_in(cast.steward)
    page = write(steward, at=f"/logbook/new?resident={cast.phoneless.id}", status=429)
    assert "for one reader within an hour" in page.text
    assert keep(cast.resident).pages == 30


def test_what_was_removed_counts_too(cast: Cast) -> None:
    fill(cast)
    actions.remove(entries()[0].id, cast.account("resident").id)
    with pytest.raises(actions.TooMany):
        keep(cast.resident)


def test_a_refused_record_leaves_no_trace_not_even_its_book(cast: Cast) -> None:
    fill(cast)
    with pytest.raises(actions.TooMany) as limit:
        keep(cast.resident, "只在这里写过的书")
    assert limit.value.wait == 3600
    db.session.rollback()
    assert books.by_title_alone("只在这里写过的书") is None
    assert books_agree()


def test_corrections_are_no_records(cast: Cast) -> None:
    fill(cast)
    actions.correct(entries()[0].id, told(cast.resident, pages=2), cast.account("resident").id)
    assert sorted(entry.pages or 0 for entry in entries())[-1] == 2


def test_of_ten_at_the_same_moment_as_many_are_kept_as_there_is_room_for(app: Flask, cast: Cast) -> None:
    fill(cast, MOST_AN_HOUR - 4)
    by, barrier = cast.account("resident").id, Barrier(10)

    def send(_number: int) -> bool:
        with app.app_context():
            sent = told(cast.resident, pages=1)
            barrier.wait()
            try:
                actions.log(uuid.uuid4(), sent, by)
                return True
            except actions.TooMany:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(send, range(10))) == 4
    assert len(entries()) == MOST_AN_HOUR
    assert books_agree()
