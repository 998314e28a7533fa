"""How long a sign-in is good, what stands for it, and what a device is called."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from reading.sign_ins.rules import (
    device_words,
    hash_of_token,
    is_former_taken,
    is_personal,
    is_to_be_noted,
    lapses_at,
    mark_of_roles,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("is_staff", "seen_after", "until_after"),
    [
        (True, 0 * MINUTE, 30 * MINUTE),
        (True, 5 * HOUR, 5 * HOUR + 30 * MINUTE),
        (True, 11 * HOUR + 45 * MINUTE, 12 * HOUR),
        (False, 0 * MINUTE, 30 * DAY),
        (False, 100 * DAY, 130 * DAY),
        (False, 170 * DAY, 180 * DAY),
    ],
)
def test_a_sign_in_lasts_as_long_as_it_is_used_and_not_forever(is_staff, seen_after, until_after) -> None:
    assert lapses_at(is_staff, NOON, NOON + seen_after) == NOON + until_after


def test_a_device_is_noted_every_five_minutes_for_staff_and_once_a_day_for_residents() -> None:
    assert not is_to_be_noted(True, NOON, NOON + 5 * MINUTE - timedelta(seconds=1))
    assert is_to_be_noted(True, NOON, NOON + 5 * MINUTE)
    assert not is_to_be_noted(False, NOON, NOON + 23 * HOUR)
    assert is_to_be_noted(False, NOON, NOON + DAY)


def test_the_token_before_is_taken_for_a_minute() -> None:
    assert is_former_taken(NOON, NOON + timedelta(seconds=59))
    assert not is_former_taken(NOON, NOON + MINUTE)


def test_a_mark_stands_for_the_roles_whatever_their_order() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert mark_of_roles([one, other]) == mark_of_roles([other, one])
    assert len({mark_of_roles(held) for held in ([], [one], [other], [one, other])}) == 4


def test_the_hash_of_a_token_tells_nothing_of_it_and_takes_any_text() -> None:
    assert len({hash_of_token(token) for token in ("a", "b", "", "\ud800", "书")}) == 5
    assert all(len(hash_of_token(token)) == 64 for token in ("", "a" * 10_000))


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 11; V2034A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
            "Chrome/88.0.4324.93 Mobile Safari/537.36 MicroMessenger/8.0.42 NetType/WIFI",
            ("Android", "WeChat"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.0 Mobile/15E148 Safari/604.1",
            ("iPhone", "Safari"),
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 "
            "Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300",
            ("HarmonyOS", "Huawei"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
            "Safari/537.36 Edg/120.0.0.0",
            ("Windows", "Edge"),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", ("Linux", "Firefox")),
        ("curl/8.0", ()),
        ("", ()),
        ("<script>" * 10_000, ()),
    ],
)
def test_a_device_is_called_what_its_browser_says(says: str, words: tuple[str, ...]) -> None:
    assert device_words(says) == words


@pytest.mark.parametrize(
    "password",
    [
        "13912345678", "139-1234-5678", "139 1234 5678a", "12345678", "91234567", "张晓明12345", "zhangxiaoming",
        "zhang xiao ming 88", "zxm19900101", "19900101zxm!",
    ],
)  # fmt: skip
def test_ones_own_phone_and_name_are_personal(password: str) -> None:
    assert is_personal(password, "13912345678", "张晓明")


@pytest.mark.parametrize("password", ["zhangxiaohong1", "13812345678", "书香伴我行2026", "", "!!!!!!!!"])
def test_anothers_are_not(password: str) -> None:
    assert not is_personal(password, "13912345678", "张晓明")


def test_who_is_not_known_has_nothing_personal() -> None:
    assert not is_personal("zhangxiaoming", "", "")
