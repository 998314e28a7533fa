"""A life that many share: what follows from it is worked out once, and is true wherever it is lived."""

from datetime import date, datetime, time, timedelta

from flask import Flask

from reading import clock
from reading.books.models import Book
from reading.points.rules import RuleBook
from reading.sample.draw import Draw
from reading.sample.lives import Lives
from reading.sample.names import MIDDLE
from reading.sample.people import TERM, Person, Stay
from reading.sample.places import Place
from reading.sample.reading_log import Log, Shelves

TODAY = date(2026, 11, 18)
SHELVES = ("classics", "local", "health", "fiction", "farming")


def settler(before: Place, now: Place, moved_on: date) -> Person:
    """Somebody who reads a lot and moved house on a day."""
    joined_at = clock.at_city_time(TODAY - timedelta(days=TERM), time(9))
    stays = [
        Stay(before, before.code, clock.city_date(joined_at), joined_at, moved_on, joined_at),
        Stay(now, now.code, moved_on, joined_at),
    ]
    return Person(
        id=Draw(1, "person").id(), name="王青山", generation=MIDDLE, born_on=None, relation="self", account=None,
        writer=Draw(1, "writer").id(), stays=stays, joined_at=joined_at, show_as="masked", nickname="",
        child_number=None, phone=None, zeal=12.0, loyalty=0.9,
    )  # fmt: skip


def test_what_was_read_before_moving_stays_there_even_if_both_places_have_one_code(app: Flask) -> None:
    draw, moved_on = Draw(1, "books"), TODAY - timedelta(days=200)
    books = [
        Book(id=draw.id(), title=f"书{number}", shelf=shelf, pages=300)
        for number, shelf in enumerate(SHELVES)
    ]
    log = Log(Draw(1, "log"), Shelves.of(books), [date(2026, month, 10) for month in range(1, 12)], TODAY)
    lives = Lives(1, log, RuleBook(), datetime(2026, 11, 18, tzinfo=clock.city_zone()))
    same = "410581001001"
    life = lives.of(settler(Place(same, "前村"), Place(same, "后村"), moved_on), 60)
    assert life.entries == 60
    for name, day in (("entries", "read_on"), ("stamps", "on"), ("lines", "on"), ("totals", "on")):
        rows = life.rows[name]
        assert {row["here"] for row in rows} == {True, False}, name
        assert all(row["here"] == (row[day] >= moved_on) for row in rows), name
    of_all = [row for row in life.rows["standings"] if row["period"] == "all"]
    assert [row["here"] for row in of_all] == [False, True]
    assert sum(row["points"] for row in of_all) == sum(row["points"] for row in life.rows["lines"])
