"""What signing in costs beside the password's check: everybody does it in the same evening hour."""

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import PASSWORD, Cast
from tests.pages import Visitor
from tests.statements import commits, statements, trips

PHONE = "13800000001"
# Who it may be; how often they tried, and the try. Then how the device is known, and the sign-in in the place of the
# one before, with its line in the trail. PostgreSQL is asked to hold the number, too.
TRY, ENTRY = ("SELECT", "SELECT", "DELETE", "INSERT"), ("SELECT", "DELETE", "UPDATE", "INSERT", "INSERT")


def verbs(sent: list[str]) -> list[str]:
    return [one.split(None, 1)[0] for one in sent if "pg_advisory" not in one]


def test_a_sign_in_takes_nine_statements_two_commits_and_five_ways_to_the_database(
    app: Flask, cast: Cast
) -> None:
    for _again in range(2):
        visitor = Visitor(app)
        visitor.token()
        with statements() as sent, trips() as gone, commits() as made:
            visitor.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
        assert verbs(sent) == [*TRY, *ENTRY]
        assert len(made) == 2
        assert gone == ([1, 2, 2, 1, 4] if db.engine.dialect.name == "postgresql" else [])


@pytest.mark.parametrize("phone", [PHONE, "13899999999", "no number"])
def test_a_wrong_password_takes_as_many_for_a_number_that_nobody_has(
    app: Flask, cast: Cast, phone: str
) -> None:
    visitor = Visitor(app)
    visitor.token()
    with statements() as sent, commits() as made:
        visitor.post("/sign-in", 400, phone=phone, password="wrong password")
    assert verbs(sent) == [*TRY, "INSERT"]
    assert len(made) == 2


def test_who_waits_costs_what_it_takes_to_know_that(app: Flask, cast: Cast) -> None:
    for _try in range(5):
        Visitor(app).post("/sign-in", 400, phone=PHONE, password="wrong password")
    visitor = Visitor(app)
    visitor.token()
    with statements() as sent:
        visitor.post("/sign-in", 429, phone=PHONE, password=PASSWORD)
    assert verbs(sent) == ["SELECT", "SELECT"]
