"""Two records of one person become one: nothing is lost, and nothing counts twice."""

import uuid
from datetime import date

from reading.attendance import queries as attendance
from reading.attendance.models import Attendance, Mark
from reading.calendars import queries as calendars
from reading.calendars.models import CalendarAddress
from reading.cards import queries as cards
from reading.cards.models import Card
from reading.events import actions as events
from reading.events.models import GIVEN_UP, SEATED, WAITING, Enrolment, Notice, Signup
from reading.extensions import db
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry, LogRevision
from reading.people import actions as people_actions
from reading.people import queries as people
from reading.people.models import Consent, Residence, Resident
from reading.points.models import DayTotal, PointEntry, Standing
from reading.points.queries import totals
from reading.volunteers.models import Helper
from tests.attendance.marking import change, disagreements, send, sent, statuses
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.rights.twins import Twins, card_of, merge, number, of, put_on_stage, read, seats

LEARNING_DAY = date(2026, 11, 10)


def test_every_record_goes_over_to_the_one_with_an_account_and_none_is_lost(twins: Twins, cast: Cast) -> None:
    kept = (LogEntry, LogRevision, Mark, Signup, Enrolment, Helper, Card, CalendarAddress, Consent, Residence)
    before = {model: number(model) for model in kept}
    entries = {one.id for model in (twins.keep, twins.old) for one in of(LogEntry, model)}
    merged = merge(twins, cast.librarian)
    assert (merged.survivor_id, merged.merged_id) == twins.pair
    assert {one.id for one in of(LogEntry, twins.keep)} == entries
    for model in (LogEntry, Attendance, Mark, Signup, Enrolment, Helper, Notice, Stamp, Consent):
        assert of(model, twins.old) == []
    for settled in (PointEntry, DayTotal, Standing):
        assert of(settled, twins.old) == []
    assert {model: number(model) for model in kept} == before
    old = db.session.get_one(Resident, twins.old.id)
    assert (old.merged_into_id, old.account_id, old.show_as) == (twins.keep.id, None, "hidden")


def test_points_are_settled_again_by_the_rules_with_their_caps(twins: Twins, cast: Cast) -> None:
    apart = [totals(one) for one in twins.pair]
    merge(twins, cast.librarian)
    together = totals(twins.keep.id)
    assert disagreements() == []
    assert together.pages == apart[0].pages + apart[1].pages
    # Both read on the learning day and today, both came to the same event and class: the caps and the one book hold.
    assert max(apart[0].points, apart[1].points) < together.points < apart[0].points + apart[1].points
    found = of(PointEntry, twins.keep)
    assert sum(line.points for line in found if (line.rule, line.on) == ("pages", LEARNING_DAY)) == 10
    assert [line.points for line in found if line.rule == "book" and line.uncapped] == [5]


def test_a_month_keeps_one_stamp(twins: Twins, cast: Cast) -> None:
    months = {one.month for resident in (twins.keep, twins.old) for one in of(Stamp, resident)}
    assert "2026-11" in {one.month for one in of(Stamp, twins.old)}
    merge(twins, cast.librarian)
    assert sorted(one.month for one in of(Stamp, twins.keep)) == sorted(months)


def test_who_came_by_both_records_came_once_as_all_the_marks_say(twins: Twins, cast: Cast) -> None:
    past = twins.stage.past
    merge(twins, cast.librarian)
    (stands,) = [one for one in of(Attendance, twins.keep) if one.event_id == past.id]
    assert stands.status == "present"
    assert twins.old.id not in statuses(past)
    marks = attendance.marks_of_residents(past.id, [twins.keep.id])[twins.keep.id]
    assert sorted(mark.status for mark in marks) == ["excused", "present"]


def test_who_came_by_the_old_record_only_came(twins: Twins, cast: Cast) -> None:
    event = planned(cast, starts_at=at("2026-11-18 13:30"), ends_at=at("2026-11-18 15:00"))
    assert send(event, cast.librarian, sent(twins.old)) == ["stored"]
    merge(twins, cast.librarian)
    (stands,) = [one for one in of(Attendance, twins.keep) if one.event_id == event.id]
    assert stands.id == uuid.uuid5(event.id, str(twins.keep.id))
    assert disagreements() == []


def test_of_two_seats_one_stays_and_who_waited_longest_gets_the_other(cast: Cast, clock: TestClock) -> None:
    twins = put_on_stage(cast, clock)
    event = planned(cast, capacity=2)
    for one in (twins.keep, twins.old, cast.neighbour):
        clock.advance(seconds=1)
        events.sign_up(event.id, one.id, uuid.uuid4(), cast.librarian.id)
    merge(twins, cast.librarian)
    standing = {one.resident_id: one.state for one in seats(event)}
    assert standing == {twins.keep.id: SEATED, cast.neighbour.id: SEATED}
    assert [one.state for one in of(Signup, twins.keep) if one.event_id == event.id].count(GIVEN_UP) == 1


def test_a_seat_is_better_than_waiting_whichever_record_has_it(cast: Cast, clock: TestClock) -> None:
    twins = put_on_stage(cast, clock)
    event = planned(cast, capacity=1)
    for one in (twins.old, cast.neighbour, twins.keep):
        clock.advance(seconds=1)
        events.sign_up(event.id, one.id, uuid.uuid4(), cast.librarian.id)
    merge(twins, cast.librarian)
    standing = {one.resident_id: one.state for one in seats(event)}
    assert standing == {twins.keep.id: SEATED, cast.neighbour.id: WAITING}


