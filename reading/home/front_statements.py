"""The SELECTs of a resident's front page, made once: over plain tables, asked for with bound values.

``FRONT`` is one UNION ALL of rows of one shape, told apart by ``kind``: a statement costs more than all it reads here,
most of all where the database is another machine.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)  # fmt: skip

from reading.books.models import Book
from reading.columns import UtcDateTime
from reading.communities.models import Community
from reading.events.models import Event, Notice
from reading.groups.models import GroupMeeting, GroupMember, StudyGroup
from reading.learning_days.models import Stamp
from reading.logbook.queries import books_lately
from reading.people.models import Resident
from reading.points.models import DayTotal, Standing
from reading.volunteers.models import Helper

BOOKS_TO_GO_ON_WITH = 3
# What is rare, and asked for in whole where there is any: unseen notices, evenings to take, events to help at.
WAITING = ("notice", "evening", "helping")
KINDS = ("day", "stamp", "book", "points", "group", *WAITING)

ACCOUNT = bindparam("account", type_=Uuid())
READER = bindparam("reader", type_=Uuid())
HOME = bindparam("home", type_=String())
MONTH = bindparam("month", type_=String())
FIRST, LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
NOW, LATELY = bindparam("now", type_=UtcDateTime()), bindparam("lately", type_=UtcDateTime())

_communities, _books, _totals, _stamps = (
    one.__table__ for one in (Community, Book, DayTotal, Stamp)
)  # fmt: skip
# Called by one letter: psycopg reads a statement of over 4,096 characters anew each time it is asked.
_residents, _standings = Resident.__table__.alias("r"), Standing.__table__.alias("s")
_groups, _members = StudyGroup.__table__.alias("g"), GroupMember.__table__.alias("m")
_meetings, _events = GroupMeeting.__table__.alias("t"), Event.__table__.alias("e")
_notices, _helpers = Notice.__table__.alias("n"), Helper.__table__.alias("h")

_NO_TEXT, _ZERO = literal_column("''", String()), literal_column("0", Integer())
_OF_HOUSEHOLD = (_residents.c.account_id == ACCOUNT, _residents.c.left_at.is_(None))


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


def _days() -> Select[Any]:
    nothing = {"id": cast(null(), Uuid()), "at": cast(null(), UtcDateTime())}
    mine = _row("day", on=_totals.c.on, one=_totals.c.records, two=_totals.c.pages, **nothing)
    return mine.where(_totals.c.resident_id == READER, _totals.c.on.between(FIRST, LAST))


def _stamps_kept() -> Select[Any]:
    return _row("stamp", on=_stamps.c.on, name=_stamps.c.month).where(_stamps.c.resident_id == READER)


def _books_read() -> Select[Any]:
    lately = books_lately(READER, BOOKS_TO_GO_ON_WITH).subquery()
    told = _row(
        "book", id=_books.c.id, on=lately.c.last_on, at=lately.c.last_told, name=_books.c.title,
        more=_books.c.author, one=lately.c.pages, two=lately.c.finished,
    )  # fmt: skip
    return told.join_from(lately, _books, _books.c.id == lately.c.book_id)


def _points() -> Select[Any]:
    """What the reader has on the board of their community this month; whoever has no points has no row."""
    return _row("points", one=_standings.c.points).where(
        _standings.c.community_id == HOME, _standings.c.period == MONTH, _standings.c.resident_id == READER,
        _standings.c.points > 0,
    )  # fmt: skip


def _groups_joined() -> Select[Any]:
    mine = select(_members.c.group_id).join(_residents, _residents.c.id == _members.c.resident_id)
    mine = mine.where(*_OF_HOUSEHOLD, _members.c.left_at.is_(None))
    meets = select(func.min(_events.c.starts_at)).join(_meetings, _meetings.c.event_id == _events.c.id)
    meets = meets.where(_meetings.c.group_id == _groups.c.id, *_is_to_come(_events))
    nth = func.row_number().over(order_by=(_groups.c.created_at, _groups.c.id))
    told = _row("group", id=_groups.c.id, at=meets.scalar_subquery(), name=_groups.c.name, one=nth)
    return told.where(_groups.c.id.in_(mine), _groups.c.ended_at.is_(None))


def _is_to_come(events: Any) -> tuple[ColumnElement[bool], ...]:
    return events.c.ends_at > NOW, events.c.cancelled_at.is_(None)


def _waiting() -> list[Select[Any]]:
    notices = select(_notices.c.id).join(_residents, _residents.c.id == _notices.c.resident_id)
    helpers = select(_helpers.c.id).join(_residents, _residents.c.id == _helpers.c.resident_id)
    helpers = helpers.join(_events, _events.c.id == _helpers.c.event_id)
    helpers = helpers.where(_residents.c.account_id == ACCOUNT, _helpers.c.given_up_at.is_(None))
    named = helpers.where(_helpers.c.named_at.is_not(None), _helpers.c.naming_ended_at.is_(None))
    there = {
        "notice": notices.where(_residents.c.account_id == ACCOUNT, _notices.c.seen_at.is_(None)),
        "evening": named.where(_events.c.ends_at > LATELY),
        "helping": helpers.where(_residents.c.left_at.is_(None), _events.c.ends_at > NOW),
    }
    return [_row(kind).where(exists(found)) for kind, found in there.items()]


FRONT = union_all(_days(), _stamps_kept(), _books_read(), _points(), _groups_joined(), *_waiting())
