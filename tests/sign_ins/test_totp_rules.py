"""Codes a phone draws every half minute, against the vectors of RFC 6238 and RFC 4226."""

from datetime import UTC, datetime, timedelta

import pytest

from reading.sign_ins.totp_rules import address, code_at, digits_as_typed, step_at, step_of, typed_secret

SECRET = b"12345678901234567890"
MOMENT = datetime(2026, 11, 18, 6, 0, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("off", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_phone_may_be_half_a_minute_off(off: int, taken: bool) -> None:
    code = code_at(SECRET, step_at(MOMENT + timedelta(seconds=off)))
    assert (step_of(SECRET, code, MOMENT, 0) is not None) is taken


def test_a_code_is_taken_once_and_none_before_it_either() -> None:
    now, before = step_at(MOMENT), step_at(MOMENT) - 1
    assert step_of(SECRET, code_at(SECRET, now), MOMENT, before) == now
    assert step_of(SECRET, code_at(SECRET, now), MOMENT, now) is None
    assert step_of(SECRET, code_at(SECRET, before), MOMENT, now) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("287 082", "287082"),
        ("２８７０８２", "287082"),
        ("28708", None),
        ("٢٨٧٠٨٢", None),
        ("2870821", None),
        ("", None),
    ],
)
def test_digits_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    assert digits_as_typed(typed) == read


def test_the_app_is_told_the_secret_and_whose_it_is() -> None:
    assert typed_secret(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert address(SECRET, "王 主任") == (
        "otpauth://totp/Shuxiang:%E7%8E%8B%20%E4%B8%BB%E4%BB%BB"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shuxiang"
    )
