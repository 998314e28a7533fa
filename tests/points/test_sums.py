"""Communities' sums equal what standings, residences and closing lines add up to, whenever changes are taken in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from reading import clock as city_clock
from reading.extensions import db
from reading.people import actions as people
from reading.people.models import Residence
from reading.points import ledger, sum_actions, sum_queries
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES, CommunitySum, Standing
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.points.counted import EMPTY, PLACES, TOWN, VILLAGE, check, counted, period, periods, waits
from tests.points.records import add_book, log
from tests.statements import statements

DAY = date(2026, 11, 10)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.sampled_from(PLACES), st.integers(0, 80)),
        st.tuples(st.just("leave"), st.integers(0, 9), st.integers(0, 80)),
        st.tuples(st.just("change"), st.integers(0, 9), st.sampled_from(PLACES)),
        st.tuples(st.just("go"), st.integers(0, 9), st.none()),
        st.tuples(st.just("wait"), st.sampled_from([1, 13, 14, 31, 45, 120, 400]), st.none()),
        st.tuples(st.just("take in"), st.none(), st.none()),
        st.tuples(st.just("restore"), st.none(), st.none()),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.long
def test_residents_are_counted_as_they_were_known_whenever_changes_are_taken_in(
    app: Flask, clock: TestClock, cast: Cast
) -> None:
    def begin() -> None:
        for model in (Residence, CommunitySum):
            db.session.execute(delete(model))
        for table in (STANDING_CHANGES, RESIDENCE_CHANGES):
            db.session.execute(delete(table))
        db.session.commit()
        clock.set(PRESENT)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(steps)
    def run(told: list[tuple[str, int | str | None, int | str | None]]) -> None:
        begin()
        for step in told:
            _take(clock, *step)
            db.session.commit()
        check()

    run()


def _take(clock: TestClock, step: str, one: object, other: object) -> None:
    """What may happen to residences; days are told late, and as long ago as they please."""
    if step == "wait":
        clock.advance(days=int(str(one)))
    elif step == "take in":
        sum_actions.take_in()
    elif step == "restore":
        assert sum_actions.rebuild() == 0
    elif step == "join":
        resident = add_resident("王一甲", str(one), since=clock())
        stay = db.session.scalars(select(Residence).where(Residence.resident_id == resident.id)).one()
        stay.since = city_clock.today() - timedelta(days=int(str(other)))
    else:
        stays = db.session.scalars(select(Residence).order_by(Residence.recorded_at, Residence.id)).all()
        if not stays:
            return
        stay = stays[int(str(one)) % len(stays)]
        if step == "go":
            db.session.delete(stay)
        elif step == "change":
            stay.community_id = str(other)
        else:
            day = city_clock.today() - timedelta(days=int(str(other)))
            stay.until, stay.end_recorded_at = max(day, stay.since), clock()


def test_who_will_live_somewhere_from_a_day_on_counts_from_that_day(cast: Cast, clock: TestClock) -> None:
    add_resident("王一甲", EMPTY, since=clock() + timedelta(days=10))
    db.session.commit()
    for _ in range(4):
        check()
        sum_actions.take_in()
        check()
        clock.advance(days=4)
    assert sum_queries.of_communities(period("all"))[EMPTY][1] == 1
    assert waits() == 0


def test_a_month_in_which_nobody_wrote_has_the_residents_of_the_one_before(
    cast: Cast, clock: TestClock
) -> None:
    sum_actions.take_in()
    clock.set(datetime(2027, 2, 20, tzinfo=PRESENT.tzinfo))
    check()
    people.move_house(cast.resident.id, VILLAGE, date(2027, 1, 5), by=cast.account("resident").id)
    check()
    sum_actions.take_in()
    check()
    figures = {
        key: sum_queries.of_communities(period(key)) for key in ("2026-12", "2027-01", "2027-02", "2027")
    }
    assert figures["2027-01"][VILLAGE][1] == figures["2026-12"][VILLAGE][1] + 1
    assert figures["2027-01"] == figures["2027-02"] == figures["2027"]


@pytest.mark.parametrize(
    ("known_at", "months"),
    [
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), 3),  # 23:59 in the city on the 31st day after September
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), 2),
    ],
)
def test_what_is_learned_too_late_counts_from_the_first_month_that_is_not_frozen(
    cast: Cast, clock: TestClock, known_at: datetime, months: int
) -> None:
    clock.set(known_at)
    add_resident("王一甲", EMPTY, since=known_at)
    stay = db.session.scalars(select(Residence).where(Residence.community_id == EMPTY)).one()
    stay.since = date(2026, 9, 12)
    db.session.commit()
    clock.set(PRESENT)
    for _ in range(2):
        check()
        counts = [one.key for one in periods() if sum_queries.of_communities(one).get(EMPTY, (0, 0))[1]]
        assert counts == [*("2026-09", "2026-10", "2026-11")[3 - months :], "2026", "all"]
        sum_actions.take_in()


BROKEN: dict[str, tuple[Callable[[], object], str]] = {
    "a sum with other pages": (
        lambda: (
            update(CommunitySum).where(CommunitySum.period == "2026-11").values(pages=CommunitySum.pages + 3)
        ),
        f"sums of {TOWN} and 2026-11: pages 3 too many.",
    ),
    "a sum of fewer readers": (
        lambda: update(CommunitySum).where(CommunitySum.community_id == TOWN).values(readers=0),
        f"sums of {TOWN} and all: readers 2 too few.",
    ),
    "a sum with other residents": (
        lambda: (
            update(CommunitySum)
            .where(CommunitySum.period == "2026")
            .values(residents=CommunitySum.residents + 1)
        ),
        f"sums of {VILLAGE} and 2026: residents 1 too many.",
    ),
    "sums lost": (
        lambda: delete(CommunitySum).where(CommunitySum.community_id == VILLAGE),
        f"sums of {VILLAGE} and all: residents ",
    ),
    "changes lost": (lambda: delete(STANDING_CHANGES), f"sums of {TOWN} and 2026: points "),
    "moves lost": (lambda: delete(RESIDENCE_CHANGES), f"sums of {TOWN} and all: residents 1 too few."),
    "everything lost": (lambda: delete(CommunitySum), f"sums of {TOWN} and 2026-10: "),
}


@pytest.fixture
def read(cast: Cast) -> None:
    """Two read, and it was taken in; then one reads again and somebody joins, which waits."""
    book = add_book("红旗渠")
    for resident in (cast.resident, cast.neighbour):
        log(resident, book, date(2026, 10, 30), pages=20)
        log(resident, book, DAY, pages=40)
    sum_actions.take_in()
    log(cast.resident, book, date(2026, 11, 11), pages=30)
    add_resident("王一甲", TOWN)
    db.session.commit()


@pytest.mark.parametrize("name", BROKEN)
def test_a_sum_that_is_wrong_is_told_and_restored(read: None, name: str) -> None:
    check()
    before = [sum_queries.of_communities(one) for one in periods()]
    statement, told = BROKEN[name]
    db.session.execute(statement())  # type: ignore[call-overload]
    db.session.commit()
    sentences = ledger.verify()
    assert any(sentence.startswith(told) for sentence in sentences), sentences
    assert all(sentence.startswith("sums of ") for sentence in sentences)
    assert ledger.rebuild() == len(sentences)
    assert waits() == 0
    assert ledger.verify() == []
    assert [sum_queries.of_communities(one) for one in periods()] == before
    check()


def test_a_standing_that_is_restored_brings_the_sums_along(read: None) -> None:
    before = sum_queries.of_communities(period("2026"))
    db.session.execute(delete(Standing).where(Standing.period == "2026"))
    db.session.commit()
    assert sum_queries.of_communities(period("2026"))[TOWN][0] == 0
    assert not [one for one in ledger.verify() if one.startswith("sums")]
    assert ledger.rebuild() == 2
    assert sum_queries.of_communities(period("2026")) == before


def test_what_waits_is_taken_in_once_it_is_much_or_nobody_writes(
    read: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = waits()
    assert sum_queries.waiting(100) == number
    assert sum_queries.waiting(2) == 2
    sum_actions.take_in_if_worth_it(is_idle=False)
    assert waits() == number
    monkeypatch.setattr(sum_actions, "MANY", number)
    sum_actions.take_in_if_worth_it(is_idle=False)
    assert waits() == 0
    check()
    monkeypatch.undo()
    add_resident("李一乙", TOWN)
    db.session.commit()
    sum_actions.take_in_if_worth_it(is_idle=True)
    assert waits() == 0
    check()


def test_a_record_notes_one_change_for_each_of_its_periods_and_no_community_waits(cast: Cast) -> None:
    sum_actions.take_in()
    log(cast.resident, add_book("红旗渠"), DAY, pages=40)
    with statements() as sent:
        log(cast.resident, add_book("平凡的世界"), DAY, pages=40)
    assert not [one for one in sent if "changes" in one or "community_sums" in one]
    rows = db.session.execute(select(STANDING_CHANGES).order_by(*STANDING_CHANGES.c)).all()
    assert [(row.period, row.readers, row.pages, row.days) for row in rows] == [
        (key, *more) for key in ("2026", "2026-11", "all") for more in ((0, 40, 0), (1, 40, 1))
    ]


def test_all_communities_are_one_statement_and_no_standing_or_residence_is_read(read: None) -> None:
    sum_queries.of_communities(period("2026-11"))
    november = period("2026-11")
    for ask in (
        lambda: sum_queries.of_communities(november)[TOWN],
        lambda: sum_queries.of_communities(november, under="/410581/")[TOWN],
        lambda: sum_queries.of_community(november, TOWN),
        lambda: sum_queries.of_place(november, TOWN, f"/410581/410581001/{TOWN}/"),
    ):
        with statements() as sent:
            found = ask()
        assert len(sent) == 1
        assert "FROM standings" not in sent[0]
        assert "residences" not in sent[0]
        assert found == counted(TOWN, november)


def test_a_shown_choice_changes_no_sum(read: None, cast: Cast) -> None:
    sum_actions.take_in()
    people.set_shown(cast.resident.id, show_as="masked", nickname="", by=cast.account("resident").id)
    people.set_shown(cast.resident.id, show_as="hidden", nickname="", by=cast.account("resident").id)
    assert waits() == 0


def test_what_goes_with_a_person_goes_from_the_sums(read: None, cast: Cast) -> None:
    one = cast.neighbour.id
    for model in (Standing, Residence):
        db.session.execute(delete(model).where(model.resident_id == one))
    db.session.commit()
    check()
    sum_actions.take_in()
    check()
    assert sum_queries.of_communities(period("all"))[TOWN][0] == 1
