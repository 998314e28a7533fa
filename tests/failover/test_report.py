"""What the report of `make failover` makes of what people saw."""

import random
from collections import Counter

import pytest

from tests.failover.faults import KINDS, drawn
from tests.failover.people import ONE_MOMENT, OPENED, SAVED, WITH_FORM, Answer, kind_of
from tests.failover.report import COLUMNS, Fault, broken_promises, outcomes, table

FORM = {"id": "6f1c", "book": "第3本书", "reflection": "6f1c"}
SWITCHOVER = next(kind for kind in KINDS if kind.name == "switchover")


def answers(*told: tuple[float, str, str]) -> list[Answer]:
    return [Answer(at, 0.1, kind, record) for at, kind, record in told]


def test_the_longest_time_without_a_record_saved_counts_from_the_fault_on() -> None:
    seen = answers((9.9, SAVED, "a"), (10.5, SAVED, "b"), (13.5, SAVED, "c"), (14.0, SAVED, "d"))
    (one,) = outcomes([Fault(SWITCHOVER, 10.0, 14.5)], seen)
    assert one.silence == pytest.approx(3.0)
    assert one.saved == {"b", "c", "d"}


def test_a_silence_that_goes_on_until_the_end_counts() -> None:
    (one,) = outcomes([Fault(SWITCHOVER, 10.0, 20.0)], answers((11.0, SAVED, "a")))
    assert one.silence == pytest.approx(9.0)


def test_an_answer_belongs_to_the_fault_before_it() -> None:
    faults = [Fault(SWITCHOVER, 10.0, 12.0), Fault(SWITCHOVER, 15.0, 18.0)]
    first, second = outcomes(faults, answers((13.0, SAVED, "a"), (16.0, WITH_FORM, "b"), (17.0, SAVED, "b")))
    assert [first.saved, second.saved] == [frozenset("a"), frozenset("b")]
    assert second.seen == Counter({WITH_FORM: 1, SAVED: 1})


def test_every_broken_promise_is_said() -> None:
    seen = answers((11.0, SAVED, "lost"), (11.5, "500", "b"), (19.0, SAVED, "twice"))
    results = outcomes([Fault(SWITCHOVER, 10.0, 19.0)], seen)
    said = broken_promises(results, {"lost", "twice"}, {"twice": 2}, ["the sums disagree"])
    assert said == [
        'lost was answered "saved" and is lost',
        "twice is there 2 times",
        "the sums disagree",
        "switchover: nothing was saved for 8.0 s, more than 5 s",
        "switchover: 1 × 500",
    ]


def test_nothing_is_said_when_all_was_kept() -> None:
    seen = answers((10.5, ONE_MOMENT, ""), (11.0, OPENED, ""), (11.5, WITH_FORM, "a"), (12.5, SAVED, "a"))
    assert broken_promises(outcomes([Fault(SWITCHOVER, 10.0, 13.0)], seen), {"a"}, {"a": 1}, []) == []


def test_the_table_has_a_line_for_each_kind_that_happened_and_one_for_all() -> None:
    results = outcomes([Fault(SWITCHOVER, 10.0, 13.0)], answers((11.0, SAVED, "a")))
    lines = list(table(results, {"a": 1}))
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| switchover", "| **all**"]
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 1}


@pytest.mark.parametrize(
    ("status", "body", "location", "fields", "kind"),
    [
        (302, "", "/logbook", FORM, SAVED),
        (302, "", "/sign-in?next=/logbook/new", FORM, "302 /sign-in?next=/logbook/new"),
        (503, "… 6f1c … 第3本书 …", "", FORM, WITH_FORM),
        (503, "… 6f1c …", "", FORM, "one moment, without the form"),
        (503, "", "", None, ONE_MOMENT),
        (200, "", "", None, OPENED),
        (500, "", "", None, "500"),
    ],
)
def test_what_a_person_saw_has_a_name(
    status: int, body: str, location: str, fields: dict[str, str] | None, kind: str
) -> None:
    assert kind_of(status, body, location, fields) == kind


@pytest.mark.parametrize("number", [1, 8, 30])
def test_every_kind_is_drawn_as_often_as_any_other_give_or_take_one(number: int) -> None:
    times = Counter(kind.name for kind in drawn(number, random.Random(5)))
    assert sum(times.values()) == number
    assert max(times.values()) - (min(times.values()) if len(times) == len(KINDS) else 0) <= 1


def test_the_same_seed_draws_the_same_faults() -> None:
    assert drawn(30, random.Random(9)) == drawn(30, random.Random(9))
