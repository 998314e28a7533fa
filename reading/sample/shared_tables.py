"""The tables a crowd is made from, kept for the connection only, and the statements that make the crowd of them.

``PEOPLE`` has a row for each person who is about to be written, the others hold the rows of the lives they share. One
INSERT … SELECT for each table writes what belongs to all those people: the database copies rows faster than anything
could send them.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    case,
    cast,
    insert,
    literal,
    null,
    select,
)

from reading.communities.models import Code
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry, LogRevision
from reading.people.models import Account, Consent, Residence, Resident
from reading.points.models import DayTotal, PointEntry, Standing
from reading.sample.lives import HEAD

SHARED = MetaData()
TAIL = 32 - HEAD


def _shared(
    name: str, model: Any, copied: str, *own: Column[Any], key: tuple[str, ...] = ("life", "tail")
) -> Table:
    """Return a temporary table with the columns ``copied`` (names, spaces between) of ``model``'s, and its own."""
    table = model.__table__
    columns = [Column("life", Integer, nullable=False), *own]
    columns += [Column(column, table.c[column].type) for column in copied.split()]
    for column in columns:
        # Clustered by life: what one life has is read in one go.
        column.primary_key = column.name in key
    return Table(name, SHARED, *columns, prefixes=["TEMPORARY"], sqlite_with_rowid=False)


def _tail(name: str = "tail") -> Column[Any]:
    return Column(name, String(TAIL))


def _here() -> Column[Any]:
    return Column("here", Boolean)


SUMS = "points pages minutes books days records"
PEOPLE = _shared(
    "crowd_people", Resident,
    "community_id home_code account_id name keys sort_key phone nickname child_number created_by",
    Column("number", Integer), Column("head", String(HEAD)), Column("before_id", Code),
    Column("resident_id", Uuid[Any]()),
    Column("account_phone", String(11)), key=("number",),
)  # fmt: skip
LIVES = _shared("crowd_lives", Resident, "relation born_on show_as created_at", _tail(), key=("life",))
STAYS = _shared("crowd_stays", Residence, "since recorded_at until end_recorded_at", _tail(), _here())
CONSENTS = _shared("crowd_consents", Consent, "kind notice_version given_at withdrawn_at", _tail())
ENTRIES = _shared(
    "crowd_entries", LogEntry, "book_id read_on pages minutes finished reflection flag review set_aside_at sent_digest "
    "arrived_at removed_at", _tail(), _here(),
)  # fmt: skip
REVISIONS = _shared("crowd_revisions", LogRevision, "at before", _tail(), _tail("entry_tail"), _here())
STAMPS = _shared("crowd_stamps", Stamp, "month on", _tail(), _here())
LINES = _shared(
    "crowd_lines", PointEntry, "on rule position told uncapped points book_id", _tail(), _here(),
    key=("life", "on", "rule", "tail"),
)  # fmt: skip
TOTALS = _shared("crowd_totals", DayTotal, f"on {SUMS}", _here(), key=("life", "on", "here"))
STANDINGS = _shared(
    "crowd_standings", Standing, f"period settled_at is_shown {SUMS}", _here(), key=("life", "here", "period")
)
OF_LIVES = {
    "lives": LIVES, "stays": STAYS, "consents": CONSENTS, "entries": ENTRIES, "revisions": REVISIONS, "stamps": STAMPS,
    "lines": LINES, "totals": TOTALS, "standings": STANDINGS,
}  # fmt: skip


def made() -> list[Insert]:
    """Return the statements that write all that belongs to ``PEOPLE``, in the order their keys ask for."""
    people, writer = PEOPLE.c, PEOPLE.c.created_by
    return [
        _accounts(),
        _made(Resident, LIVES, id=people.resident_id, door=literal("")),
        _made(Residence, STAYS, home_code=case((STAYS.c.here, people.home_code), else_=people.before_id)),
        _made(Consent, CONSENTS, given_by=writer),
        _made(LogEntry, ENTRIES, entered_by=writer,
              removed_by=case((ENTRIES.c.removed_at.is_not(None), writer), else_=null())),
        _made(LogRevision, REVISIONS, entry_id=_whole(REVISIONS.c.entry_tail), by=writer),
        _made(Stamp, STAMPS),
        _made(PointEntry, LINES, source_id=_whole(LINES.c.tail)),
        _made(DayTotal, TOTALS),
        _made(Standing, STANDINGS),
    ]  # fmt: skip


def _whole(tail: Column[Any]) -> ColumnElement[Any]:
    return cast(PEOPLE.c.head + tail, Uuid[Any])


def _accounts() -> Insert:
    own = {
        "id": PEOPLE.c.account_id, "phone": PEOPLE.c.account_phone, "password_hash": literal("!"),
        "name": PEOPLE.c.name, "created_at": LIVES.c.created_at,
    }  # fmt: skip
    chosen = select(*own.values()).join_from(PEOPLE, LIVES, LIVES.c.life == PEOPLE.c.life)
    chosen = chosen.where(PEOPLE.c.account_phone.is_not(None)).order_by(PEOPLE.c.number)
    return insert(Account).from_select(list(own), chosen, include_defaults=False)


def _made(model: Any, shared: Table, **given: ColumnElement[Any]) -> Insert:
    """Return the statement that writes a row of ``model`` for each row of ``shared`` of each person's life."""
    columns: dict[str, Any] = {}
    for name in (column.name for column in model.__table__.c):
        if name in given:
            columns[name] = given[name]
        elif name == "id":
            columns[name] = _whole(shared.c.tail)
        elif name == "community_id" and "here" in shared.c:
            columns[name] = case((shared.c.here, PEOPLE.c.community_id), else_=PEOPLE.c.before_id)
        elif name in shared.c:
            columns[name] = shared.c[name]
        elif name in PEOPLE.c:
            columns[name] = PEOPLE.c[name]
    chosen = select(*columns.values()).join_from(PEOPLE, shared, shared.c.life == PEOPLE.c.life)
    return insert(model).from_select(list(columns), chosen, include_defaults=False)
