"""The drill: back up while everybody writes, lose the server, restore, and find everything as it was."""

import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

import config
from reading import clock
from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Account, Resident
from reading.rights import actions as rights
from reading.rights import erasing
from reading.rights.rules import NOW
from tests.backups.conftest import Command
from tests.cast import add_resident
from tests.durability.server import Server
from tests.durability.town import HOME, READER, Town, Writer, disagreements, kept

HANDS = 3
# So many that nobody writes down more than one may in an hour, however long the backup takes.
MORE_READERS = 200


def run(town: Town, *asked: str) -> str:
    """Run a command as whoever runs the server does; return what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "reading", *asked],
        cwd=config.ROOT, env={**os.environ, **town.environ}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _wait_for_more_saved(number: int, writers: list[Writer], hands: list[threading.Thread]) -> None:
    before = sum(len(one.saved) for one in writers)
    while sum(len(one.saved) for one in writers) < before + number:
        assert all(hand.is_alive() for hand in hands)
        assert not any(one.wrong for one in writers)
        time.sleep(0.003)


@pytest.mark.long
def test_a_backup_made_under_writes_restores_what_was_saved_before_it(place: Town, tmp_path: Path) -> None:
    file, server = tmp_path / "backup", Server(place.environ)
    place.readers += [add_resident(f"{READER}之{number}", HOME).id for number in range(MORE_READERS)]
    db.session.commit()
    server.start()
    try:
        writers = [Writer(place.phone(server.port), place, number) for number in range(HANDS)]
        over = threading.Event()
        hands = [threading.Thread(target=one.write_until_killed, args=(over,)) for one in writers]
        for hand in hands:
            hand.start()
        _wait_for_more_saved(10, writers, hands)
        before = set[str]().union(*(one.saved for one in writers))
        run(place, "backup", str(file))
        _wait_for_more_saved(10, writers, hands)
    finally:
        server.kill()
        for hand in hands:
            hand.join()
    there = kept()
    db.session.remove()
    db.engine.dispose()
    said = run(place, "restore", str(file), "--replace")
    assert said == f"The database holds what {file} holds.\n"
    restored = kept()
    assert before <= restored.keys()
    assert restored.keys() < there.keys()
    assert disagreements() == []
    assert run(place, "points", "verify") == "Everything agrees.\n"


def test_who_was_erased_after_the_backup_is_erased_again(place: Town, flask: Command, tmp_path: Path) -> None:
    gone, stays = place.readers[:2]
    librarian = db.session.scalars(select(Account.id).where(Account.phone == place.librarian)).one()
    for reader in (gone, stays):
        told = Told(reader, BookAsked(None, "活着"), clock.today(), Amounts(30, None, False), "")
        logbook.log(uuid.uuid4(), told, librarian)
    flask("backup", tmp_path / "kept")
    rights.leave(uuid.uuid4(), gone, NOW, librarian)
    assert erasing.erase_due(clock.now()) == 1
    db.session.remove()
    said = flask("restore", tmp_path / "kept", "--replace")
    assert said.endswith("1 of it were erased since then, and have been erased again.\n")
    assert db.session.get(Resident, gone) is None
    assert set(db.session.scalars(select(LogEntry.resident_id))) == {stays}
    db.session.remove()
    assert flask("points", "verify") == "Everything agrees.\n"
