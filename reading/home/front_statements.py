"""The SELECT of a resident's front page, made once: over plain tables, asked for with bound values.

It is one UNION ALL of rows of one shape, told apart by ``kind``: a statement costs more than all it reads here,
most of all where the database is another machine.
"""

import uuid
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    text,
    union_all,
)  # fmt: skip

from reading.books.models import Book
from reading.columns import UtcDateTime
from reading.communities.models import Community
from reading.events.models import Event, Notice
from reading.groups.models import GroupMeeting, GroupMember, StudyGroup
from reading.learning_days.models import Stamp
from reading.logbook.queries import books_lately
from reading.people.member_queries import ONESELF_FIRST
from reading.people.models import Resident
from reading.plain import told as place
from reading.points.models import DayTotal, Standing
from reading.sign_ins.early_queries import ACCOUNT
from reading.volunteers.models import Helper

BOOKS_TO_GO_ON_WITH = 3
# What is rare, and asked for in whole where there is any: unseen notices, evenings to take, events to help at.
WAITING = ("notice", "evening", "helping")
KINDS = ("days", "stamps", "book", "points", "group", *WAITING)

MONTH = place("month", String())
FIRST, LAST = place("first", Date()), place("last", Date())
NOW, LATELY = place("now", UtcDateTime()), place("lately", UtcDateTime())


class Asked(NamedTuple):
    """Whose page it is: the household's account, the reader, and the community the reader lives in."""

    account: ColumnElement[uuid.UUID]
    reader: ColumnElement[uuid.UUID]
    home: ColumnElement[str]


_communities, _books, _totals, _stamps = (
    one.__table__ for one in (Community, Book, DayTotal, Stamp)
)  # fmt: skip
# Called by one letter: psycopg reads a statement of over 4,096 characters anew each time it is asked.
_residents = Resident.__table__.alias("r")
_standings, _others = Standing.__table__.alias("s"), Standing.__table__.alias("o")
_groups, _members = StudyGroup.__table__.alias("g"), GroupMember.__table__.alias("m")
_meetings, _events = GroupMeeting.__table__.alias("t"), Event.__table__.alias("e")
_notices, _helpers = Notice.__table__.alias("n"), Helper.__table__.alias("h")

# As the index says it: SQLite would not know `is_shown = 1` for the same.
_IS_SHOWN = text("o.is_shown")
_NO_TEXT, _ZERO = literal_column("''", String()), literal_column("0", Integer())


def _row(kind: str, **told: Any) -> Select[Any]:
    """A SELECT in the shape of all of them: what is not ``told`` is nothing.

    The first says of what kind nothing is.
    """
    nothing: dict[str, ColumnElement[Any]] = {
        **dict.fromkeys(("id", "on", "at"), null()), **dict.fromkeys(("name", "more"), _NO_TEXT),
        **dict.fromkeys(("one", "two"), _ZERO),
    }  # fmt: skip
    named = literal_column(f"'{kind}'", String()).label("kind")
    return select(named, *(told.get(name, default).label(name) for name, default in nothing.items()))


def _days(asked: Asked) -> Select[Any]:
    """The days of the month as one text, for ``home.rules.days_told``: a row of each would have to be read too."""
    nothing = {"id": cast(null(), Uuid()), "on": cast(null(), Date()), "at": cast(null(), UtcDateTime())}
    mine = _row("days", name=_listed(_totals.c.on, _totals.c.records, _totals.c.pages), **nothing)
    return mine.where(_totals.c.resident_id == asked.reader, _totals.c.on.between(FIRST, LAST))


def _stamps_kept(asked: Asked) -> Select[Any]:
    """All stamps as one text, for ``home.rules.stamps_told``."""
    return _row("stamps", name=_listed(_stamps.c.month, _stamps.c.on)).where(
        _stamps.c.resident_id == asked.reader
    )


