"""The list of erasures: outside the database, on disk before the commit; a backup put back brings nobody back."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from reading import create_app
from reading.errors import Refused
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.rights import actions, erasing, erasures
from reading.rights.erasures import ACCOUNT, RESIDENT, Erased
from reading.rights.rules import LATER, NOW
from tests.cast import put_on_stage
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.databases import own_database
from tests.recorded import put_back, rows
from tests.rights.traces import totals, traces
from tests.stage import Stage, populate

AT = datetime(2026, 11, 18, 6, tzinfo=UTC)


class PowerCut(BaseException):
    """The machine stops here."""


@contextmanager
def no_commit() -> Iterator[None]:
    """Let the machine stop just before the next commit."""

    def stop(_connection: object) -> None:
        raise PowerCut

    event.listen(db.engine, "commit", stop)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", stop)


def names_of(resident: Resident) -> tuple[str, ...]:
    return (resident.name, resident.account.phone) if resident.account else (resident.name,)


def test_a_line_holds_when_what_and_an_id_and_no_name(app: Flask, stage: Stage) -> None:
    reader = stage.readers[0]
    account_id, resident_id, name = reader.account_id, reader.id, reader.name
    assert account_id is not None
    erasing.erase_wished(actions.leave(uuid.uuid4(), resident_id, NOW, account_id).id)
    text = erasures.path().read_text()
    assert text == f"2026-11-18T06:00:00Z resident {resident_id}\n2026-11-18T06:00:00Z account {account_id}\n"
    assert name not in text


def test_a_backup_put_back_is_erased_again_and_the_sums_are_the_same(app: Flask, stage: Stage) -> None:
    people = [stage.cast.resident, stage.cast.child, stage.readers[0], stage.cast.phoneless]
    words = [word for one in people for word in names_of(one)]
    wishes = [
        actions.leave(uuid.uuid4(), one.id, LATER, one.account_id or uuid.uuid4()) for one in people[:3]
    ]
    kept = rows()
    ids = [wish.id for wish in wishes]
    ids.append(actions.leave(uuid.uuid4(), people[3].id, NOW, stage.cast.steward.id).id)
    for wish_id in ids:
        assert erasing.erase_wished(wish_id)
    after = totals()
    assert traces(*words) == []
    db.session.remove()
    put_back(kept)
    assert traces(*words)
    assert erasing.erase_again() == 4  # each with the account that looked after nobody else
    assert traces(*words) == []
    assert totals() == after
    assert erasing.erase_again() == 0


@pytest.fixture
def lonely_app(settings: dict[str, str], clock: TestClock, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database that nobody else has open: only such a one is replaced."""
    clock.set(PRESENT)
    with own_database(tmp_path) as address:
        own = {"READING_DATABASE_URL": address, "READING_INSTANCE": str(tmp_path)}
        app = create_app(settings | own, now=clock)
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()


def test_the_command_that_puts_a_backup_back_erases_again(lonely_app: Flask, tmp_path: Path) -> None:
    app, stage = lonely_app, populate(put_on_stage())
    reader = stage.readers[0]
    words, by = names_of(reader), reader.account_id
    assert by is not None
    backup = tmp_path / "backup"
    saved = app.test_cli_runner().invoke(args=["backup", str(backup)])
    assert saved.exit_code == 0, saved.output
    erasing.erase_wished(actions.leave(uuid.uuid4(), reader.id, NOW, by).id)
    restored = app.test_cli_runner().invoke(args=["restore", str(backup), "--replace"])
    assert restored.exit_code == 0, restored.output
    assert "have been erased again" in restored.output
    assert traces(*words) == []


def test_a_crash_between_the_list_and_the_commit_ends_in_an_erasure(stage: Stage) -> None:
    reader = stage.readers[0]
    words, by = names_of(reader), reader.account_id
    assert by is not None
    wish_id = actions.leave(uuid.uuid4(), reader.id, LATER, by).id
    with pytest.raises(PowerCut), no_commit():
        erasing.erase_wished(wish_id)
    db.session.rollback()
    assert traces(*words)
    with pytest.raises(Refused, match="开始清除"):
        actions.take_back(wish_id, by)
    assert erasing.erase_due(AT) == 1
    assert traces(*words) == []


def test_what_the_list_cannot_keep_is_not_erased(app: Flask, stage: Stage, tmp_path: Path) -> None:
    app.config["ERASURES_FILE"] = tmp_path / "folder"
    (tmp_path / "folder").mkdir()
    reader = stage.readers[0]
    by = reader.account_id
    assert by is not None
    wish_id = actions.leave(uuid.uuid4(), reader.id, NOW, by).id
    with pytest.raises(OSError, match="directory"):
        erasing.erase_wished(wish_id)
    assert db.session.get(Resident, reader.id) is not None
    assert db.session.get(Account, by) is not None


def test_a_line_cut_short_is_no_line_and_the_next_one_is_whole(app: Flask) -> None:
    whole = [Erased(RESIDENT, uuid.uuid4(), AT), Erased(ACCOUNT, uuid.uuid4(), AT)]
    erasures.add(whole[:1])
    with erasures.path().open("a") as file:
        file.write(f"2026-11-18T06:00:00Z resident {str(uuid.uuid4())[:20]}")
    assert list(erasures.listed()) == whole[:1]
    erasures.add(whole[1:])
    assert list(erasures.listed()) == whole
    assert erasures.path().stat().st_mode & 0o077 == 0


def _add_in_pieces(file: Path, ids: list[uuid.UUID]) -> None:
    """Add line after line, each put together from two writes, as a network may carry them."""
    write, listing = os.write, Flask(__name__)
    listing.config["ERASURES_FILE"] = file

    def in_pieces(handle: int, text: bytes) -> int:
        first = write(handle, text[:20])
        time.sleep(0.001)
        return first + write(handle, text[20:])

    with mock.patch.object(os, "write", in_pieces), listing.app_context():
        for one in ids:
            erasures.add([Erased(RESIDENT, one, AT)])


def test_two_processes_that_write_at_once_leave_every_line_whole(app: Flask) -> None:
    apart = get_context("fork")
    ids = [[uuid.uuid4() for _line in range(60)] for _process in range(2)]
    writers = [apart.Process(target=_add_in_pieces, args=(erasures.path(), own)) for own in ids]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    lines = erasures.path().read_text().splitlines()
    assert len(lines) == 120
    assert {one.id for one in erasures.listed()} == {*ids[0], *ids[1]}


def test_a_list_that_is_not_there_is_empty(app: Flask) -> None:
    assert list(erasures.listed()) == []
    assert not erasures.holds(uuid.uuid4())
    assert erasing.erase_again() == 0


@pytest.mark.parametrize(
    "line", ["", "x", "2026-11-18 resident", "\x00" * 9, "2026-99-99T06:00:00Z resident " + "0" * 36]
)
def test_what_is_no_line_is_left_out(app: Flask, line: str) -> None:
    erasures.path().write_text(line + "\n")
    assert list(erasures.listed()) == []
