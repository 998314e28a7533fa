"""A meeting is cancelled only after a page that says whom it touches; one being held ends by itself."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.events.models import Event, Notice
from reading.extensions import db
from reading.groups import queries
from reading.groups.models import StudyGroup
from tests.cast import Cast
from tests.clock import TestClock
from tests.groups.grouping import join, meet
from tests.pages import Visitor


def address(group: StudyGroup, event: Event) -> str:
    """Return the address of the meeting's own form."""
    return f"/groups/{group.id}/meetings/{event.id}"


def mark(event: Event, cast: Cast) -> None:
    """Note a resident and a guest as having come."""
    guest = MarkSent(uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name="李过路")
    marks = [MarkSent(uuid.uuid4(), cast.resident.id, "present"), guest]
    assert all(one.kept_safe for one in attendance.mark(event.id, marks, cast.admin))


def test_a_meeting_is_cancelled_after_a_question_and_everybody_is_told(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    event = meet(group, cast.librarian)
    at = address(group, event)
    page = leader.get(at)
    assert [str(form.get("action") or at) for form in page.soup.select("main form[method=post]")] == [at]
    assert page.soup.find("a", href=f"{at}/cancellation")
    page = leader.get(f"{at}/cancellation")
    assert "1 person has signed up and will be told." in page.text
    assert "cannot be brought back" in page.text
    assert "at most 200 characters" in leader.submit(page, 400, reason="长" * 201).text
    assert queries.coming(group.id) != []
    assert "The meeting was cancelled." in leader.submit(page, reason="下雨").text
    leader.submit(page, reason="下雨")
    leader.submit(page, 409, reason="下雪")
    told = db.session.scalars(select(Notice).where(Notice.kind == "cancelled"))
    assert [one.resident.name for one in told] == ["单田方"]
    assert queries.coming(group.id) == []


def test_the_question_says_how_many_came_already_and_until_when_it_is_held(
    leader: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian)
    before = leader.get(f"{address(group, event)}/cancellation").text
    clock.set(event.starts_at + timedelta(minutes=5))
    mark(event, cast)
    page = leader.get(f"{address(group, event)}/cancellation")
    assert "2 people are noted as having come" in page.text
    assert "ends by itself" in page.text
    assert "noted as having come" not in before
    assert "ends by itself" not in before


def test_of_another_event_guests_by_name_who_came_are_counted_too(
    librarian: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    event = meet(group, cast.librarian)
    clock.set(event.starts_at)
    mark(event, cast)
    assert "2 people are noted as having come" in librarian.get(f"/events/{event.id}/cancellation").text


def test_where_there_is_nothing_to_cancel_the_question_is_not_asked(
    leader: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    over, gone = meet(group, cast.librarian), meet(group, cast.librarian)
    leader.post(f"{address(group, gone)}/cancellation", reason="下雨")
    clock.set(over.ends_at)
    for event, sentence in ((over, "can no longer be cancelled"), (gone, "has been cancelled already")):
        path = f"{address(group, event)}/cancellation"
        for page in (leader.get(path, 409), leader.post(path, 409, reason="长" * 201)):
            assert sentence in page.text


def test_a_group_ends_after_the_meeting_that_is_held_and_only_coming_ones_are_to_be_cancelled(
    librarian: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    running = meet(group, cast.librarian)
    later = meet(group, cast.librarian, running.starts_at + timedelta(days=7))
    ending = f"/groups/{group.id}/ending"
    ends, cancel = "ends by itself, Saturday 21 November 15:00", "Cancel those first"
    said = librarian.post(ending, 409).text
    assert (ends in said, cancel in said) == (False, True)
    clock.set(running.starts_at)
    said = librarian.post(ending, 409).text
    assert (ends in said, cancel in said) == (True, True)
    librarian.post(f"{address(group, later)}/cancellation", reason="散了")
    said = librarian.post(ending, 409).text
    assert (ends in said, cancel in said) == (True, False)
    clock.set(running.ends_at)
    librarian.post(ending)
    assert "This group ended" in librarian.get(f"/groups/{group.id}").text
