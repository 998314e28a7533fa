"""Who gets which answer where: one table of role × route → status, covering every route.

Each route is asked for the same thing by everybody: the address a resident of 开元社区 (`resident`) or the
librarian of 开元街道 would use. A POST carries a good CSRF token and nothing else, so 400 means "you may, but
this form is empty", 302 "done", 409 "you may, but the event was cancelled a few rows above". 401 and 403 say
"not you", 404 "not yours to see". What is shown in somebody's own pages and what happens with filled forms is
tested with each feature.
"""

import uuid
from pathlib import Path

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import Cast
from tests.house.addresses import address
from tests.pages import Visitor
from tests.stage import populate

pytestmark = pytest.mark.look

PEOPLE = ("visitor", "resident", "outsider", "steward", "organizer", "librarian", "admin", "other_admin")

# The columns are PEOPLE, in their order. The table stands in a file of its own: it grows with the service.
TABLE = Path(__file__).with_name("routes.txt").read_text(encoding="utf-8")


def rows() -> dict[tuple[str, str], dict[str, int]]:
    """Return {(method, rule): {person: status}} of the table."""
    read = {}
    for line in TABLE.strip().splitlines():
        method, rule, *statuses = line.split()
        read[method, rule] = dict(zip(PEOPLE, map(int, statuses), strict=True))
    return read


def routes(app: Flask) -> set[tuple[str, str]]:
    """Return every (method, rule) the app answers."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    assert set(rows()) == routes(app)


@pytest.mark.long
@pytest.mark.parametrize("person", PEOPLE)
def test_each_route_answers_as_the_table_says(app: Flask, cast: Cast, person: str) -> None:
    stage = populate(cast)
    visitor = Visitor(app)
    if person != "visitor":
        visitor.sign_in(cast.account(person))
    token = visitor.token()
    wrong = {}
    # Looking comes before doing, and signing out comes last.
    ordered = sorted(rows().items(), key=lambda row: (row[0][0] != "GET", row[0][1] == "/sign-out", row[0]))
    for (method, rule), statuses in ordered:
        where = address(rule, stage)
        if method == "GET":
            response = visitor.client.get(where, headers=visitor.headers)
        else:
            response = visitor.client.post(where, data={"csrf_token": token}, headers=visitor.headers)
        response.close()
        db.session.remove()
        if response.status_code != statuses[person]:
            wrong[f"{method} {rule}"] = f"{response.status_code}, the table says {statuses[person]}"
    assert not wrong


@pytest.mark.long
def test_no_post_is_taken_without_a_token(app: Flask, cast: Cast) -> None:
    stage = populate(cast)
    for person in PEOPLE:
        client = app.test_client()
        if person != "visitor":
            client = Visitor(app).sign_in(cast.account(person)).client
        for method, rule in rows():
            if method == "POST":
                assert client.post(address(rule, stage), data={"id": str(uuid.uuid4())}).status_code == 400, (
                    rule
                )
