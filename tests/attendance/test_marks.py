"""Marks sent as JSON: each answered by itself, none twice, none lost."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions
from reading.attendance.models import Attendance, Mark
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account
from tests.attendance.pressing import a_mark
from tests.cast import Cast, add_resident, add_staff
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    found = planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00"))
    clock.set(at("2026-11-18 14:40"))
    return found


def send(visitor: Visitor, event: Event, *marks: Any, status: int = 200) -> list[str]:
    told = visitor.post_json(f"/events/{event.id}/attendance", {"marks": list(marks)}, status)
    return [one["result"] for one in told["marks"]]


def how_many(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_each_mark_gets_its_own_answer(librarian: Visitor, event: Event, cast: Cast) -> None:
    stored = a_mark(cast.neighbour)
    send(librarian, event, stored)
    conflict, stranger = {**stored, "status": "late"}, a_mark(cast.outsider)
    got = send(librarian, event, a_mark(cast.phoneless), stored, conflict, stranger, {"id": 7}, "nonsense")
    assert got == ["stored", "duplicate", "conflict", "refused", "refused", "refused"]
    assert db.session.scalars(select(Attendance.status)).all() == ["present", "present"]


def test_a_conflict_tells_what_stands(librarian: Visitor, event: Event, cast: Cast) -> None:
    first = a_mark(cast.neighbour)
    send(librarian, event, first)
    told = librarian.post_json(
        f"/events/{event.id}/attendance", {"marks": [{**first, "status": "late"}]}, 409
    )
    assert told["marks"][0]["kept"] == {"resident": str(cast.neighbour.id), "status": "present"}


def test_the_answer_counts_who_is_here(librarian: Visitor, event: Event, cast: Cast) -> None:
    told = librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour)]})
    assert told["counts"] == {"expected": 0, "present": 1, "late": 0, "excused": 0, "guests": 0}


def test_one_id_twice_in_one_post_is_one_mark(librarian: Visitor, event: Event, cast: Cast) -> None:
    mark = a_mark(cast.neighbour)
    assert send(librarian, event, mark, mark, {**mark, "status": "late"}) == [
        "stored",
        "duplicate",
        "conflict",
    ]
    assert how_many(Mark) == 1


def test_a_second_hand_may_mark_the_same_person_and_one_record_stands(
    librarian: Visitor, event: Event, cast: Cast, app: Flask
) -> None:
    admin = Visitor(app).sign_in(cast.admin)
    send(librarian, event, a_mark(cast.neighbour))
    send(admin, event, a_mark(cast.neighbour))
    assert (how_many(Attendance), how_many(Mark)) == (1, 2)


def test_an_id_of_somebody_elses_mark_is_refused_and_leaks_nothing(
    librarian: Visitor, event: Event, cast: Cast, app: Flask
) -> None:
    admin, mark = Visitor(app).sign_in(cast.admin), a_mark(cast.neighbour, "late")
    send(librarian, event, mark)
    told = admin.post_json(
        f"/events/{event.id}/attendance", {"marks": [{**mark, "resident": str(cast.phoneless.id)}]}, 409
    )
    assert told["marks"][0]["result"] == "refused"
    assert "kept" not in told["marks"][0]


def test_nothing_to_undo_is_told(librarian: Visitor, event: Event, cast: Cast) -> None:
    assert send(librarian, event, a_mark(cast.neighbour, "undone"), status=409) == ["refused"]


@pytest.mark.parametrize("body", [[], {}, {"marks": {}}, {"marks": None}, 7, None, "marks"])
def test_what_is_no_list_of_marks_is_not_read(librarian: Visitor, event: Event, body: Any) -> None:
    librarian.post_json(f"/events/{event.id}/attendance", body, 400)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"marks":' * 20_000])
def test_what_is_not_json_is_a_bad_request(librarian: Visitor, event: Event, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-CSRFToken": librarian.token()}
    answer = librarian.client.post(f"/events/{event.id}/attendance", data=body, headers=headers)
    assert (answer.status_code, answer.is_json) == (400, True)


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None}, {"id": "x"}, {"id": 5}, {"resident": []}, {"resident": "\0"}, {"status": None},
        {"status": "PRESENT"}, {"status": ["present"]}, {"happened_at": "yesterday"},
        {"happened_at": "2026-11-18T14:35:00"}, {"happened_at": 5}, {"happened_at": "0001-01-01T00:00:00+08:00"},
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_read_is_refused_by_itself(
    librarian: Visitor, event: Event, cast: Cast, broken: dict[str, Any]
) -> None:
    good = a_mark(cast.phoneless)
    assert send(librarian, event, {**a_mark(cast.neighbour), **broken}, good) == ["refused", "stored"]


def test_no_marks_are_a_normal_answer(librarian: Visitor, event: Event) -> None:
    assert send(librarian, event) == []


def test_five_hundred_marks_are_taken_and_one_more_is_refused(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    marks = [a_mark(cast.neighbour, status) for status in ("present", "late")] * 250
    for mark in marks[:]:
        mark["id"] = str(uuid.uuid4())
    assert len(send(librarian, event, *marks)) == 500
    told = librarian.post_json(f"/events/{event.id}/attendance", {"marks": [*marks, marks[0]]}, 413)
    assert "500" in told["error"]
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour)] * 10_000}, 413)


def test_when_it_happened_is_kept_as_told_but_never_in_the_future(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    earlier, later = clock() - timedelta(minutes=8), clock() + timedelta(hours=3)
    send(librarian, event, a_mark(cast.neighbour, happened_at=earlier.isoformat()))
    send(librarian, event, a_mark(cast.phoneless, happened_at=later.isoformat()))
    kept = dict(db.session.execute(select(Attendance.resident_id, Attendance.happened_at)).all())
    assert kept == {cast.neighbour.id: earlier, cast.phoneless.id: clock()}


@pytest.mark.parametrize(
    ("moment", "result"),
    [
        ("2026-11-18 13:29", "refused"),
        ("2026-11-18 13:30", "stored"),
        ("2026-12-19 16:00", "stored"),
        ("2026-12-19 16:01", "refused"),
    ],
)
def test_the_roster_takes_marks_from_an_hour_before_to_31_days_after(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock, moment: str, result: str
) -> None:
    clock.set(at(moment))
    assert send(librarian, event, a_mark(cast.neighbour), status=200 if result == "stored" else 409) == [
        result
    ]


def test_a_cancelled_event_takes_no_marks_but_lets_them_be_undone(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    send(librarian, event, a_mark(cast.neighbour))
    events.cancel(event.id, "停电", cast.librarian.id)
    assert send(librarian, event, a_mark(cast.phoneless), status=409) == ["refused"]
    assert send(librarian, event, a_mark(cast.neighbour, "undone")) == ["stored"]


def test_marks_without_a_token_are_not_taken(app: Flask, event: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    answer = visitor.client.post(f"/events/{event.id}/attendance", json={"marks": [a_mark(cast.neighbour)]})
    assert answer.status_code == 400
    assert how_many(Mark) == 0


def test_two_rosters_marking_the_same_hall_at_once_make_one_record_each(
    app: Flask, event: Event, cast: Cast
) -> None:
    people = [add_resident(f"村民{number}", "410581001001") for number in range(12)]
    helpers = [
        add_staff(f"馆员{number}", f"1391000000{number}", "librarian", "410581001") for number in range(4)
    ]
    db.session.commit()
    event_id, ids = event.id, [one.id for one in people]
    helper_ids, ready = [one.id for one in helpers], Barrier(len(helpers))

    def take(number: int) -> int:
        with app.app_context():
            by = db.session.get_one(Account, helper_ids[number])
            order = ids if number % 2 else ids[::-1]
            marks = [MarkSent(uuid.uuid4(), one, "present") for one in order]
            ready.wait()
            return sum(answer.kept_safe for answer in actions.mark(event_id, marks, by))

    db.session.remove()
    with ThreadPoolExecutor(len(helpers)) as threads:
        assert list(threads.map(take, range(len(helpers)))) == [12] * 4
    assert (how_many(Attendance), how_many(Mark)) == (12, 48)
