"""What holds of the rules whatever is recorded."""

import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reading.points.rules import (
    METRICS,
    Line,
    Record,
    RuleBook,
    StampGiven,
    Sums,
    claims,
    held_back,
    lines_of_day,
    totals_of_day,
)

DAY = date(2026, 11, 10)
MORNING = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
RULES = RuleBook().on(DAY)
COMMUNITIES = ("410581001001", "410581106210")
STAMP = StampGiven(uuid.UUID(int=10**6), COMMUNITIES[0], DAY)

amounts = st.none() | st.integers(1, 1000)
arrivals = st.integers(0, 3).map(lambda minutes: MORNING + timedelta(minutes=minutes))
entries = st.builds(
    Record,
    kind=st.just("log"),
    source_id=st.integers(1, 10**5).map(lambda number: uuid.UUID(int=number)),
    community_id=st.sampled_from(COMMUNITIES),
    on=st.just(DAY),
    arrived_at=arrivals,
    pages=amounts,
    minutes=amounts,
    book_id=st.integers(1, 4).map(lambda number: uuid.UUID(int=number)),
    finished=st.booleans(),
).filter(lambda entry: entry.pages or entry.minutes or entry.finished)
attendances = st.builds(
    Record,
    kind=st.just("attendance"),
    source_id=st.integers(1, 10**5).map(lambda number: uuid.UUID(int=number)),
    community_id=st.sampled_from(COMMUNITIES),
    on=st.just(DAY),
    arrived_at=arrivals,
)
days = st.lists(entries | attendances, max_size=8, unique_by=lambda record: record.source_id)
stamps = st.sampled_from([[], [STAMP]])


def lines_of(records: list[Record], stamped: list[StampGiven]) -> list[Line]:
    return lines_of_day(records, stamped, RULES, claims(records))


def by_rule(lines: list[Line]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for line in lines:
        counted[line.rule] += line.points
    return counted


@given(days, stamps)
def test_no_day_is_worth_more_than_its_caps(records, stamped) -> None:
    lines = lines_of(records, stamped)
    for rule, given_points in by_rule(lines).items():
        assert 0 <= given_points <= RULES[rule].daily_cap
    assert sum(line.points for line in lines) <= RULES["total"].daily_cap
    assert all(0 <= line.points <= line.uncapped for line in lines)


@given(days, stamps)
def test_a_cap_holds_back_only_what_does_not_fit(records, stamped) -> None:
    lines = lines_of(records, stamped)
    worth, total = by_rule(lines), sum(line.points for line in lines)
    for line, cap in zip(lines, held_back(lines, RULES), strict=True):
        assert bool(cap) == (line.points < line.uncapped)
        if cap == "total":
            assert total == RULES["total"].daily_cap
        elif cap:
            assert cap == line.rule
            assert worth[cap] == RULES[cap].daily_cap


@given(days, stamps)
def test_each_record_has_a_line_and_each_line_a_record(records, stamped) -> None:
    lines = lines_of(records, stamped)
    assert {line.source_id for line in lines} == {one.source_id for one in [*records, *stamped]}
    assert [line.position for line in lines] == list(range(len(lines)))
    keys = [(line.rule, line.source_id) for line in lines]
    assert len(keys) == len(set(keys))


@given(days, stamps)
def test_the_lines_sum_up_to_the_day_over_its_communities(records, stamped) -> None:
    lines = lines_of(records, stamped)
    totals = sum(totals_of_day(records, lines, claims(records)).values(), Sums())
    assert totals.points == sum(line.points for line in lines)
    assert totals.pages == sum(record.pages or 0 for record in records)
    assert totals.minutes == sum(record.minutes or 0 for record in records)
    assert totals.books == len({record.book_id for record in records if record.finished})
    assert (totals.days, totals.records) == (int(bool(records)), len(records))


@given(days, stamps, st.randoms(use_true_random=False))
def test_only_the_order_of_arrival_decides(records, stamped, random) -> None:
    shuffled = random.sample(records, len(records))
    assert lines_of(shuffled, stamped) == lines_of(records, stamped)


@given(days, stamps)
def test_the_uncapped_lines_of_a_rule_are_worth_its_sum_floored_once(records, stamped) -> None:
    lines = lines_of(records, stamped)
    for name in ("pages", "minutes"):
        told = sum(line.told for line in lines if line.rule == name)
        assert sum(line.uncapped for line in lines if line.rule == name) == told // 10


@given(days.filter(bool), stamps)
def test_a_later_record_takes_nothing_from_the_earlier_ones(records, stamped) -> None:
    *earlier, latest = sorted(records, key=lambda record: record.arrival)
    if earlier:
        kept = [line for line in lines_of(records, stamped) if line.source_id != latest.source_id]
        assert kept == lines_of(earlier, stamped)


@given(days.filter(bool), stamps, st.integers(0, 7))
def test_removing_a_record_never_makes_a_day_worth_more(records, stamped, number) -> None:
    left = [one for one in records if one is not records[number % len(records)]]
    before, after = lines_of(records, stamped), lines_of(left, stamped)
    assert sum(line.points for line in after) <= sum(line.points for line in before)
    for name in METRICS[1:]:
        worth = [
            getattr(sum(totals_of_day(kept, [], claims(kept)).values(), Sums()), name)
            for kept in (left, records)
        ]
        assert worth[0] <= worth[1]


@given(st.lists(entries, max_size=12, unique_by=lambda entry: entry.source_id))
def test_every_finished_book_is_claimed_by_exactly_one_finish(records) -> None:
    claimed = claims(records)
    books = Counter(record.book_id for record in records if record.source_id in claimed)
    assert books == Counter({record.book_id for record in records if record.finished})