def _listed(first: ColumnElement[Any], *others: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the rows of some columns as one text: blanks between the columns, commas between the rows."""
    row: ColumnElement[str] = cast(first, String())
    for other in others:
        row = row.concat(literal_column("' '", String())).concat(cast(other, String()))
    return func.coalesce(func.aggregate_strings(row, ","), _NO_TEXT)


def _books_read(asked: Asked) -> Select[Any]:
    lately = books_lately(asked.reader, BOOKS_TO_GO_ON_WITH).subquery()
    told = _row(
        "book", id=_books.c.id, on=lately.c.last_on, at=lately.c.last_told, name=_books.c.title,
        more=_books.c.author, one=lately.c.pages, two=lately.c.finished,
    )  # fmt: skip
    return told.join_from(lately, _books, _books.c.id == lately.c.book_id)


def _points(asked: Asked) -> Select[Any]:
    """What the reader has on the board of their community this month, and how many of those shown there have more.

    Whoever has no points has no row.
    """
    here = [one.c.community_id == asked.home for one in (_standings, _others)]
    month = [one.c.period == MONTH for one in (_standings, _others)]
    is_ahead = _others.c.points > _standings.c.points
    ahead = select(func.count()).where(here[1], month[1], _IS_SHOWN, is_ahead).scalar_subquery()
    told = _row("points", one=_standings.c.points, two=ahead)
    return told.where(here[0], month[0], _standings.c.resident_id == asked.reader, _standings.c.points > 0)


def _groups_joined(asked: Asked) -> Select[Any]:
    mine = select(_members.c.group_id).join(_residents, _residents.c.id == _members.c.resident_id)
    mine = mine.where(*_household(asked), _members.c.left_at.is_(None))
    meets = select(func.min(_events.c.starts_at)).join(_meetings, _meetings.c.event_id == _events.c.id)
    meets = meets.where(_meetings.c.group_id == _groups.c.id, *_is_to_come(_events))
    nth = func.row_number().over(order_by=(_groups.c.created_at, _groups.c.id))
    told = _row("group", id=_groups.c.id, at=meets.scalar_subquery(), name=_groups.c.name, one=nth)
    return told.where(_groups.c.id.in_(mine), _groups.c.ended_at.is_(None))


def _household(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return _residents.c.account_id == asked.account, _residents.c.left_at.is_(None)


def _is_to_come(events: Any) -> tuple[ColumnElement[bool], ...]:
    return events.c.ends_at > NOW, events.c.cancelled_at.is_(None)


def _waiting(asked: Asked) -> list[Select[Any]]:
    notices = select(_notices.c.id).join(_residents, _residents.c.id == _notices.c.resident_id)
    helpers = select(_helpers.c.id).join(_residents, _residents.c.id == _helpers.c.resident_id)
    helpers = helpers.join(_events, _events.c.id == _helpers.c.event_id)
    helpers = helpers.where(_residents.c.account_id == asked.account, _helpers.c.given_up_at.is_(None))
    named = helpers.where(_helpers.c.named_at.is_not(None), _helpers.c.naming_ended_at.is_(None))
    there = {
        "notice": notices.where(_residents.c.account_id == asked.account, _notices.c.seen_at.is_(None)),
        "evening": named.where(_events.c.ends_at > LATELY),
        "helping": helpers.where(_residents.c.left_at.is_(None), _events.c.ends_at > NOW),
    }
    return [_row(kind).where(exists(found)) for kind, found in there.items()]


def of(asked: Asked) -> CompoundSelect[Any]:
    """Return the statement."""
    parts = (_days, _stamps_kept, _books_read, _points, _groups_joined)
    return union_all(*(part(asked) for part in parts), *_waiting(asked))


def of_reader() -> CompoundSelect[Any]:
    """Return the statement about a reader whose ids are told."""
    account, reader = (place(name, Uuid()) for name in ("account", "reader"))
    return of(Asked(account, reader, place("home", String())))


def of_token() -> CompoundSelect[Any]:
    """Return the statement about who asks with a token: oneself, else the first of the household."""
    theirs = Resident.__table__.c
    first = select(theirs.id, theirs.account_id, theirs.community_id).where(
        theirs.account_id == ACCOUNT, theirs.left_at.is_(None)
    )
    one = first.order_by(*ONESELF_FIRST).limit(1).cte("one")
    return of(
        Asked(*(select(one.c[name]).scalar_subquery() for name in ("account_id", "id", "community_id")))
    )
