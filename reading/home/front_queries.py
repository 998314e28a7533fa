"""What a resident's front page shows, in statements made once; and what is on near by, kept for all alike.

Most people open this page and nothing else, so nothing here loads whole records: plain tables, and one UNION of all
that is the household's own. Through the ORM the same page took thirteen statements and ten times as long.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import current_app

from reading import clock
from reading.home import front_statements as statements
from reading.home import rules
from reading.kept import kept
from reading.leaderboards.rules import place_below
from reading.learning_days import queries as learning_days
from reading.people.member_queries import Member
from reading.plain import Plain, Sent
from reading.points.rules import month_key, parse_period
from reading.volunteers.rules import EVENING_IS_OVER

_FRONT, _FRONT_OF_TOKEN = Plain(statements.of_reader), Plain(statements.of_token)


class Row(NamedTuple):
    """A row of ``front_statements.of``: what it tells depends on its kind."""

    kind: str
    id: uuid.UUID
    on: date
    at: datetime
    name: str
    more: str
    one: int
    two: int


class Reading(NamedTuple):
    """A book to go on with: pages told so far, whether it was finished."""

    book_id: uuid.UUID
    title: str
    author: str
    pages: int
    finished: bool


class Group(NamedTuple):
    """A study group of the household's, and when it meets next."""

    id: uuid.UUID
    name: str
    meets_at: datetime | None


@dataclass(frozen=True)
class Front:
    """What the page shows of one reader and the household; ``waits`` names what must be asked for in whole."""

    books: tuple[Reading, ...]
    month: rules.OwnMonth
    days: int
    pages: int
    run: int
    place: int | None
    groups: tuple[Group, ...]
    waits: frozenset[str]


def front(account_id: uuid.UUID, reader: Member, today: date) -> Front:
    """Return what the front page shows of ``reader``, in one statement."""
    theirs = {"account": account_id, "reader": reader.id, "home": reader.community_id}
    return found(_FRONT.look({**_when(today), **theirs}), today)


def asked(today: date) -> Sent:
    """Return what asks for the front page of who asks with a token; see :func:`found`."""
    return _FRONT_OF_TOKEN.told(_when(today))


def _when(today: date) -> dict[str, Any]:
    key, now = month_key(today), clock.now()
    period = parse_period(key)
    assert period is not None
    times = {"now": now, "lately": now - EVENING_IS_OVER}
    return {"month": key, "first": period.first, "last": period.last, **times}


def found(rows: Iterable[Sequence[Any]], today: date) -> Front:
    """Return what the front page shows, of the rows of its statement."""
    kinds: dict[str, list[Row]] = {kind: [] for kind in statements.KINDS}
    for values in rows:
        kinds[values[0]].append(Row(*values))
    (days,), (stamps,) = kinds["days"], kinds["stamps"]
    month, told = month_key(today), rules.days_told(days.name)
    stamped, run = rules.stamps_told(stamps.name, month, learning_days.rule_in_force())
    return Front(
        books=tuple(
            Reading(row.id, row.name, row.more, row.one, bool(row.two)) for row in _in_order(kinds["book"])
        ),
        month=rules.OwnMonth(today, told.records, _learning_days(month), stamped),
        days=len(told.records),
        pages=told.pages,
        run=run,
        place=_place(kinds["points"]),
        groups=tuple(Group(row.id, row.name, row.at) for row in sorted(kinds["group"], key=_nth)),
        waits=frozenset(kind for kind in statements.WAITING if kinds[kind]),
    )


def _place(points: Sequence[Row]) -> int | None:
    """Return where the reader stands, or would stand, in their community; None without points or ranking."""
    return place_below(points[0].two) if points and current_app.config["RANK_PEOPLE"] else None


def _nth(row: Row) -> int:
    return row.one


def _in_order(books: Sequence[Row]) -> list[Row]:
    """Unfinished ones first, each by the day last read, as ``logbook.queries.reading_now`` has them."""
    latest = sorted(books, key=lambda row: (row.on, row.at, -row.id.int), reverse=True)
    return sorted(latest, key=lambda row: row.two)


def _learning_days(month: str) -> tuple[date, ...]:
    return kept(("home.learning_days", month), lambda: tuple(learning_days.days_of_month(month)))
