"""Lines of JSON that tell who did what and when, and never a name, a phone number, a password or a secret."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from reading.audit import actions as audit
from reading.database import action
from reading.extensions import db
from tests.cast import PASSWORD, Cast
from tests.check_in.codes import link
from tests.house.addresses import address
from tests.house.test_routes import rows
from tests.outside.conftest import SetUp
from tests.pages import Visitor
from tests.stage import Stage, populate

WRONG = "a wrong password 2026"


@pytest.fixture
def logging_app(set_up: SetUp) -> Flask:
    return set_up(READING_LOG="json")


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Return what was written to the log since the last time."""
    return lambda: capsys.readouterr().err


def lines(said: str) -> list[dict]:
    """Each line must be JSON of its own."""
    return [json.loads(one) for one in said.splitlines()]


def test_each_request_is_one_line_with_its_number_time_and_route(
    logging_app: Flask, cast: Cast, written
) -> None:
    answer = Visitor(logging_app).sign_in(cast.resident).get("/books?q=活着").response
    [line] = lines(written())
    at = datetime.fromisoformat(line.pop("at"))
    assert at.utcoffset() == timedelta(0)
    assert isinstance(line.pop("ms"), int)
    assert line == {
        "level": "info", "event": "request", "request_id": answer.headers["X-Request-Id"], "method": "GET",
        "route": "/books", "object": None, "status": 200, "result": "done", "address": "127.0.0.1",
        "actor": str(cast.account("resident").id),
    }  # fmt: skip


def test_a_page_that_is_ready_for_its_reader_is_the_same_line(
    logging_app: Flask, cast: Cast, written
) -> None:
    logging_app.config["KEPT_SECONDS"] = 5
    visitor = Visitor(logging_app).sign_in(cast.resident)
    for _time in range(3):
        visitor.get("/communities/410581001001/leaderboard")
    told = lines(written())
    assert len(told) == 3
    for line in told:
        for name in ("at", "ms", "request_id"):
            assert line.pop(name) is not None
    assert told[0] == told[1] == told[2]
    assert told[2]["actor"] == str(cast.account("resident").id)
    assert told[2]["route"] == "/communities/<code>/leaderboard"


def test_a_page_that_is_kept_is_a_line_too(logging_app: Flask, cast: Cast, written) -> None:
    logging_app.config["KEPT_SECONDS"] = 5
    told = []
    for _ in range(2):
        Visitor(logging_app).get("/communities/410581001001/leaderboard")
        [line] = lines(written())
        told.append({name: line[name] for name in line if name not in ("at", "ms", "request_id")})
    assert told[0] == told[1]
    assert told[1]["route"] == "/communities/<code>/leaderboard"
    assert (told[1]["status"], told[1]["actor"], told[1]["address"]) == (200, None, "127.0.0.1")


def test_a_change_of_roles_is_told_with_who_on_whom_where_and_how_it_ended(
    logging_app: Flask, cast: Cast, written
) -> None:
    visitor = Visitor(logging_app).sign_in(cast.admin)
    visitor.post("/roles/new", phone="13800000001", name="organizer", community="410581106")
    found = lines(written())
    [told] = [one for one in found if one["event"] == "trail"]
    assert (told["deed"], told["result"], told["place"]) == ("role.granted", "done", "410581106")
    assert (told["actor"], told["object"]) == (str(cast.admin.id), str(cast.account("resident").id))
    assert told["request_id"] == found[-1]["request_id"]


def test_a_sign_in_is_told_once_it_stands_and_never_where_it_was_undone(
    logging_app: Flask, cast: Cast, written, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, own = Visitor(logging_app), cast.account("resident")
    told: dict[str, Any] = {"phone": own.phone, "password": PASSWORD}
    with monkeypatch.context() as patch:
        patch.setattr("reading.sign_ins.actions.together", lambda *sent, last: 1 / 0)
        visitor.post("/sign-in", 500, **told)
    assert [one for one in lines(written()) if one["event"] == "trail"] == []
    visitor.post("/sign-in", 302, **told)
    [line] = [one for one in lines(written()) if one["event"] == "trail"]
    assert (line["deed"], line["result"], line["actor"]) == ("sign_in", "done", str(own.id))


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [(None, "/me", 302), ("resident", "/roles", 403), ("organizer", "/nowhere", 404)],
)
def test_a_denial_is_a_line_with_its_result(
    logging_app: Flask, cast: Cast, written, who: str | None, path: str, status: int
) -> None:
    visitor = Visitor(logging_app)
    if who:
        visitor.sign_in(cast.account(who))
    visitor.get(path, status)
    [line] = [one for one in lines(written()) if one["event"] == "request"]
    assert (line["status"], line["result"]) == (status, "refused" if status > 400 else "done")
    assert line["actor"] == (str(cast.account(who).id) if who else None)


