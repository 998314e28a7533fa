"""Ids of one community in the hands of another's people: nothing is read, nothing is written (ASVS 8.2.2, 8.4.1).

Each swap is a request by somebody of 任村镇, 上庄村 or 安阳市 with ids of 开元街道 in its path and its fields.
``make soak`` tries ten times as many.
"""

import random
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Account, Resident, Role
from tests.cast import Cast, add_staff
from tests.house.addresses import address
from tests.house.test_routes import routes
from tests.pages import Visitor
from tests.safety.standing import standing, touched
from tests.soak import times
from tests.stage import HOME, Stage, populate

SWAPS = times(500, soak=5000)
BATCH = 50
FOREIGN = "410581106"
# What one's own doing changes of oneself, whatever ids are sent along.
OWN_ROUTES = ("/sign-in", "/sign-out", "/join", "/language", "/text-size")


@pytest.fixture
def stage(cast: Cast) -> Stage:
    for number, role in enumerate(("steward", "librarian", "admin")):
        add_staff(f"外镇{number}", f"1360000000{number}", role, FOREIGN)
    db.session.commit()
    return populate(cast)


def strangers(app: Flask, cast: Cast) -> list[Visitor]:
    """Return browsers of people who have nothing to do with 开元街道."""
    staff = db.session.scalars(
        select(Account).where(Account.name.like("外镇%")).order_by(Account.phone)
    ).all()
    found = [cast.account(who) for who in ("outsider", "organizer", "other_admin")]
    accounts = [*found, *staff]
    db.session.commit()
    return [Visitor(app).sign_in(account) for account in accounts]


def private_words(cast: Cast) -> set[str]:
    """Return the full names and phones of the people of 开元街道 who are no hosts of anything."""
    people = db.session.scalars(select(Resident).where(Resident.community_id.like("410581001%"))).all()
    names = {one.name for one in people if len(one.name) > 2}
    phones = {one.phone for one in people if one.phone} | {one.account.phone for one in people if one.account}
    return names | phones


def fields(stage: Stage, draw: random.Random) -> dict[str, str]:
    """Return fields as the forms of the service call them, with ids and codes of 开元街道 in some."""
    cast = stage.cast
    person = draw.choice([cast.resident, cast.child, cast.neighbour, cast.phoneless, *stage.readers[:4]])
    swapped = {
        "resident": str(person.id), "residents": str(person.id), "resident_id": str(person.id), "who": str(person.id),
        "person": str(person.id), "guardian": str(cast.resident.id), "into": str(person.id), "other": str(person.id),
        "event": str(stage.soon.id), "course": str(stage.course.id), "makes_up": str(stage.course.events[0].id),
        "book": "活着", "community": HOME, "home": f"{HOME}-1-1-1", "at": f"{HOME}-1-1", "leader": str(person.id),
        "card": stage.card.code, "code": stage.card.code, "helper": str(stage.helper.id), "guest": str(stage.claim.id),
        "phone": "13800000001", "role": draw.choice(["admin", "librarian", "steward"]), "reason": "换一个",
        "status": draw.choice(["present", "undone", "late"]), "q": "zxm", "name": "某人", "numbers": "1-3",
    }  # fmt: skip
    plain = {
        "id": str(uuid.UUID(int=draw.getrandbits(128), version=4)), "title": "别处的事", "venue": "别处",
        "starts_at": "2026-11-20T10:00", "ends_at": "2026-11-20T11:00", "kind": "sharing", "read_on": "2026-11-18",
        "pages": "10", "since": "2026-11-18", "agree": "y", "number": "3", "confirm": "1", "show_as": "hidden",
    }  # fmt: skip
    some = draw.sample(sorted(swapped), k=draw.randint(1, len(swapped)))
    return {**plain, **{name: swapped[name] for name in some}}


@pytest.mark.long
@pytest.mark.soak
def test_ids_of_another_community_open_and_change_nothing(app: Flask, stage: Stage) -> None:
    draw = random.Random(20261125)
    people, words = strangers(app, stage.cast), private_words(stage.cast)
    tokens = [one.token() for one in people]
    own = set(db.session.scalars(select(Resident.id).where(~Resident.community_id.like("410581001%"))))
    ids = set(db.session.scalars(select(Resident.id).where(Resident.community_id.like("410581001%"))))
    swaps = sorted(
        (method, rule)
        for method, rule in routes(app)
        if "<" in rule or (method == "POST" and rule not in OWN_ROUTES)
    )
    swaps = [one for one in swaps if not one[1].startswith(OWN_ROUTES)]
    ours = db.session.scalars(select(Role).where(Role.account_id == stage.cast.librarian.id)).one()
    addresses = {
        rule: address(rule.replace("<uuid:role_id>", str(ours.id)), stage) for _method, rule in swaps
    }
    db.session.commit()
    before, tried = standing(), []
    for number in range(SWAPS):
        method, rule = draw.choice(swaps)
        who = draw.randrange(len(people))
        sent = fields(stage, draw)
        where = addresses[rule]
        if method == "GET":
            answer = people[who].client.get(where, query_string=sent)
        else:
            answer = people[who].client.post(where, data={**sent, "csrf_token": tokens[who]})
        text = answer.get_data(as_text=True)
        tried.append(f"{who} {method} {where} {answer.status_code} {sent}")
        assert answer.status_code < 500, tried[-1]
        # What was typed may be shown back to who typed it.
        leaked = {word for word in words if word in text} - set(sent.values())
        assert not leaked, f"{tried[-1]}: {leaked}"
        if number % BATCH == BATCH - 1 or number == SWAPS - 1:
            wrong = touched(before, standing(), ids=ids, own=own)
            assert not wrong, "\n".join([*wrong[:3], *(one[:300] for one in tried[-BATCH:])])
