"""The hall's code and its six digits, second by second."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.check_in.rules import (
    AHEAD,
    BAD,
    CODE_LIFE,
    FUTURE,
    GOOD,
    LIFE,
    OLD,
    OPENED_FOR,
    SAME_ARRIVAL,
    STEP,
    came_at,
    code_as_typed,
    code_at,
    code_is_good,
    derived_key,
    network_of,
    read_token,
    seconds_left,
    still_counts,
    token_at,
)

KEY, OTHER_KEY = derived_key(b"one"), derived_key(b"other")
START = datetime(2026, 11, 18, 11, 0, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
TINY = timedelta(microseconds=1)


@given(event=st.uuids(), shown=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(minutes=2)))
def test_a_token_opens_its_event_for_thirty_seconds_from_its_step_on(
    event: uuid.UUID, shown: datetime, later: timedelta
) -> None:
    token = token_at(event, shown, KEY)
    read = read_token(token, shown + later, KEY)
    assert read.event_id == event
    assert read.shown_at is not None
    assert shown - STEP < read.shown_at <= shown
    assert read.state == (GOOD if shown + later < read.shown_at + LIFE else OLD)


@given(event=st.uuids(), shown=MOMENTS)
def test_the_last_moment_of_a_token_opens_the_page_and_the_next_does_not(
    event: uuid.UUID, shown: datetime
) -> None:
    token = token_at(event, shown, KEY)
    began = read_token(token, shown, KEY).shown_at
    assert began is not None
    states = [read_token(token, began + one, KEY).state for one in (timedelta(0), LIFE - TINY, LIFE)]
    assert states == [GOOD, GOOD, OLD]
    early = [read_token(token, began - one, KEY).state for one in (AHEAD, AHEAD + TINY)]
    assert early == [GOOD, FUTURE]


@given(event=st.uuids(), shown=MOMENTS)
def test_a_token_changes_with_every_step_and_not_within_one(event: uuid.UUID, shown: datetime) -> None:
    began = read_token(token_at(event, shown, KEY), shown, KEY).shown_at
    assert began is not None
    assert token_at(event, began, KEY) == token_at(event, began + STEP - TINY, KEY)
    assert token_at(event, began, KEY) != token_at(event, began + STEP, KEY)
    changes, link_counts, code_counts = seconds_left(began)
    assert (changes, link_counts) == (10, 30)
    assert 120 < code_counts <= 180


@given(event=st.uuids(), shown=MOMENTS, place=st.integers(0, 39), data=st.data())
def test_a_token_with_any_character_changed_is_bad(
    event: uuid.UUID, shown: datetime, place: int, data: st.DataObject
) -> None:
    token = token_at(event, shown, KEY)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    letter = data.draw(st.sampled_from([one for one in letters if one != token[place]]))
    assert read_token(token[:place] + letter + token[place + 1 :], shown, KEY).state == BAD


@given(text=st.text(max_size=60))
def test_what_nobody_signed_is_bad(text: str) -> None:
    assert read_token(text, START, KEY).state == BAD


def test_a_token_of_another_service_is_bad() -> None:
    event = uuid.uuid4()
    assert read_token(token_at(event, START, OTHER_KEY), START, KEY).state == BAD


def test_tokens_of_two_events_differ_and_lead_each_to_its_own() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    tokens = [token_at(event, START, KEY) for event in (one, other)]
    assert tokens[0][27:] != tokens[1][27:]
    assert [read_token(token, START, KEY).event_id for token in tokens] == [one, other]
    # The signature of one event's token is of no use on another's id.
    assert read_token(tokens[1][:20] + tokens[0][20:], START, KEY).state == BAD


@given(event=st.uuids(), shown=MOMENTS)
def test_six_digits_are_taken_for_three_minutes_from_when_they_appear(
    event: uuid.UUID, shown: datetime
) -> None:
    began = shown.replace(second=0, microsecond=0)
    code = code_at(event, shown, KEY)
    assert len(code) == 6
    assert code_is_good(code, event, began, KEY)
    assert code_is_good(code, event, began + CODE_LIFE - TINY, KEY)
    after = [code_at(event, began + timedelta(minutes=one), KEY) for one in (1, 2, 3)]
    assert code_is_good(code, event, began + CODE_LIFE, KEY) == (code in after)
    before = [code_at(event, began - timedelta(minutes=one), KEY) for one in (1, 2, 3)]
    assert code_is_good(code, event, began - TINY, KEY) == (code in before)


def test_six_digits_are_of_one_event_and_one_service() -> None:
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)
    code = code_at(one, START, KEY)
    assert not code_is_good(code, other, START, KEY)
    assert not code_is_good(code, one, START, OTHER_KEY)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("042317", "042317"), (" 042 317 ", "042317"), ("042-317", "042317"), ("０４２　３１７", "042317"),
     ("42317", None), ("0423171", None), ("04231x", None), ("٠٤٢٣١٧", None), ("", None)],
)  # fmt: skip
def test_six_digits_are_read_however_they_are_typed(typed: str, read: str | None) -> None:
    assert code_as_typed(typed) == read


def test_a_page_opened_in_time_counts_for_an_hour() -> None:
    assert still_counts(START, START)
    assert still_counts(START, START + OPENED_FOR)
    assert not still_counts(START, START + OPENED_FOR + TINY)
    assert not still_counts(START, START - AHEAD - TINY)


def test_who_scans_again_soon_came_the_first_time() -> None:
    assert came_at(None, START) == START
    assert came_at(START, START + SAME_ARRIVAL - TINY) == START
    assert came_at(START, START + SAME_ARRIVAL) == START + SAME_ARRIVAL


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_tries_are_counted_by_address_and_with_ipv6_by_network(address: str, counted: str) -> None:
    assert network_of(address) == counted
