"""Nothing is kept longer than the settings say, and whoever is forgotten was told before."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

import config
from reading.audit import actions as audit
from reading.audit.models import AuditLine
from reading.check_in.models import WrongCode
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.rights import actions, retention
from reading.rights.models import Leaving
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token
from tests import signed_in
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import planned
from tests.pages import Visitor
from tests.recorded import rows
from tests.rights.twins import read


def run(app: Flask, *options: str) -> Result:
    result = app.test_cli_runner().invoke(args=["retention", *options])
    db.session.remove()
    assert result.exit_code == 0, result.output
    return result


def number(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def left() -> set[uuid.UUID]:
    db.session.rollback()
    return set(db.session.scalars(select(Resident.id).where(Resident.left_at.is_not(None))))


def test_the_trail_is_kept_for_half_a_year_and_then_goes(app: Flask, cast: Cast, clock: TestClock) -> None:
    audit.write_down("role.granted", by=cast.admin.id, subject=cast.librarian.id)
    clock.advance(days=180)
    audit.write_down("role.ended", by=cast.admin.id, subject=cast.librarian.id)
    assert "lines of the trail: 0" in run(app).output
    clock.advance(seconds=1)
    assert "lines of the trail: 1" in run(app).output
    kept = set(db.session.scalars(select(AuditLine.deed)))
    assert "role.granted" not in kept
    assert {"role.ended", "retention.ran"} <= kept


def test_a_dry_run_says_what_would_go_and_changes_nothing(app: Flask, cast: Cast, clock: TestClock) -> None:
    event = planned(cast)
    db.session.add(WrongCode(event_id=event.id, typed_by="x", at=clock()))
    db.session.commit()
    audit.write_down("role.granted", by=cast.admin.id, subject=cast.librarian.id)
    clock.advance(days=181)
    before = rows()
    said = run(app, "--dry-run").output
    assert "wrong codes: 1" in said
    assert "lines of the trail: 1" in said
    assert "Nothing was changed." in said
    assert rows() == before
    assert "wrong codes: 1" in run(app).output
    assert number(WrongCode) == 0


def seen_now(account: Account, at: datetime) -> None:
    """Sign the account in on one more device, last seen at this moment."""
    token_hash = hash_of_token(signed_in.sign_in(account))
    db.session.scalars(select(SignIn).where(SignIn.token_hash == token_hash)).one().seen_at = at
    db.session.commit()


def test_past_sign_ins_go(app: Flask, cast: Cast, clock: TestClock) -> None:
    neighbour = cast.account("neighbour")
    seen_now(neighbour, clock())
    clock.advance(days=179)
    seen_now(neighbour, clock())
    run(app)
    assert number(SignIn) == 2
    clock.advance(days=2)
    run(app)
    assert number(SignIn) == 1


def test_who_does_nothing_for_two_years_is_told_named_nowhere_and_later_erased(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    read(cast.phoneless, "活着", date(2026, 11, 18), 10, cast.steward)
    read(cast.outsider, "活着", date(2026, 11, 18), 10, cast.account("outsider"))
    neighbour, others = cast.neighbour.id, {cast.phoneless.id, cast.outsider.id}
    # The others of the cast did nothing since 2025; the household's child is looked after by who signs in.
    Visitor(app).sign_in(cast.resident)
    clock.advance(days=60)
    run(app)
    assert left() == {neighbour}
    clock.advance(days=59)
    run(app)
    assert db.session.get(Resident, neighbour) is not None
    clock.advance(days=2)
    assert "people erased: 1" in run(app).output
    assert db.session.get(Resident, neighbour) is None
    clock.set(clock() + timedelta(days=620))
    run(app)
    assert others <= left()
    assert ledger.verify() == []


def test_who_comes_back_in_time_is_not_told_again(app: Flask, cast: Cast, clock: TestClock) -> None:
    phoneless, steward = cast.phoneless.id, cast.steward.id
    clock.advance(days=60)
    run(app)
    assert phoneless in left()
    wish = db.session.scalars(select(Leaving).where(Leaving.resident_id == phoneless)).one()
    actions.take_back(wish.id, steward)
    run(app)
    assert phoneless not in left()
    assert db.session.get_one(Resident, phoneless).name == "吴大爷"


def test_staff_are_not_forgotten_while_they_hold_a_role(app: Flask, cast: Cast, clock: TestClock) -> None:
    held = db.session.get_one(Resident, cast.phoneless.id)
    held.account_id = cast.librarian.id
    db.session.commit()
    clock.advance(days=900)
    assert cast.phoneless.id not in retention.inactive(clock() - timedelta(days=730))


def test_run_again_at_once_it_finds_nothing(app: Flask, cast: Cast, clock: TestClock) -> None:
    clock.advance(days=900)
    run(app)
    counts = [line.rpartition(": ")[2] for line in run(app).output.strip().splitlines()]
    assert set(counts) == {"0"}


@pytest.mark.parametrize("value", ["0", "-1", "5", "1e3", "９９", "180 days", "99999", "1_000"])
@pytest.mark.parametrize("name", ["AUDIT_DAYS", "PEOPLE_MONTHS", "WARNING_DAYS", "SIGN_IN_DAYS"])
def test_a_bad_limit_does_not_start(tmp_path: object, name: str, value: str) -> None:
    with pytest.raises(config.BadSetting, match=f"RETENTION_{name}"):
        config.load({"READING_INSTANCE": str(tmp_path), f"READING_RETENTION_{name}": value})


def test_the_limits_can_be_set(tmp_path: object) -> None:
    given = {"READING_INSTANCE": str(tmp_path), "READING_RETENTION_PEOPLE_MONTHS": "36"}
    assert config.load(given)["RETENTION_PEOPLE_MONTHS"] == 36
