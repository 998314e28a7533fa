"""The command ``sample``: what it prints, and when it does nothing or refuses."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading import passwords
from reading.extensions import db
from reading.people.models import Account, Resident
from tests.cast import Cast

SMALL = ["--residents", "60", "--logs", "60"]


def run(app: Flask, *args: str) -> Any:
    result = app.test_cli_runner().invoke(args=["sample", *args])
    db.session.remove()
    return result


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Resident)) or 0


def printed(output: str) -> dict[str, str]:
    """The passwords as printed, by phone."""
    words = output.split()
    return {word: words[place + 1] for place, word in enumerate(words) if word.startswith("160")}


def test_the_first_start_prints_one_sign_in_per_role_and_later_starts_print_nothing(app: Flask) -> None:
    first = run(app, "--first-start", *SMALL)
    assert first.exit_code == 0, first.output
    for role in ("管理员 admin", "馆员 librarian", "夜校组织者 organizer", "楼长 steward", "居民 resident"):
        assert first.output.count(role) == 1
    shown = printed(first.output)
    assert len(set(shown.values())) == len(shown) == 5
    for phone, password in shown.items():
        account = db.session.scalars(select(Account).where(Account.phone == phone)).one()
        assert passwords.matches(account.password_hash, password)
        assert len(password.split("-")) == 4
    again = run(app, "--first-start", *SMALL)
    assert (again.exit_code, again.output) == (0, "")
    assert people() == 60


def test_a_second_sample_is_refused_with_a_sentence_and_changes_nothing(cast: Cast, app: Flask) -> None:
    before = people()
    result = run(app, *SMALL)
    assert result.exit_code == 1
    assert "holds a city or people already" in result.output
    assert "Traceback" not in result.output
    assert people() == before


def test_in_production_there_is_no_sample(app: Flask) -> None:
    app.config["PRODUCTION"] = True
    quiet = run(app, "--first-start", *SMALL)
    assert (quiet.exit_code, quiet.output) == (0, "")
    refused = run(app, *SMALL)
    assert refused.exit_code == 1
    assert "In production no sample is loaded." in refused.output
    assert people() == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--residents", "0"),
        ("--residents", "-5"),
        ("--residents", "many"),
        ("--residents", "2000001"),
        ("--logs", "0"),
        ("--seed", "one"),
        ("--today", "2026-02-30"),
        ("--today", "2026-W01-1"),
        ("--today", "tomorrow"),
        ("--today", "1999-12-31"),
        ("--today", "9999-12-31"),
    ],
)
def test_a_bad_option_is_refused_before_anything_is_written(app: Flask, option: str, value: str) -> None:
    result = run(app, option, value)
    assert result.exit_code == 2
    assert option in result.output
    assert people() == 0


def test_a_city_smaller_than_its_staff_still_works(app: Flask) -> None:
    result = run(app, "--residents", "1", "--logs", "1", "--today", "2024-02-29", "--seed", "-3")
    assert result.exit_code == 0, result.output
    assert len(printed(result.output)) == 5