def test_a_deed_that_was_undone_is_not_told(logging_app: Flask, cast: Cast, written) -> None:
    @action
    def undone() -> None:
        audit.write("role.granted", by=cast.admin.id)
        db.session.flush()
        raise ValueError

    @action
    def partly_undone() -> None:
        audit.write("role.ended", by=cast.admin.id)
        db.session.flush()
        with pytest.raises(ValueError), db.session.begin_nested():  # noqa: PT012, PT011
            audit.write("role.granted", by=cast.admin.id)
            db.session.flush()
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        undone()
    partly_undone()
    assert [one["deed"] for one in lines(written())] == ["role.ended"]


def test_an_error_is_told_by_its_kind_and_place_and_not_in_its_words(
    logging_app: Flask, cast: Cast, written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        db.session.execute(text("SELECT * FROM nowhere WHERE phone = :phone"), {"phone": cast.admin.phone})

    monkeypatch.setattr("reading.home.views._coming", broken)
    page = Visitor(logging_app).get("/", 500)
    said = written()
    told, line = lines(said)
    assert told["level"] == "error"
    assert told["request_id"] == line["request_id"] == page.response.headers["X-Request-Id"]
    assert told["error"][0].startswith("sqlalchemy.exc.")
    assert any("test_logs.py" in one for one in told["where"])
    assert told["code"] in (["SQLITE_ERROR"], ["42P01"])
    assert cast.admin.phone not in said
    assert "SELECT" not in said


def drive(app: Flask, stage: Stage) -> list[str]:
    """Open every page as everybody, send every form empty, sign in rightly and wrongly; return the secrets met."""
    secrets = [WRONG, PASSWORD, "又一个新来的", "13612345678", "13800138000"]
    cast = stage.cast
    for person in (None, cast.resident, cast.librarian, cast.admin):
        visitor = Visitor(app)
        db.session.rollback()  # what is written next, here and for an address, follows what this app wrote
        if person:
            visitor.sign_in(person)
        for method, rule in rows():
            db.session.rollback()
            where = address(rule, stage).replace("x" * 43, stage.address.key)
            if rule != "/sign-out":
                visitor.client.open(where, method=method, headers=visitor.headers).close()
        for path in (
            f"/residents?q={cast.resident.name}",
            f"/books?q={WRONG}",
            f"/nowhere/{cast.admin.phone}",
        ):
            visitor.client.get(path, headers=visitor.headers)
        secrets += [
            cookie.value for cookie in (visitor.client._cookies or {}).values() if len(cookie.value) > 12
        ]
        secrets += [visitor.token(), link(stage.soon).rpartition("/")[2]]
    db.session.rollback()
    code = stage.card.code
    at_the_door, card = Visitor(app).sign_in(cast.librarian), f"/events/{stage.soon.id}/card"
    stranger = Visitor(app)
    for password in (WRONG, PASSWORD):
        stranger.post("/sign-in", 400 if password == WRONG else 302, phone="13800000001", password=password)
    joining = Visitor(app)
    named = '又一个新来的\r\n{"event": "trail"}'
    joining.post("/join", **joined(named))
    typed: dict[str, Any] = {"code": code, "phone": "13800138000"}
    at_the_door.post(card, 400, **typed)
    return secrets


@pytest.mark.look
@pytest.mark.long
def test_no_name_phone_password_cookie_or_token_is_ever_written(
    logging_app: Flask, cast: Cast, written
) -> None:
    stage = populate(cast)
    secrets = drive(logging_app, stage)
    db.session.rollback()
    people = [
        *db.session.scalars(text("SELECT name FROM residents")),
        *db.session.scalars(text("SELECT name FROM guests")),
    ]
    phones = db.session.scalars(text("SELECT phone FROM accounts"))
    codes = db.session.scalars(text("SELECT code FROM cards"))
    keys = db.session.scalars(text("SELECT key FROM calendar_addresses"))
    secrets += [*people, *phones, *codes, *keys]
    said = written()
    found = lines(said)
    assert len(found) > 400
    assert [secret for secret in secrets if secret in said] == []
    assert re.findall(r"(?<![\w-])1[3-9]\d{9}(?![\w-])", said) == []


def test_a_name_with_a_line_break_makes_no_line(logging_app: Flask, cast: Cast, written) -> None:
    visitor = Visitor(logging_app)
    fields = {"csrf_token": visitor.token(), **joined('张\r\n{"event": "trail"}')}
    written()
    assert visitor.client.post("/join", data=fields).status_code == 302
    told = [one for one in lines(written()) if "deed" not in one]
    assert [(one["event"], one["route"], one["status"]) for one in told] == [("request", "/join", 302)]


def joined(name: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "name": name, "phone": "13612345678", "password": PASSWORD,
        "community": "410581001001", "agree": "y",
    }  # fmt: skip


def test_tried_out_on_ones_own_machine_it_writes_nothing_of_what_goes_well(
    set_up: SetUp, cast: Cast, written
) -> None:
    Visitor(set_up()).sign_in(cast.resident).get("/me")
    assert written() == ""
