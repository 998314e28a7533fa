"""A town of its own for tests that kill: a database, the settings it is served with, and people who write to it."""

import random
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from reading import clock, create_app
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.points.models import Standing
from tests.bench.serving import Phone
from tests.cast import PASSWORD, add_resident, put_on_stage

HOME = "410581001001-1-1-1"
# The librarian writes for these; so many that nobody writes more in an hour than one person can read.
READERS = 240
SAVED = 302
READER = "读者"
FIRST_READER = f"{READER}0"


@dataclass
class Town:
    """The app on the town's database, the environment to serve it with, and whom records are written for.

    They are all of one ``day``: what is sent again after midnight is the same.
    """

    app: Flask
    environ: dict[str, str]
    readers: list[uuid.UUID]
    librarian: str
    day: str
    phones: list[Phone] = field(default_factory=list)

    def phone(self, port: int) -> Phone:
        """Return a phone on which the librarian has signed in."""
        self.phones.append(Phone(port).sign_in(self.librarian, PASSWORD))
        return self.phones[-1]


@contextmanager
def town(database_url: str, folder: Path, readers: int = 0) -> Iterator[Town]:
    """Serve and use a town: the one in the database, or, told how many ``readers``, one made in an empty database."""
    environ = {
        "READING_DATABASE_URL": database_url,
        "READING_SECRET_KEY": "a secret of this town alone, of 40 characters",
        "READING_INSTANCE": str(folder),
    }
    app = create_app(environ)
    with app.app_context():
        if readers:
            _found(readers)
        ids = list(db.session.scalars(select(Resident.id).where(Resident.name.startswith(READER))))
        librarian = db.session.scalars(select(Account.phone).where(Account.name == "李馆员")).one()
        db.session.remove()
        made = Town(app, environ, ids, librarian, clock.today().isoformat())
        yield made
        for one in made.phones:
            one.connection.close()
        db.session.remove()
        db.engine.dispose()


def _found(readers: int) -> None:
    upgrade()
    put_on_stage()
    for number in range(readers):
        add_resident(f"{READER}{number}", HOME)
    db.session.commit()


@contextmanager
def sqlite_town(readers: int = READERS) -> Iterator[Town]:
    """Make a town on SQLite, in a folder of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with town(f"sqlite:///{folder / 'town.sqlite3'}", folder, readers) as made:
            yield made


@dataclass
class Writer:
    """One hand that writes records one after the other: what it was told is saved, and what it was not told."""

    phone: Phone
    town: Town
    seed: int
    saved: set[str] = field(default_factory=set)
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)

    def write_until_killed(self, until: threading.Event) -> None:
        """Send what waits again, as a phone does, then write on; ends when nobody answers, or at ``until``."""
        try:
            for record in list(self.waiting.values()):
                self._send(record)
            chance = random.Random(self.seed + len(self.saved))
            while not until.is_set():
                self._send(self._record(chance))
        except (OSError, HTTPException):
            self.phone.connection.close()

    def _record(self, chance: random.Random) -> dict[str, str]:
        return {
            "id": str(uuid.uuid4()),
            "resident": str(chance.choice(self.town.readers)),
            "book": f"第{chance.randrange(30)}本书",
            "pages": str(chance.randrange(1, 60)),
            "read_on": self.town.day,
            "finished": "on" if chance.random() < 0.2 else "",
        }

    def _send(self, record: dict[str, str]) -> None:
        sent = {name: value for name, value in record.items() if value}
        self.waiting[record["id"]] = record
        answer = self.phone.post("/logbook/new", sent)
        if answer.status == SAVED:
            self.saved.add(record["id"])
        else:
            self.wrong.append(answer.status)
        del self.waiting[record["id"]]


def kept() -> dict[str, int]:
    """Return how often each record is in the database, by its id."""
    db.session.rollback()
    counted = select(LogEntry.id, func.count()).group_by(LogEntry.id)
    return {str(entry_id): number for entry_id, number in db.session.execute(counted)}


def disagreements() -> list[str]:
    """Return what `points verify` finds, and any standing that counts other records than there are."""
    found = learning_days.verify() + ledger.verify()
    counted = db.session.scalar(select(func.sum(Standing.records)).where(Standing.period == "all")) or 0
    there = db.session.scalar(select(func.count()).select_from(LogEntry)) or 0
    return found + ([f"the standings count {counted} records of {there}"] if counted != there else [])
