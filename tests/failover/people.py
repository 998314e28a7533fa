"""People who write what they read while machines fall: real pages, real forms, and the same form sent again.

A person who is told "one moment" taps again. That sends the same id, and must be the same record.
"""

import random
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade

from reading.extensions import db
from reading.people.models import Account
from tests import signed_in
from tests.cast import add_resident, put_on_stage

HOME = "410581001001-1-1-1"
# Nobody may write more than sixty records in an hour: so many readers that nobody is held back.
READERS = 720
HANDS = 12
PAUSE = (0.3, 0.9)  # seconds between two records of one hand, at least and at most
UNTIL_TAPPED_AGAIN = 1.0
PATIENCE = 30.0  # seconds a browser waits here for an answer
SAVED, OPENED, ONE_MOMENT, WITH_FORM = "saved", "opened", "one moment", "one moment, with the form"
FIELD = re.compile(r'name="(csrf_token|id|resident)"[^>]* value="([^"]+)"')
SAID_MORE = 300


@dataclass(frozen=True)
class Answer:
    """What one person saw: when (on a clock that only goes on), after how many seconds, and for which record."""

    at: float
    seconds: float
    kind: str
    record: str = ""


@dataclass
class Reader:
    """Somebody who has signed in, with the cookies of their phone."""

    cookies: dict[str, str]

    def ask(self, port: int, path: str, fields: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Open a page or send a form, on a connection of its own; return status, body and where it leads."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept": "text/html", "Accept-Language": "zh-CN", "Cookie": cookie}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("POST" if fields else "GET", path, urlencode(fields or {}) or None, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = line.split(";", 1)[0].partition("=")
                self.cookies[name] = value
            return answer.status, body, answer.headers.get("Location", "")
        finally:
            connection.close()


def found(app: Flask) -> list[Reader]:
    """Make a town in an empty database; return its readers, each signed in."""
    upgrade()
    put_on_stage()
    accounts: list[Account] = []
    for number in range(READERS):
        resident = add_resident(f"读者{number}", HOME, phone=f"137{number:08d}")
        assert resident.account is not None
        accounts.append(resident.account)
    db.session.commit()
    name = app.config["SIGN_IN_COOKIE_NAME"]
    return [Reader({name: signed_in.sign_in(account)}) for account in accounts]


@dataclass
class Hand:
    """One hand that writes for some readers in turn, on one machine of the app after the other."""

    readers: Sequence[Reader]
    ports: Sequence[int]
    chance: random.Random
    answers: list[Answer] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    asked: int = 0

    def write(self, until: threading.Event) -> None:
        """Write one record after the other, each until it is saved."""
        turn = 0
        while not until.is_set():
            self._write_one(self.readers[turn % len(self.readers)])
            turn += 1
            until.wait(self.chance.uniform(*PAUSE))

    def _write_one(self, reader: Reader) -> None:
        fields: dict[str, str] = {}
        while "id" not in fields:
            kind, body = self._see(reader, None)
            fields = dict(FIELD.findall(body)) if kind == OPENED else {}
        fields |= {
            "book": f"第{self.chance.randrange(30)}本书",
            "pages": str(self.chance.randrange(1, 60)),
            # What stands there twice under two ids is found by this.
            "reflection": fields["id"],
        }
        while self._see(reader, fields)[0] != SAVED:
            pass

    def _see(self, reader: Reader, fields: Mapping[str, str] | None) -> tuple[str, str]:
        """Ask once, keep what was seen, and wait a moment before the next tap unless it went well."""
        port = self.ports[self.asked % len(self.ports)]
        self.asked += 1
        began = time.monotonic()
        try:
            status, body, location = reader.ask(port, "/logbook/new", fields)
            kind = kind_of(status, body, location, fields)
        except (OSError, HTTPException) as error:
            kind, body = f"no answer ({type(error).__name__})", ""
        now = time.monotonic()
        self.answers.append(Answer(now, now - began, kind, fields["id"] if fields else ""))
        if kind not in (SAVED, OPENED, ONE_MOMENT, WITH_FORM):
            self.strange.append(f"{kind}: {' '.join(re.sub('<[^>]*>', ' ', body).split())[:SAID_MORE]}")
        if kind not in (SAVED, OPENED):
            time.sleep(UNTIL_TAPPED_AGAIN)
        return kind, body


def kind_of(status: int, body: str, location: str, fields: Mapping[str, str] | None) -> str:
    """Name what a person saw: the four kinds promised, or whatever else it was."""
    if status == 503:
        if fields is None:
            return ONE_MOMENT
        kept = all(fields[name] in body for name in ("id", "book", "reflection"))
        return WITH_FORM if kept else "one moment, without the form"
    if fields is None:
        return OPENED if status == 200 else str(status)
    return SAVED if status == 302 and location.startswith("/logbook") else f"{status} {location}".strip()


class Crowd:
    """All hands together."""

    def __init__(self, readers: Sequence[Reader], ports: Sequence[int], seed: int) -> None:
        self.hands = [
            Hand(readers[number::HANDS], ports, random.Random(seed + number)) for number in range(HANDS)
        ]
        self.until = threading.Event()
        self.threads = [
            threading.Thread(target=hand.write, args=(self.until,), daemon=True) for hand in self.hands
        ]

    def begin(self) -> None:
        """Let everybody write."""
        for thread in self.threads:
            thread.start()

    def finish(self, seconds: float) -> bool:
        """Let everybody finish the record in hand; tell whether all of them could within so many seconds."""
        self.until.set()
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    @property
    def answers(self) -> list[Answer]:
        """What all of them saw, in the order it came."""
        return sorted(
            (answer for hand in self.hands for answer in list(hand.answers)), key=lambda one: one.at
        )

    def saved_since(self, moment: float) -> int:
        """Return how many records were answered "saved" after this moment."""
        recent = (answer for hand in self.hands for answer in hand.answers[-20:])
        return sum(1 for answer in recent if answer.kind == SAVED and answer.at > moment)
