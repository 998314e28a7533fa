"""Events as the tests need them."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reading.events import actions, queries
from reading.events.models import Course, Event, Notice
from reading.events.rules import CoursePlan, EventPlan
from reading.extensions import db
from reading.people.models import Account, Resident
from tests.cast import Cast

CITY = ZoneInfo("Asia/Shanghai")
KAIYUAN = "410581001001"
RENCUN = "410581106200"


def at(text: str) -> datetime:
    """Return the moment at which the city's clock shows ``2026-11-20 19:30``."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def a_plan(**other: Any) -> EventPlan:
    """Return the plan of a sharing session on Friday evening in 开元社区, with what is ``other``."""
    usual: dict[str, Any] = {
        "kind": "sharing",
        "title": "《活着》读书分享会",
        "community": KAIYUAN,
        "venue": "社区图书室",
        "starts_at": at("2026-11-20 19:30"),
        "ends_at": at("2026-11-20 21:00"),
    }
    return EventPlan(**{**usual, **other})


def planned(cast: Cast, **other: Any) -> Event:
    """Return an event the librarian has planned, as it stands now."""
    return taken_out(actions.plan(uuid.uuid4(), a_plan(**other), cast.librarian.id))


def taken_out(event: Event) -> Event:
    """Return the event loaded with all a test asks of it, and out of the session, where no action expires it."""
    db.session.refresh(event)
    assert event.community.path
    db.session.expunge_all()
    return event


def started(cast: Cast, **other: Any) -> Course:
    """Return a course of four two-hour classes on Tuesday evenings in 任村村."""
    usual: dict[str, Any] = {
        "title": "果树修剪",
        "community": RENCUN,
        "venue": "村委会二楼",
        "starts_at": at("2026-11-24 19:00"),
        "ends_at": at("2026-11-24 21:00"),
        "classes": 4,
        "required_hours": 6,
    }
    course = actions.start_course(uuid.uuid4(), CoursePlan(**{**usual, **other}), cast.organizer.id)
    for event in course.events:
        assert event.community.path
    db.session.expunge_all()
    return course


def dates(course: Course) -> list[str]:
    """Return when the classes of the course are that are not cancelled."""
    return [f"{one.starts_at.astimezone(CITY):%m-%d %H:%M}" for one in queries.classes(course.id)]


def told(cast: Cast, who: str = "outsider") -> list[Notice]:
    """Return what stands on the person's home page."""
    return queries.notices_for(cast.account(who).id)


def fields(**other: Any) -> dict[str, Any]:
    """Return what the planning form sends."""
    usual = {
        "id": str(uuid.uuid4()),
        "kind": "sharing",
        "title": "《活着》读书分享会",
        "book": "",
        "host": "",
        "about": "",
        "community": KAIYUAN,
        "venue": "社区图书室",
        "starts_at": "2026-11-20T19:30",
        "ends_at": "2026-11-20T21:00",
        "capacity": "",
    }
    return {**usual, **other}


def out_of_the_session(cast: Cast) -> Cast:
    """Load everybody with all a test asks of them, and take them out of the session, where no action expires them."""
    for person in vars(cast).values():
        account = person.account if isinstance(person, Resident) else person
        assert account is None or all(role.path for role in account.roles)
        assert isinstance(person, Account) or (person.home.path and person.community.path)
    db.session.expunge_all()
    return cast
