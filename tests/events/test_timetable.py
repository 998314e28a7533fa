"""The rule of a course and the dates that follow from it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.events.dates import Unreadable, read_dates
from reading.events.rules import (
    MOST_CLASSES,
    CoursePlan,
    digest,
    first_clash,
    recurrence,
    taught,
    times_of_classes,
    trouble_with_rhythm,
)
from reading.registers.rules import Held
from tests.events.planned import CITY, at

FIRST = date(2026, 11, 24)  # a Tuesday


def a_course(**other: Any) -> CoursePlan:
    usual: dict[str, Any] = {
        "title": "果树修剪",
        "community": "410581106200",
        "venue": "村委会二楼",
        "starts_at": at("2026-11-24 19:00"),
        "ends_at": at("2026-11-24 21:00"),
        "classes": 4,
        "required_hours": 6,
    }
    return CoursePlan(**{**usual, **other})


def days(plan: CoursePlan) -> list[str]:
    return [f"{start:%m-%d}" for start, _end in times_of_classes(plan)]


def whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


days_of_the_week = st.sets(st.integers(0, 6)).map(lambda some: tuple(sorted(some)))
plans = st.builds(
    a_course,
    starts_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(CITY)).map(
        whole_minute
    ),
    classes=st.integers(1, MOST_CLASSES),
    every=st.integers(1, 2),
    weekdays=days_of_the_week,
    no_class_on=st.lists(st.dates(date(2026, 1, 1), date(2028, 6, 30)), max_size=30).map(tuple),
).map(lambda plan: a_course(**{**vars(plan), "ends_at": plan.starts_at + timedelta(hours=2)}))


@given(plans)
def test_there_are_as_many_classes_as_told_in_order_on_the_days_told_and_on_none_struck_out(
    plan: CoursePlan,
) -> None:
    times = times_of_classes(plan)
    starts = [start for start, _end in times]
    allowed = set(plan.weekdays or (plan.starts_at.weekday(),))
    assert len(times) == plan.classes
    assert starts == sorted(set(starts))
    assert starts[0] >= plan.starts_at
    assert {start.weekday() for start in starts} <= allowed
    assert not {start.date() for start in starts} & set(plan.no_class_on)
    assert {(start.timetz(), end - start) for start, end in times} == {
        (plan.starts_at.timetz(), timedelta(hours=2))
    }


@given(plans)
def test_no_day_is_left_out_that_is_not_struck_out(plan: CoursePlan) -> None:
    times = times_of_classes(plan)
    monday = plan.starts_at.date() - timedelta(days=plan.starts_at.weekday())
    held, day = {start.date() for start, _end in times}, plan.starts_at.date()
    while day <= times[-1][0].date():
        in_a_week_of_it = (day - monday).days // 7 % plan.every == 0
        expected = in_a_week_of_it and day.weekday() in (plan.weekdays or (plan.starts_at.weekday(),))
        assert (day in held) == (expected and day not in plan.no_class_on)
        day += timedelta(days=1)


@given(plans, st.integers(0, 500))
def test_a_last_day_ends_the_same_course_earlier(plan: CoursePlan, after: int) -> None:
    last_on = plan.starts_at.date() + timedelta(days=after)
    until = a_course(**{**vars(plan), "classes": None, "last_on": last_on})
    whole = times_of_classes(a_course(**{**vars(plan), "classes": None}))
    assert times_of_classes(until) == [one for one in whole if one[0].date() <= last_on]


@given(plans)
def test_a_course_says_it_goes_on_too_long_by_one_class_more_than_there_may_be(plan: CoursePlan) -> None:
    endless = a_course(**{**vars(plan), "classes": None, "last_on": date(2100, 1, 1)})
    assert len(times_of_classes(endless)) == MOST_CLASSES + 1


def test_weekly_classes_keep_the_hour_of_the_citys_clock() -> None:
    times = times_of_classes(
        a_course(starts_at=at("2026-12-22 19:00"), ends_at=at("2026-12-22 21:00"), classes=3)
    )
    assert [start.isoformat() for start, _end in times] == [
        "2026-12-22T19:00:00+08:00",
        "2026-12-29T19:00:00+08:00",
        "2027-01-05T19:00:00+08:00",
    ]
    assert {end - start for start, end in times} == {timedelta(hours=2)}


def test_the_rule_is_the_one_calendars_write() -> None:
    plan = a_course(every=2, weekdays=(1, 3))
    assert str(recurrence(plan)).splitlines()[-1] == "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"


def test_a_holiday_makes_the_course_a_week_longer() -> None:
    assert days(a_course()) == ["11-24", "12-01", "12-08", "12-15"]
    assert days(a_course(no_class_on=(date(2026, 12, 8),))) == ["11-24", "12-01", "12-15", "12-22"]


def test_two_days_a_week_and_every_two_weeks() -> None:
    assert days(a_course(weekdays=(1, 3))) == ["11-24", "11-26", "12-01", "12-03"]
    assert days(a_course(every=2)) == ["11-24", "12-08", "12-22", "01-05"]
    assert days(a_course(every=2, weekdays=(1, 3))) == ["11-24", "11-26", "12-08", "12-10"]


def test_dates_of_its_own_stand_in_their_order_with_the_first_class() -> None:
    later = (at("2026-12-20 14:00"), at("2026-12-20 16:00"))
    sooner = (at("2026-12-01 19:00"), at("2026-12-01 21:00"))
    plan = a_course(classes=None, dates=(later, sooner))
    assert days(plan) == ["11-24", "12-01", "12-20"]


@pytest.mark.parametrize(
    ("other", "trouble"),
    [
        ({}, None),
        ({"classes": None}, ("classes", "no_end")),
        ({"last_on": date(2027, 1, 5)}, ("last_on", "two_ends")),
        ({"classes": None, "last_on": date(2026, 11, 24)}, None),
        ({"classes": None, "last_on": date(2026, 11, 23)}, ("last_on", "ends_before_first")),
        ({"weekdays": (0, 2)}, ("weekdays", "first_on_other_weekday")),
        ({"no_class_on": (FIRST,)}, ("no_class_on", "first_struck_out")),
        ({"dates": ((at("2026-12-01 19:00"), at("2026-12-01 21:00")),)}, ("classes", "other_number")),
        ({"dates": ((at("2026-12-01 19:00"), at("2026-12-01 21:00")),), "classes": 2}, None),
    ],
)
def test_what_does_not_go_together_is_named(other: dict[str, Any], trouble: tuple[str, str] | None) -> None:
    assert trouble_with_rhythm(a_course(**other)) == trouble


def test_plans_that_differ_in_their_dates_have_other_digests() -> None:
    others = [
        a_course(no_class_on=(date(2026, 12, 8),)),
        a_course(no_class_on=(date(2026, 12, 15),)),
        a_course(weekdays=(1, 3)),
        a_course(every=2),
        a_course(term="2026年秋季"),
        a_course(dates=((at("2026-12-01 19:00"), at("2026-12-01 21:00")),)),
    ]
    assert len({digest(one) for one in (a_course(), *others)}) == 7


def test_classes_that_overlap_are_found_and_those_that_touch_are_none() -> None:
    evening = (at("2026-12-01 19:00"), at("2026-12-01 21:00"))
    after = (at("2026-12-01 21:00"), at("2026-12-01 22:00"))
    within = (at("2026-12-01 20:59"), at("2026-12-01 21:30"))
    assert first_clash([after, evening]) is None
    assert first_clash([evening, within]) == within
    assert first_clash([evening, evening]) == evening


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("2026-12-08", ["2026-12-08"]),
        ("12-8\n1-5", ["2026-12-08", "2027-01-05"]),
        ("２０２６－１２－０８，１２月１５日", ["2026-12-08", "2026-12-15"]),
        ("2026年12月8日、2027/1/5；2027.1.12", ["2026-12-08", "2027-01-05", "2027-01-12"]),
        ("11-24", ["2026-11-24"]),
        ("11-23", ["2027-11-23"]),
        ("\n 12-8 ,, \n", ["2026-12-08"]),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, read: list[str]) -> None:
    assert [one.day.isoformat() for one in read_dates(text, FIRST)] == read


@pytest.mark.parametrize("after", ["2027-12-01", "2028-02-01"])
def test_the_last_of_february_is_read_when_the_next_one_has_it(after: str) -> None:
    assert [one.day.isoformat() for one in read_dates("2-29", date.fromisoformat(after))] == ["2028-02-29"]


def test_an_hour_may_stand_after_the_date() -> None:
    first, second, third = read_dates("12-8 14:00-16:30\n12月15日 14：00\n12月22日9:00至11:00", FIRST)
    usual = (datetime(2026, 11, 24, 19), datetime(2026, 11, 24, 21))
    assert first.times(*usual) == (datetime(2026, 12, 8, 14), datetime(2026, 12, 8, 16, 30))
    assert second.times(*usual) == (datetime(2026, 12, 15, 14), datetime(2026, 12, 15, 16))
    assert (third.starts, third.ends) == (time(9), time(11))


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2-30",
        "12-8 25:00",
        "12-8 19:60",
        "next week",
        "8",
        "2026-12-08-09",
        "12-8 19",
        "٢-٣",
        "0-0",
        "0000-01-01",
        "2-29",
    ],
)
def test_what_is_no_date_is_named(text: str) -> None:
    with pytest.raises(Unreadable):
        read_dates(f"12-1\n{text}", FIRST)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_told_to_be_no_date(text: str) -> None:
    try:
        read = read_dates(text, FIRST)
    except Unreadable:
        return
    assert all(isinstance(one.day, date) for one in read)


def a_class(number: int, hours: float, makes_up: Held | None = None) -> Held:
    start = at("2026-11-24 19:00") + timedelta(weeks=number)
    makes_up_id = makes_up.id if makes_up else None
    return Held(UUID(int=number), start, start + timedelta(hours=hours), makes_up_id)


def test_a_class_and_its_make_up_count_once_the_longer_one() -> None:
    original, other = a_class(1, 2), a_class(2, 1.5)
    assert taught([original, other]) == timedelta(hours=3.5)
    assert taught([original, other, a_class(3, 2.5, original)]) == timedelta(hours=4)
    assert taught([a_class(3, 1, original), a_class(4, 1.5, original)]) == timedelta(hours=1.5)
    assert taught([]) == timedelta()
