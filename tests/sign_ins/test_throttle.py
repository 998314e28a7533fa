"""Wrong passwords: five are free, then one waits; nobody is locked out, and nobody learns who has an account."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from reading.extensions import db
from reading.sign_ins import throttle_actions, throttle_queries
from reading.sign_ins.models import WrongPassword
from reading.sign_ins.throttle_rules import next_try_at, wait_after, whole_minutes
from tests.at_once import at_once
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.conftest import Enter
from tests.statements import statements

PHONE, NOBODYS = "13800000001", "13899999999"
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tried(visitor: Visitor, status: int, phone: str = PHONE, password: str = "wrong password") -> Page:
    return visitor.post("/sign-in", status, phone=phone, password=password)


def held_back(page: Page) -> tuple[str, int]:
    """What somebody is told, and after how many seconds the browser may ask again."""
    return page.text, int(page.response.headers["Retry-After"])


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(WrongPassword)) or 0


def use_up(app: Flask, phone: str = PHONE) -> None:
    for _number in range(5):
        tried(Visitor(app), 400, phone)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10_000, 15)],
)
def test_five_tries_are_free_and_then_the_wait_doubles_to_fifteen_minutes(
    failures: int, minutes: int
) -> None:
    assert wait_after(failures) == minutes * MINUTE
    assert next_try_at(failures, NOON) == (NOON + minutes * MINUTE if minutes else None)
    assert next_try_at(failures, None) is None


def test_a_clock_that_was_ahead_and_is_put_right_holds_nobody_up(
    cast: Cast, app: Flask, clock: TestClock
) -> None:
    clock.advance(hours=1)
    use_up(app)
    held_back(tried(Visitor(app), 429))
    clock.advance(hours=-1)
    tried(Visitor(app), 302, password=PASSWORD)


def test_minutes_are_told_whole_and_never_too_few() -> None:
    seconds = [0, 1, 60, 61, 899, 900]
    assert [whole_minutes(timedelta(seconds=one)) for one in seconds] == [1, 1, 1, 2, 15, 15]


def test_the_sixth_try_waits_with_a_sentence_and_then_goes_on(
    cast: Cast, app: Flask, clock: TestClock
) -> None:
    use_up(app)
    said, seconds = held_back(tried(Visitor(app), 429))
    assert "Too many wrong tries. Wait 1 minute and try again." in said
    assert seconds == 60
    clock.advance(seconds=59)
    assert held_back(tried(Visitor(app), 429, password=PASSWORD))[1] == 1
    clock.advance(seconds=1)
    tried(Visitor(app), 400)
    assert held_back(tried(Visitor(app), 429))[1] == 120


def test_tries_made_while_one_waits_make_nobody_wait_longer(cast: Cast, app: Flask, clock: TestClock) -> None:
    use_up(app)
    for _number in range(20):
        tried(Visitor(app), 429)
    clock.advance(seconds=60)
    tried(Visitor(app), 302, password=PASSWORD)


def test_the_right_password_clears_what_was_counted(cast: Cast, app: Flask) -> None:
    for _number in range(4):
        tried(Visitor(app), 400)
    tried(Visitor(app), 302, password=PASSWORD)
    assert kept() == 0
    use_up(app)


def test_a_day_later_nothing_counts_and_nothing_is_kept(cast: Cast, app: Flask, clock: TestClock) -> None:
    use_up(app)
    clock.advance(days=1)
    for _number in range(5):
        tried(Visitor(app), 400)
    assert kept() == 5


def test_a_known_device_lets_its_owner_in_while_others_try(cast: Cast, app: Flask, enter: Enter) -> None:
    mine = enter(cast.resident)
    mine.post("/sign-out")
    use_up(app)
    tried(Visitor(app), 429, password=PASSWORD)
    tried(mine, 400)
    tried(mine, 302, password=PASSWORD)
    tried(Visitor(app), 429, password=PASSWORD)


def test_a_known_device_minds_its_own_wrong_tries(cast: Cast, app: Flask, enter: Enter) -> None:
    mine = enter(cast.resident)
    mine.post("/sign-out")
    for _number in range(5):
        tried(mine, 400)
    tried(mine, 429, password=PASSWORD)
    tried(Visitor(app), 302, password=PASSWORD)


def test_a_device_is_known_for_its_own_accounts_alone(cast: Cast, app: Flask, enter: Enter) -> None:
    attacker = enter(cast.neighbour)
    attacker.post("/sign-out")
    use_up(app)
    tried(attacker, 429)


@pytest.mark.parametrize("planted", ["x" * 43, "", "书" * 20, "'; DELETE FROM sign_ins; --" + "x" * 30])
def test_nobody_calls_their_device_known(cast: Cast, app: Flask, planted: str) -> None:
    use_up(app)
    visitor = Visitor(app)
    token = visitor.token()
    session = visitor.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert session is not None
    answer = app.test_client(use_cookies=False).post(
        "/sign-in", data={"csrf_token": token, "phone": PHONE, "password": PASSWORD},
        headers={"Cookie": f"device={planted}; {session.key}={session.value}"},
    )  # fmt: skip
    assert answer.status_code == 429


def test_known_and_unknown_numbers_are_answered_alike(cast: Cast, app: Flask, monkeypatch: Any) -> None:
    hashed: list[int] = []
    verify = PasswordHasher.verify

    def counted(*args: Any) -> bool:
        hashed.append(1)
        return verify(*args)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = {}
    for phone in (PHONE, NOBODYS):
        pages, costs = [], []
        visitor = Visitor(app)
        visitor.token()
        for number in range(7):
            hashed.clear()
            with statements() as sent:
                pages.append(tried(visitor, 400 if number < 5 else 429, phone))
            shapes = [one.split("WHERE")[0] for one in sent]
            costs.append((len(hashed), shapes))
        bodies = [page.response.get_data(as_text=True).replace(phone, "…") for page in pages]
        answers[phone] = [without_what_is_drawn(body) for body in bodies], costs
    assert answers[PHONE] == answers[NOBODYS]
    assert [hashes for hashes, _shapes in answers[PHONE][1]] == [1] * 5 + [0] * 2


def without_what_is_drawn(body: str) -> str:
    soup = BeautifulSoup(body, "html.parser")
    for field in soup.find_all(attrs={"name": "csrf_token"}):
        field.decompose()
    return re.sub(r"Request [0-9a-f]{12}", "", str(soup))


def test_what_was_typed_is_kept_nowhere(cast: Cast, app: Flask) -> None:
    for phone in (PHONE, NOBODYS, "my password 123"):
        tried(Visitor(app), 400, phone)
    rows = str([vars(one) for one in db.session.scalars(select(WrongPassword))])
    assert not any(text in rows for text in (PHONE, NOBODYS, "my password 123", "127.0.0.1"))


def test_the_same_number_is_counted_however_it_is_typed(cast: Cast, app: Flask) -> None:
    for typed in (
        "13800000001",
        "+86 138 0000 0001",
        "138-0000-0001",
        "１３８０００００００１",
        "008613800000001",
    ):
        tried(Visitor(app), 400, typed)
    tried(Visitor(app), 429)


def test_a_hundred_wrong_tries_from_one_address_hold_it_back_but_no_known_device(
    cast: Cast, app: Flask, enter: Enter, clock: TestClock
) -> None:
    mine = enter(cast.resident)
    mine.post("/sign-out")
    village = Visitor(app)
    for number in range(100):
        clock.advance(seconds=1)
        tried(village, 400, f"1370000{number:04}")
    said, seconds = held_back(tried(village, 429, "13700009999"))
    assert "Wait 9 minutes" in said
    assert seconds == 600 - 99
    tried(Visitor(app), 429, "13800000002", PASSWORD)
    tried(mine, 302, password=PASSWORD)
    elsewhere = Visitor(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    tried(elsewhere, 302, "13800000002", PASSWORD)
    clock.advance(seconds=501)
    tried(village, 400, "13700009999")
    tried(village, 429, "13700009998")


def test_a_forwarded_address_that_nobody_vouches_for_changes_nothing(cast: Cast, app: Flask) -> None:
    visitor = Visitor(app)
    for number in range(6):
        visitor.headers = {**visitor.headers, "X-Forwarded-For": f"10.0.0.{number}"}
        tried(visitor, 400 if number < 5 else 429)
    assert db.session.scalars(select(func.count(WrongPassword.address.distinct()))).one() == 1


def test_tries_at_the_same_moment_are_counted_one_by_one(cast: Cast, app: Flask) -> None:
    counted_as, answers = throttle_queries.counter(PHONE, "", False), []

    def attempt() -> None:
        answers.append(throttle_actions.count_try(counted_as, "a" * 64, False))

    at_once(app, *[attempt] * 16)
    assert answers.count(None) == 5
    assert kept() == 5


def test_asking_for_the_present_password_is_held_back_too(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.resident)
    told: dict[str, Any] = {"present": "wrong password", "password": "三个字 and 7 more"}
    for _number in range(5):
        visitor.post("/me/password", 400, **told)
    assert held_back(visitor.post("/me/password", 429, **told))[1] == 60
    clock.advance(minutes=1)
    visitor.post("/me/password", 302, **{**told, "present": PASSWORD})
    assert kept() == 0


def test_asking_who_has_joined_is_held_back_too(cast: Cast, app: Flask) -> None:
    visitor = Visitor(app)
    told: dict[str, Any] = {
        "name": "小满",
        "phone": PHONE,
        "password": "短 pass❤词",
        "community": "410581001001",
        "agree": "y",
    }
    for _number in range(5):
        visitor.post("/join", 400, **told)
    stopped = visitor.post("/join", 429, **told)
    assert "Too many wrong tries. Wait 1 minute and try again." in stopped.text
    assert fields_of(stopped.form())["name"] == "小满"
    visitor.post("/join", 302, **{**told, "phone": "13912345678"})


def test_script_is_told_in_its_own_form(cast: Cast, app: Flask) -> None:
    use_up(app)
    visitor = Visitor(app)
    data = {"csrf_token": visitor.token(), "phone": PHONE, "password": PASSWORD}
    answer = visitor.client.post(
        "/sign-in", data=data, headers={"Accept": "application/json", "Accept-Language": "en"}
    )
    assert answer.status_code == 429
    assert answer.get_json() == {"error": "Too many wrong tries. Wait 1 minute and try again."}
    assert answer.headers["Retry-After"] == "60"
