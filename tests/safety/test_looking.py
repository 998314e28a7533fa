"""Looking changes nothing (design §4; ASVS 3.5.3), and nothing is written without this browser's own token (3.5.1)."""

import uuid

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import Cast
from tests.house.addresses import address
from tests.house.test_routes import PEOPLE, routes
from tests.pages import Visitor
from tests.safety.crawl import stops, visitors
from tests.safety.standing import standing, touched
from tests.stage import populate

pytestmark = pytest.mark.look


@pytest.mark.long
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_no_row(app: Flask, cast: Cast, method: str) -> None:
    stage = populate(cast)
    paths = [address(rule, stage) for rule in sorted(rule for verb, rule in routes(app) if verb == "GET")]
    db.session.commit()
    before = standing()
    for who in PEOPLE:
        visitor = Visitor(app)
        if who != "visitor":
            visitor.sign_in(cast.account(who))
        for path in paths:
            visitor.client.open(path, method=method, headers=visitor.headers).close()
    there = visitors(app, stage)
    for who, path in stops(stage):
        there[who].client.open(path, method=method).close()
    after = standing()
    assert touched(before, after) == []
    assert {name: len(found) for name, found in after.items()} == {
        name: len(found) for name, found in before.items()
    }


@pytest.mark.long
def test_another_browsers_token_writes_nothing(app: Flask, cast: Cast) -> None:
    stage = populate(cast)
    stolen = Visitor(app).sign_in(cast.resident).token()
    paths = [address(rule, stage) for rule in sorted(rule for verb, rule in routes(app) if verb == "POST")]
    db.session.commit()
    before = standing()
    for who in ("resident", "librarian", "admin"):
        client = Visitor(app).sign_in(cast.account(who)).client
        for path in paths:
            for token in ({}, {"csrf_token": stolen}, {"csrf_token": ""}, {"csrf_token": "é"}):
                answer = client.post(path, data={"id": str(uuid.uuid4()), "anyway": "1", **token})
                assert answer.status_code == 400, f"{who} {path} {token}"
    assert standing() == before
