"""A stamp stands while one record of the month's learning day does."""

from datetime import date

import pytest
from flask import Flask

from reading import clock
from reading.communities.models import Community
from reading.extensions import db
from reading.learning_days import actions, queries
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry
from reading.people.models import Residence
from reading.points import ledger
from reading.points.queries import ledger_of
from tests.cast import Cast
from tests.points.records import add_book, add_event, attend, log
from tests.statements import statements

TENTH = date(2026, 11, 10)
HOME, VILLAGE = "410581001001", "410581106210"


def stamp_of(cast: Cast, month: str = "2026-11") -> tuple[date, str] | None:
    db.session.expire_all()
    stamp = db.session.get(Stamp, (cast.resident.id, month))
    return (stamp.on, stamp.community_id) if stamp else None


def remove(entry: LogEntry) -> None:
    entry.removed_at = clock.now()
    actions.settle(entry.resident_id, [entry.read_on])
    db.session.commit()


def sound() -> bool:
    return actions.verify() + ledger.verify() == [] and actions.rebuild() + ledger.rebuild() == 0


def test_reading_on_the_learning_day_earns_the_stamp(cast: Cast) -> None:
    log(cast.resident, add_book("红旗渠"), TENTH, pages=1)
    assert stamp_of(cast) == (TENTH, HOME)
    assert [line.rule for line in ledger_of(cast.resident.id, TENTH, TENTH)] == ["pages", "stamp"]
    assert sound()


def test_coming_to_something_on_the_learning_day_earns_it_too(cast: Cast) -> None:
    attend(cast.resident, add_event("学习日朗读", TENTH))
    assert stamp_of(cast) == (TENTH, HOME)
    assert sound()


@pytest.mark.parametrize("day", [date(2026, 11, 9), date(2026, 11, 11)])
def test_the_days_around_it_earn_none(cast: Cast, day: date) -> None:
    log(cast.resident, add_book("红旗渠"), day, pages=100)
    assert stamp_of(cast) is None


def test_two_records_of_the_day_are_one_stamp(cast: Cast) -> None:
    log(cast.resident, add_book("红旗渠"), TENTH, pages=1)
    attend(cast.resident, add_event("学习日朗读", TENTH))
    assert [(stamp.month, stamp.on) for stamp in queries.stamps_of(cast.resident.id)] == [("2026-11", TENTH)]


def test_the_stamp_goes_with_the_last_record_behind_it(cast: Cast) -> None:
    entry = log(cast.resident, add_book("红旗渠"), TENTH, pages=1)
    attendance = attend(cast.resident, add_event("学习日朗读", TENTH))
    remove(entry)
    assert stamp_of(cast) == (TENTH, HOME)
    attendance.status = "undone"
    actions.settle(cast.resident.id, [TENTH])
    db.session.commit()
    assert stamp_of(cast) is None
    assert ledger_of(cast.resident.id, TENTH, TENTH) == []
    assert sound()


def test_an_entry_moved_to_the_learning_day_earns_the_stamp_and_moved_away_loses_it(cast: Cast) -> None:
    entry = log(cast.resident, add_book("红旗渠"), date(2026, 11, 12), pages=30)
    for day, stands in ((TENTH, True), (date(2026, 11, 13), False)):
        days = {entry.read_on, day}
        entry.read_on = day
        actions.settle(cast.resident.id, days)
        db.session.commit()
        assert bool(stamp_of(cast)) == stands
    assert sound()


def test_of_several_learning_days_the_first_with_a_record_is_stamped(app: Flask, cast: Cast) -> None:
    app.config["LEARNING_DAY_RULE"] = "FREQ=WEEKLY;BYDAY=SA"
    book = add_book("红旗渠")
    log(cast.resident, book, date(2026, 11, 14), pages=10)
    assert stamp_of(cast) == (date(2026, 11, 14), HOME)
    earlier = log(cast.resident, book, date(2026, 11, 7), pages=10)
    assert stamp_of(cast) == (date(2026, 11, 7), HOME)
    assert sound()
    remove(earlier)
    assert stamp_of(cast) == (date(2026, 11, 14), HOME)
    assert sum(line.rule == "stamp" for line in ledger_of(cast.resident.id, date.min, date.max)) == 1
    assert sound()


def test_the_stamp_belongs_to_where_one_lived_that_day(cast: Cast) -> None:
    old = db.session.query(Residence).filter_by(resident_id=cast.resident.id).one()
    old.until, old.end_recorded_at = date(2026, 11, 1), clock.now()
    db.session.add(
        Residence(
            resident_id=cast.resident.id, community_id=VILLAGE, home_code=VILLAGE, since=date(2026, 11, 1),
            recorded_at=clock.now(),
        )
    )  # fmt: skip
    log(cast.resident, add_book("红旗渠"), date(2026, 10, 10), pages=10)
    assert stamp_of(cast, "2026-10") == (date(2026, 10, 10), HOME)
    log(cast.resident, add_book("活着"), TENTH, pages=10)
    assert stamp_of(cast) == (TENTH, VILLAGE)
    assert sound()


def test_a_changed_rule_leaves_the_month_as_its_stamps_say(app: Flask, cast: Cast) -> None:
    book = add_book("红旗渠")
    entry = log(cast.resident, book, TENTH, pages=10)
    app.config["LEARNING_DAY_RULE"] = "FREQ=MONTHLY;BYMONTHDAY=16"
    log(cast.neighbour, book, date(2026, 11, 16), pages=10)
    assert queries.stamps_of(cast.neighbour.id) == []
    log(cast.neighbour, book, TENTH, pages=10)
    assert [stamp.on for stamp in queries.stamps_of(cast.neighbour.id)] == [TENTH]
    assert queries.days_of_month("2026-11") == [TENTH]
    assert queries.days_of_month("2026-12") == [date(2026, 12, 16)]
    remove(entry)
    assert stamp_of(cast) is None
    assert sound()


def test_settling_twice_changes_nothing(cast: Cast) -> None:
    log(cast.resident, add_book("红旗渠"), TENTH, pages=10)
    with statements() as sent:
        actions.settle(cast.resident.id, [TENTH])
    assert [one for one in sent if not one.startswith("SELECT")] == []


def test_stamps_are_counted_by_community_under_a_node(cast: Cast) -> None:
    book = add_book("红旗渠")
    for resident in (cast.resident, cast.child, cast.outsider):
        log(resident, book, TENTH, pages=10)

    def counted(code: str, month: str = "2026-11") -> dict[str, int]:
        return queries.stamps_by_community(month, db.session.get_one(Community, code).path)

    assert counted("410581") == {HOME: 2, VILLAGE: 1}
    assert counted("410581106") == {VILLAGE: 1}
    assert counted("410500") == {}
    assert counted("410581", "2026-10") == {}