def test_one_enrolment_stands_and_one_helper(twins: Twins, cast: Cast) -> None:
    merge(twins, cast.librarian)
    assert len([one for one in of(Enrolment, twins.keep) if one.ended_at is None]) == 1
    assert len([one for one in of(Helper, twins.keep) if one.given_up_at is None]) == len(
        {one.event_id for one in of(Helper, twins.keep) if one.given_up_at is None}
    )


def test_the_longer_time_told_of_a_helper_stands(twins: Twins, cast: Cast) -> None:
    for resident, minutes in ((twins.keep, 30), (twins.old, 90)):
        helper = Helper(
            id=uuid.uuid4(), event_id=twins.stage.meeting.id, resident_id=resident.id, minutes=minutes,
            community_id=resident.community_id, created_at=at("2026-11-01 08:00"),
        )  # fmt: skip
        db.session.add(helper)
    db.session.commit()
    merge(twins, cast.librarian)
    mine = [one for one in of(Helper, twins.keep) if one.event_id == twins.stage.meeting.id]
    assert {one.minutes for one in mine if one.given_up_at is None} == {90}


def test_the_old_card_and_the_old_calendar_go_on_working(twins: Twins, cast: Cast) -> None:
    card, (address,) = card_of(twins.old), of(CalendarAddress, twins.old)
    merge(twins, cast.librarian)
    scan = cards.scanned(card.code)
    assert scan.trouble == ""
    assert cards.holder_of(scan.card).id == twins.keep.id  # type: ignore[arg-type,union-attr]
    found = calendars.standing_address(address.key)
    assert found is not None
    mine, _waits = calendars.own(found.resident, at("2026-11-18 14:00"))
    assert twins.stage.coming.id in {event.id for event in mine}


def test_the_card_of_who_had_none_is_theirs_now(cast: Cast, clock: TestClock) -> None:
    twins = put_on_stage(cast, clock)
    for card in of(Card, twins.keep):
        db.session.delete(card)
    db.session.commit()
    code = card_of(twins.old).code
    merge(twins, cast.librarian)
    assert card_of(twins.keep).code == code


def test_being_shown_on_boards_is_not_taken_over_from_the_other_record(twins: Twins, cast: Cast) -> None:
    people_actions.set_shown(twins.keep.id, show_as="hidden", nickname="", by=cast.librarian.id)
    change(twins.old, show_as="masked")
    merge(twins, cast.librarian)
    assert db.session.get_one(Resident, twins.keep.id).show_as == "hidden"
    assert people.open_consent(twins.keep.id, "boards") is None
    assert people.open_consent(twins.keep.id, "taking_part") is not None


def test_records_stay_with_the_community_they_were_earned_in(cast: Cast, clock: TestClock) -> None:
    twins = put_on_stage(cast, clock)
    far = add_resident("张晓明", "410581001004")
    db.session.commit()
    entry = read(far, "红旗渠", date(2026, 11, 12), 20, cast.librarian)
    merge(Twins(twins.stage, twins.keep, far), cast.librarian)
    assert db.session.get_one(LogEntry, entry.id).community_id == "410581001004"
    assert disagreements() == []


def test_where_they_lived_before_is_known_and_nobody_is_registered_twice(twins: Twins, cast: Cast) -> None:
    merge(twins, cast.librarian)
    lived = sorted((one.since, one.until) for one in of(Residence, twins.keep))
    assert lived == [(date(2024, 5, 1), date(2025, 1, 1)), (date(2025, 1, 1), None)]
    assert [one for one in of(Residence, twins.old) if one.until is None] == []
    assert people.community_on(twins.keep.id, date(2024, 8, 1)) == "410581001001"


def test_of_two_without_an_account_the_older_goes_on(cast: Cast, clock: TestClock) -> None:
    stage = put_on_stage(cast, clock).stage
    older = add_resident("吴大爷", "410581001001-1-1-2", since=at("2020-01-01 08:00"))
    older.phone = None
    young = db.session.get_one(Resident, cast.phoneless.id)
    young.phone, young.born_on = "13611112222", date(1950, 1, 2)
    db.session.commit()
    merged = merge(Twins(stage, young, older), cast.steward)
    assert merged.survivor_id == older.id
    kept = db.session.get_one(Resident, older.id)
    assert (kept.phone, kept.born_on) == ("13611112222", date(1950, 1, 2))


def test_who_turns_out_to_be_a_child_no_longer_stands_on_boards_by_name(cast: Cast, clock: TestClock) -> None:
    twins = put_on_stage(cast, clock)
    change(twins.keep, show_as="masked", born_on=None)
    change(twins.old, born_on=date(2015, 3, 3))
    merge(twins, cast.librarian)
    assert db.session.get_one(Resident, twins.keep.id).show_as == "hidden"


def test_a_child_with_a_guardian_goes_on_before_an_older_record_without_one(
    cast: Cast, clock: TestClock
) -> None:
    stage = put_on_stage(cast, clock).stage
    older = add_resident("张小果", "410581001001-1-1-1")
    child = add_resident(
        "张小果", "410581001001-1-1-1", born_on=date(2019, 1, 1), since=at("2026-01-01 08:00")
    )
    child.relation, child.guardian_id = "child", cast.phoneless.id
    db.session.commit()
    assert merge(Twins(stage, child, older), cast.librarian).survivor_id == child.id
