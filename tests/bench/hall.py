"""A hall of five hundred people who signed up, in a database of its own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from reading import clock, create_app
from reading.events import actions as events
from reading.events.models import SEATED, Signup
from reading.events.rules import EventPlan
from reading.extensions import db
from tests.cast import add_resident, put_on_stage

PEOPLE = 500
COMMUNITY = "410581001001"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国秀英桂兰志强玉梅春燕海涛丽华文军晓东红霞永福金凤德胜"


@dataclass(frozen=True)
class Hall:
    """The app, the environment it is served with, the event and who signed up for it."""

    app: Flask
    environ: dict[str, str]
    event_id: uuid.UUID
    residents: list[uuid.UUID]
    phone: str


@contextmanager
def hall(people: int = PEOPLE) -> Iterator[Hall]:
    """Set up a hall in which an event has just begun."""
    with TemporaryDirectory() as folder:
        environ = {
            "READING_DATABASE_URL": f"sqlite:///{Path(folder) / 'hall.sqlite3'}",
            "READING_SECRET_KEY": "a secret of the bench alone, of 40 characters",
            "READING_INSTANCE": folder,
        }
        app = create_app(environ)
        with app.app_context():
            upgrade()
            found = fill(people)
            yield Hall(app, environ, *found)
            db.session.remove()
            db.engine.dispose()


def fill(people: int) -> tuple[uuid.UUID, list[uuid.UUID], str]:
    """Write the cast, ``people`` more and their event; return the event, their ids and the librarian's phone."""
    cast, now = put_on_stage(), clock.now()
    start = now - timedelta(minutes=10)
    sent = EventPlan("sharing", "五百人读书会", COMMUNITY, "大礼堂", start, start + timedelta(hours=2))
    librarian, phone = cast.librarian.id, cast.librarian.phone
    event_id = events.plan(uuid.uuid4(), sent, librarian).id
    ids = []
    for number in range(people):
        name = SURNAMES[number % 20] + GIVEN[number * 2 % 28 :][:2]
        home = ("410581001001-1-1-1", "410581001001-1-2", COMMUNITY)[number % 3]
        resident_id = add_resident(name, home, phone=f"136{number:08}" if number % 2 else None).id
        signup = Signup(
            id=uuid.uuid4(), event_id=event_id, community_id=COMMUNITY, resident_id=resident_id, state=SEATED,
            created_at=now, seated_at=now,
        )  # fmt: skip
        db.session.add(signup)
        ids.append(resident_id)
    db.session.commit()
    return event_id, ids, phone
