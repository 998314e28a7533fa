"""Who gets which answer where: one table of role × route → status, covering every route.

Each route is asked for the same thing by everybody: the address a resident of 开元社区 (`resident`) or the
librarian of 开元街道 would use. A POST carries a good CSRF token and nothing else, so 400 means "you may, but
this form is empty", 302 "done". 401 and 403 say "not you", 404 "not yours to see". What is shown in
somebody's own pages and what happens with filled forms is tested with each feature.
"""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.events.models import Notice
from reading.extensions import db
from reading.people.models import Role
from tests.cast import Cast
from tests.pages import Visitor
from tests.stage import HOME, Stage, populate

PEOPLE = ("visitor", "resident", "outsider", "steward", "organizer", "librarian", "admin", "other_admin")

# The columns are PEOPLE, in their order.
TABLE = """
GET  /                                              200 200 200 200 200 200 200 200
GET  /books                                         200 200 200 200 200 200 200 200
GET  /books/<uuid:book_id>                          200 200 200 200 200 200 200 200
GET  /books/<uuid:book_id>/edit                     302 403 403 403 403 200 200 200
POST /books/<uuid:book_id>/edit                     401 403 403 403 403 400 400 400
GET  /books/new                                     302 200 200 200 200 200 200 200
POST /books/new                                     401 400 400 400 400 400 400 400
GET  /books/search                                  200 200 200 200 200 200 200 200
GET  /check-in                                      200 200 200 200 200 200 200 200
GET  /check-in/<key>                                302 200 200 200 200 200 200 200
POST /check-in/<key>                                401 400 400 400 400 400 400 400
GET  /communities                                   200 200 200 200 200 200 200 200
GET  /communities/<code>                            200 200 200 200 200 200 200 200
GET  /communities/<code>/leaderboard                200 200 200 200 200 200 200 200
GET  /communities/<code>/participation              302 302 302 302 302 302 302 302
GET  /communities/search                            200 200 200 200 200 200 200 200
GET  /courses                                       200 200 200 200 200 200 200 200
GET  /courses/<uuid:course_id>                      200 200 200 200 200 200 200 200
POST /courses/<uuid:course_id>/enrolment            401 400 400 400 400 400 400 400
POST /courses/<uuid:course_id>/enrolment/removal    401 400 400 400 400 400 400 400
GET  /courses/new                                   302 403 403 403 200 200 200 200
POST /courses/new                                   401 403 403 403 400 400 400 400
GET  /events                                        200 200 200 200 200 200 200 200
GET  /events/<uuid:event_id>                        200 200 200 200 200 200 200 200
POST /events/<uuid:event_id>                        401 403 403 403 404 400 400 404
POST /events/<uuid:event_id>/attendance             401 403 403 403 404 400 400 404
GET  /events/<uuid:event_id>/cancellation           302 403 403 403 404 200 200 404
POST /events/<uuid:event_id>/cancellation           401 403 403 403 404 302 302 404
GET  /events/<uuid:event_id>/edit                   302 403 403 403 404 200 200 404
GET  /events/<uuid:event_id>/roster                 302 403 403 403 404 200 200 404
GET  /events/<uuid:event_id>/screen                 302 403 403 403 404 200 200 404
POST /events/<uuid:event_id>/signup                 401 400 400 400 400 400 400 400
POST /events/<uuid:event_id>/signup/removal         401 400 400 400 400 400 400 400
GET  /events/new                                    302 403 403 403 200 200 200 200
POST /events/new                                    401 403 403 403 400 400 400 400
GET  /healthz                                       200 200 200 200 200 200 200 200
GET  /join                                          200 302 302 302 302 302 302 302
POST /join                                          400 302 302 302 302 302 302 302
GET  /language/<lang>                               302 302 302 302 302 302 302 302
GET  /leaderboards                                  200 200 200 200 200 200 200 200
GET  /learning-days                                 200 200 200 200 200 200 200 200
GET  /learning-days/<month>                         200 200 200 200 200 200 200 200
GET  /logbook                                       302 200 200 200 200 200 200 200
GET  /logbook/<uuid:entry_id>                       302 200 404 404 404 404 404 404
POST /logbook/<uuid:entry_id>                       401 400 404 404 404 404 404 404
GET  /logbook/<uuid:entry_id>/removal               302 200 404 404 404 404 404 404
POST /logbook/<uuid:entry_id>/removal               401 302 404 404 404 404 404 404
GET  /logbook/new                                   302 200 200 302 302 302 302 302
POST /logbook/new                                   401 400 400 404 404 404 404 404
GET  /me                                            302 200 200 200 200 200 200 200
GET  /me/home                                       302 200 200 404 404 404 404 404
POST /me/home                                       401 400 400 404 404 404 404 404
GET  /me/household                                  302 200 200 200 200 200 200 200
GET  /me/household/<uuid:resident_id>               302 200 404 404 404 404 404 404
POST /me/household/<uuid:resident_id>               401 400 404 404 404 404 404 404
GET  /me/household/<uuid:resident_id>/shown         302 200 404 404 404 404 404 404
POST /me/household/<uuid:resident_id>/shown         401 302 404 404 404 404 404 404
GET  /me/household/new                              302 200 200 200 200 200 200 200
POST /me/household/new                              401 400 400 400 400 400 400 400
GET  /me/password                                   302 200 200 200 200 200 200 200
POST /me/password                                   401 400 400 400 400 400 400 400
GET  /me/taking-part                                302 302 302 200 200 200 200 200
POST /me/taking-part                                401 302 302 400 400 400 400 400
POST /notices/<uuid:notice_id>/seen                 401 302 404 404 404 404 404 404
GET  /points                                        302 200 200 200 200 200 200 200
GET  /readyz                                        200 200 200 200 200 200 200 200
GET  /residents                                     302 403 403 200 403 200 200 200
GET  /residents/new                                 302 403 403 200 403 200 200 200
POST /residents/new                                 401 403 403 400 403 400 400 400
GET  /roles                                         302 403 403 200 403 403 200 200
POST /roles/<uuid:role_id>/ending                   401 403 403 404 403 403 302 404
GET  /roles/new                                     302 403 403 200 403 403 200 200
POST /roles/new                                     401 403 403 400 403 403 400 400
GET  /sign-in                                       200 302 302 302 302 302 302 302
POST /sign-in                                       400 302 302 302 302 302 302 302
POST /sign-out                                      302 302 302 302 302 302 302 302
GET  /staff                                         302 403 403 200 200 200 200 200
GET  /static/<path:filename>                        200 200 200 200 200 200 200 200
GET  /text-size/<size>                              302 302 302 302 302 302 302 302
"""


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


def address(rule: str, stage: Stage) -> str:
    """Return the rule's address with things of 开元社区 and of `resident` in its places."""
    notice = db.session.scalars(select(Notice).where(Notice.resident_id == stage.cast.resident.id)).first()
    role = db.session.scalars(select(Role).where(Role.account_id == stage.cast.organizer.id)).one()
    assert notice is not None
    places = {
        "<uuid:book_id>": stage.books[0].id,
        "<uuid:entry_id>": stage.entry.id,
        "<uuid:event_id>": stage.soon.id,
        "<uuid:course_id>": stage.course.id,
        "<uuid:notice_id>": notice.id,
        "<uuid:resident_id>": stage.cast.resident.id,
        "<uuid:role_id>": role.id,
        "<path:filename>": "base.css",
        "<key>": stage.soon.check_in_key,
        "<code>": HOME,
        "<month>": "2026-11",
        "<lang>": "en",
        "<size>": "large",
    }
    for place, value in places.items():
        rule = rule.replace(place, str(value))
    assert "<" not in rule, f"say in test_routes.address what {rule} stands for"
    return rule


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    assert set(rows()) == routes(app)


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
