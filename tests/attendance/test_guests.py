"""Walk-ins known by name only, and who they turn out to be."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from reading.attendance import actions
from reading.attendance.models import Attendance, Guest, Mark
from reading.errors import Refused
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account
from tests.attendance.marking import change, disagreements, end_role, name_helper, send, sent, statuses
from tests.attendance.walking_in import claimed, fresh, how_many, kept, match, points_of, walked_in
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned

START, END = at("2026-11-18 14:30"), at("2026-11-18 16:00")


def test_a_walk_in_is_kept_by_name_and_counts_for_nobody(evening: Event, cast: Cast) -> None:
    guest = walked_in(evening, cast.librarian)
    assert (guest.name, guest.status, guest.method, guest.resident_id) == ("老赵", "present", "walk_in", None)
    assert how_many(Attendance) == 0


def test_an_undo_of_a_walk_in_may_arrive_before_its_coming(evening: Event, cast: Cast) -> None:
    came = sent(guest_id=uuid.uuid4(), guest_name="老赵")
    undone = sent(status="undone", guest_id=came.guest_id, guest_name="老赵", seen=(came.id,))
    assert send(evening, cast.librarian, undone) == ["stored"]
    assert send(evening, cast.librarian, came, undone) == ["stored", "duplicate"]
    assert came.guest_id is not None
    assert kept(came.guest_id).status == "undone"


def test_a_guest_of_another_event_or_of_no_name_is_refused(evening: Event, cast: Cast) -> None:
    other = planned(cast, starts_at=START, ends_at=END)
    guest = walked_in(other, cast.librarian)
    marks = sent(status="late", guest_id=guest.id, guest_name="老赵"), sent(guest_id=uuid.uuid4())
    assert send(evening, cast.librarian, *marks) == ["not_here", "not_here"]
    assert kept(guest.id).status == "present"


def test_many_marks_of_one_new_guest_in_one_batch_are_one_guest(evening: Event, cast: Cast) -> None:
    guest_id = uuid.uuid4()
    marks = [sent(guest_id=guest_id, guest_name="老赵", status=one) for one in ("present", "late", "undone")]
    assert send(evening, cast.librarian, *marks) == ["stored"] * 3
    assert (kept(guest_id).status, how_many(Guest), how_many(Mark)) == ("undone", 1, 3)


def test_a_guest_whose_id_is_a_residents_hides_nobody(evening: Event, cast: Cast) -> None:
    marks = sent(guest_id=cast.neighbour.id, guest_name="老赵"), sent(cast.neighbour)
    assert send(evening, cast.librarian, *marks) == ["stored", "stored"]
    assert statuses(evening) == {cast.neighbour.id: "present"}


def test_a_guest_who_turns_out_to_be_a_resident_and_then_another_moves_their_coming_and_points(
    evening: Event, cast: Cast
) -> None:
    guest = walked_in(evening, cast.librarian)
    had = []
    for person in (cast.neighbour, cast.phoneless, None, cast.phoneless):
        match(guest, person, cast.librarian)
        match(guest, person, cast.librarian)
        assert disagreements() == []
        had.append((points_of(cast.neighbour), points_of(cast.phoneless)))
    assert had == [(10, 0), (0, 10), (0, 0), (0, 10)]
    assert statuses(evening) == {cast.neighbour.id: "undone", cast.phoneless.id: "present"}


def test_who_was_marked_twice_as_guest_and_as_resident_came_once(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    guest = walked_in(evening, cast.librarian)
    clock.advance(minutes=5)
    send(evening, cast.librarian, sent(cast.neighbour))
    match(guest, cast.neighbour, cast.librarian)
    attendance = db.session.scalars(select(Attendance)).one()
    assert (attendance.status, attendance.happened_at) == ("present", at("2026-11-18 14:40"))
    match(guest, None, cast.librarian)
    assert db.session.scalars(select(Attendance.happened_at)).one() == at("2026-11-18 14:45")
    assert (points_of(cast.neighbour), disagreements()) == (10, [])


def test_after_matching_an_undo_of_either_is_of_both(evening: Event, cast: Cast) -> None:
    guest = walked_in(evening, cast.librarian)
    send(evening, cast.librarian, sent(cast.neighbour))
    match(guest, cast.neighbour, cast.librarian)
    assert send(evening, cast.librarian, sent(status="undone", guest_id=guest.id)) == ["stored"]
    assert statuses(evening) == {cast.neighbour.id: "undone"}
    assert (points_of(cast.neighbour), disagreements()) == (0, [])


def test_nobody_matches_a_guest_to_the_own_household_or_away_from_it(evening: Event, cast: Cast) -> None:
    name_helper(evening, cast.resident, START)
    helper = cast.account("resident")
    guest = walked_in(evening, cast.librarian)
    for person in (cast.resident, cast.child):
        with pytest.raises(Refused, match="own household"):
            match(guest, person, helper)
    match(guest, cast.child, cast.librarian)
    for other in (None, cast.neighbour):
        with pytest.raises(Refused, match="own household"):
            match(guest, other, helper)
    assert send(evening, helper, sent(status="late", guest_id=guest.id)) == ["own_household"]
    assert kept(guest.id).resident_id == cast.child.id


def test_a_guest_is_nobody_of_another_city_or_who_left(evening: Event, cast: Cast) -> None:
    guest, stranger = walked_in(evening, cast.librarian), add_resident("安阳人", "410500001001")
    db.session.commit()
    change(cast.phoneless, left_at=START)
    for resident_id in (stranger.id, cast.phoneless.id, uuid.uuid4()):
        with pytest.raises(Refused):
            actions.match_guest(guest.id, resident_id, fresh(cast.librarian))
    assert kept(guest.id).resident_id is None


def test_who_has_no_right_to_take_it_decides_about_no_guest(evening: Event, cast: Cast) -> None:
    guest, waiting = walked_in(evening, cast.librarian), claimed(evening, cast.neighbour)
    end_role(cast.librarian, at("2026-11-18 14:41"))
    decisions: list[Callable[[Account], object]] = [
        lambda by: actions.match_guest(guest.id, cast.neighbour.id, by),
        lambda by: actions.confirm_guest(waiting, uuid.uuid4(), by, cast.neighbour.id),
        lambda by: actions.decline_guest(waiting, uuid.uuid4(), by, "不在"),
    ]
    for decide in decisions:
        for who in (cast.organizer, cast.account("outsider")):
            with pytest.raises(LookupError):
                decide(fresh(who))
    assert (kept(waiting).status, how_many(Mark)) == ("waiting", 1)


def test_a_guest_who_is_matched_to_a_merged_record_is_matched_to_the_one_that_goes_on(
    evening: Event, cast: Cast
) -> None:
    change(cast.phoneless, merged_into_id=cast.neighbour.id, left_at=at("2026-11-18 14:35"))
    guest, waiting = walked_in(evening, cast.librarian), claimed(evening, cast.phoneless)
    match(guest, cast.phoneless, cast.librarian)
    actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.phoneless.id)
    assert {kept(guest.id).resident_id, kept(waiting).resident_id} == {cast.neighbour.id}
    standing = {one: status for one, status in statuses(evening).items() if status != "undone"}
    assert (standing, disagreements()) == ({cast.neighbour.id: "present"}, [])
