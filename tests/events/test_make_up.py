"""Classes that make up for others: who is told, who may come, and what cannot be."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.events import actions, queries
from reading.events.checks import Unfit
from reading.events.models import Course, Event
from reading.events.rules import MakeUpPlan
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, dates, started, told
from tests.pages import Visitor


def make_up(of: Event, start: str = "2026-12-20 19:00", end: str = "2026-12-20 21:00") -> MakeUpPlan:
    return MakeUpPlan(str(of.id), "小学教室", at(start), at(end))


def test_a_make_up_class_is_listed_as_such_and_everybody_enrolled_is_told_and_on_its_roster(
    app: Flask, organizer: Visitor, course: Course, cast: Cast
) -> None:
    original = course.events[1]
    actions.cancel(original.id, "下雨", cast.organizer.id)
    form = organizer.get(f"/courses/{course.id}/make-up?of={original.id}")
    assert "Tuesday 1 December 19:00 (cancelled)" in form.text
    sent: dict[str, Any] = {"starts_at": "2026-12-20T14:00", "ends_at": "2026-12-20T16:00"}
    page = organizer.submit(form, **sent)
    assert "Makes up for 1 Dec" in page.text
    (added,) = db.session.scalars(select(Event).where(Event.makes_up_id == original.id))
    assert (added.course_id, added.kind, added.community_id) == (course.id, "class", RENCUN)
    assert "Makes up for Tuesday 1 December" in organizer.get(f"/events/{added.id}").text
    assert queries.on_roster(added) == {cast.outsider.id: "enrolled"}
    assert sorted(one.kind for one in told(cast)) == ["added", "cancelled"]
    assert "A make-up class of “果树修剪”" in Visitor(app).sign_in(cast.outsider).get("/").text


def test_the_form_offers_first_what_was_cancelled_or_held_last(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    def offered() -> str:
        chosen = organizer.get(f"/courses/{course.id}/make-up").soup.select_one("option[selected]")
        return chosen.get_text() if chosen else ""

    assert offered() == ""
    clock.set(at("2026-12-02 09:00"))
    assert offered() == "Tuesday 1 December 19:00"
    actions.cancel(course.events[2].id, "下雨", cast.organizer.id)
    assert offered() == "Tuesday 8 December 19:00 (cancelled)"
    actions.add_make_up(uuid.uuid4(), course.id, make_up(course.events[2]), cast.organizer.id)
    assert offered() == "Tuesday 1 December 19:00"


def test_the_same_make_up_class_sent_twice_is_one_class(
    organizer: Visitor, course: Course, cast: Cast
) -> None:
    sent: dict[str, Any] = {
        "id": str(uuid.uuid4()), "makes_up": str(course.events[0].id), "venue": "小学教室",
        "starts_at": "2026-12-20T14:00", "ends_at": "2026-12-20T16:00",
    }  # fmt: skip
    for _time in range(2):
        organizer.post(f"/courses/{course.id}/make-up", 302, **sent)
    assert len(dates(course)) == 5
    assert [one.kind for one in told(cast)] == ["added"]
    page = organizer.post(f"/courses/{course.id}/make-up", 409, **{**sent, "venue": "文化站"})
    assert "小学教室" in page.text
    assert "文化站" in page.text
    assert len(dates(course)) == 5


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("makes_up", "", "Choose the class it makes up for."),
        ("makes_up", str(uuid.UUID(int=7)), "Choose the class it makes up for."),
        ("starts_at", "2026-12-08T19:30", "Another class of this course is at that time"),
        ("starts_at", "2026-13-08T19:30", "There is no such time."),
        ("ends_at", "2026-12-20T13:00", "The end must come after the start."),
        ("venue", "", "Say where it is held."),
    ],
)
def test_a_make_up_class_that_cannot_be_is_told_and_nothing_is_kept(
    organizer: Visitor, course: Course, cast: Cast, field: str, value: str, sentence: str
) -> None:
    sent: dict[str, Any] = {"starts_at": "2026-12-20T14:00", "ends_at": "2026-12-20T16:00", field: value}
    if value == "2026-12-08T19:30":
        sent["ends_at"] = "2026-12-08T20:30"
    form = organizer.get(f"/courses/{course.id}/make-up?of={course.events[0].id}")
    assert sentence in organizer.submit(form, 400, **sent).errors_of(field)
    assert len(dates(course)) == 4
    assert told(cast) == []


def test_nothing_makes_up_for_a_make_up_or_for_a_class_of_another_course(cast: Cast, course: Course) -> None:
    by = cast.organizer.id
    added = actions.add_make_up(uuid.uuid4(), course.id, make_up(course.events[0]), by)
    for wrong in (added, started(cast).events[0]):
        with pytest.raises(Unfit):
            actions.add_make_up(
                uuid.uuid4(), course.id, make_up(wrong, "2026-12-22 19:00", "2026-12-22 20:00"), by
            )


def test_a_course_of_sixty_classes_takes_no_further_one(cast: Cast) -> None:
    course = started(cast, classes=60)
    with pytest.raises(Unfit):
        actions.add_make_up(uuid.uuid4(), course.id, make_up(course.events[0]), cast.organizer.id)
