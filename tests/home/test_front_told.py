"""What the front page's one statement tells: a month's days and all stamps as texts, a place counted in an index."""

from datetime import date

import pytest
from flask import Flask

from reading.extensions import db
from reading.home import front_statements
from reading.home.rules import days_told, stamps_told
from tests.statements import plan_of

RULE = "FREQ=MONTHLY;BYMONTHDAY=10"


def test_a_month_is_told_as_one_text() -> None:
    told = days_told("2026-11-03 2 30,2026-11-01 1 0,2026-11-03 1 5")
    assert told.records == ((date(2026, 11, 1), 1), (date(2026, 11, 3), 3))
    assert told.pages == 35
    assert days_told("") == ((), 0)


@pytest.mark.parametrize(
    ("told", "stamped", "run"),
    [
        ("", (), 0),
        ("2026-10 2026-10-10", (), 1),
        ("2026-10 2026-10-10,2026-11 2026-11-10", (date(2026, 11, 10),), 2),
        ("2026-08 2026-08-10,2026-11 2026-11-10", (date(2026, 11, 10),), 1),
    ],
)
def test_stamps_are_told_as_one_text(told: str, stamped: tuple[date, ...], run: int) -> None:
    assert stamps_told(told, "2026-11", RULE) == (stamped, run)


@pytest.mark.sqlite
@pytest.mark.parametrize("make", [front_statements.of_token, front_statements.of_reader])
def test_who_is_ahead_is_counted_in_the_index_of_those_shown(app: Flask, make) -> None:
    text = str(make().compile(dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True}))
    assert [one for one in plan_of(text) if "o USING COVERING INDEX ix_standings_shown" in one]
