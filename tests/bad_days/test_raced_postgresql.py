"""Somebody was faster, says PostgreSQL: the action is run again, and nobody learns of it."""

import threading

import pytest
from flask import Flask
from sqlalchemy import text

from reading.database import action
from reading.extensions import db
from tests.at_once import at_once
from tests.cast import Cast
from tests.durability.town import disagreements, kept
from tests.pages import Visitor, fields_of
from tests.raising import AT_COMMIT, AT_ONCE, raising

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
HERE, THERE = "410581001001", "410581001004"
SECONDS_TO_MEET = 60


@pytest.mark.parametrize("moment", [AT_ONCE, AT_COMMIT])
@pytest.mark.parametrize("sqlstate", [SERIALIZATION_FAILURE, DEADLOCK])
def test_a_record_that_raced_is_written_again_and_saved_once_under_its_id(
    app: Flask, cast: Cast, sqlstate: str, moment: str
) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get("/logbook/new")
    with raising(sqlstate, moment, times=1) as tried:
        answer = reader.submit(form, 302, follow=False, book="活着", pages="30")
        assert tried() == 2
    assert answer.response.location.startswith("/logbook")
    assert kept() == {fields_of(form.form())["id"]: 1}
    assert disagreements() == []


def test_of_two_actions_that_wait_for_each_other_one_begins_anew_and_both_are_saved(
    app: Flask, cast: Cast
) -> None:
    """Each holds one place until the other holds the other place: PostgreSQL ends one, whichever it likes."""
    runs: list[str] = []
    both_hold = threading.Barrier(2, timeout=SECONDS_TO_MEET)

    @action
    def sign(letter: str, first: str, second: str) -> None:
        runs.append(letter)
        _sign(letter, first)
        if runs.count(letter) == 1:
            both_hold.wait()
        _sign(letter, second)

    at_once(app, lambda: sign("A", HERE, THERE), lambda: sign("B", THERE, HERE))
    assert (len(runs), set(runs)) == (3, {"A", "B"})
    for place in (HERE, THERE):
        assert sorted(_letters(place)) == ["A", "B"]


def _sign(letter: str, place: str) -> None:
    signing = text("UPDATE communities SET name = name || :letter WHERE code = :place")
    db.session.execute(signing, {"letter": letter, "place": place})


def _letters(place: str) -> list[str]:
    """Return what was signed there: the places' own names are Chinese."""
    db.session.rollback()
    name = text("SELECT name FROM communities WHERE code = :place")
    return [one for one in str(db.session.scalar(name, {"place": place})) if one.isascii()]
