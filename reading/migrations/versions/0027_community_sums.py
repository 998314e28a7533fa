"""What communities add up to is kept, and the database itself notes what changes it

Revision ID: 0027
Revises: 0026
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SUMMED = ("readers", "points", "pages", "books", "days")
FROZEN_AFTER_DAYS = 31
FILL = """
INSERT INTO community_sums (period, community_id, readers, points, pages, books, days, residents)
SELECT period, community_id, sum(CASE WHEN days > 0 THEN 1 ELSE 0 END), sum(points), sum(pages), sum(books), sum(days), 0
FROM standings GROUP BY community_id, period
"""
ADD = """
INSERT INTO community_sums (period, community_id, readers, points, pages, books, days, residents)
VALUES (:period, :community_id, 0, 0, 0, 0, 0, :residents)
ON CONFLICT (period, community_id) DO UPDATE SET residents = excluded.residents
"""
MOVES = """
SELECT community_id, since AS day, recorded_at AS known_at, 1 AS number FROM residences
UNION ALL
SELECT community_id, until, CASE WHEN end_recorded_at > recorded_at THEN end_recorded_at ELSE recorded_at END, -1
FROM residences WHERE until IS NOT NULL
"""
OF_MONTHS = f"""
SELECT community_id, to_char(
    greatest(day, CAST(known_at AT TIME ZONE 'UTC' AT TIME ZONE :zone AS date) - {FROZEN_AFTER_DAYS}), 'YYYY-MM'
) AS month, sum(number)
FROM ({MOVES}) AS moves GROUP BY 1, 2
"""

# Each event of a table, and the rows of changes it adds.
STANDING = "INSERT INTO standing_changes (community_id, period, readers, points, pages, books, days) "
RESIDENCE = 'INSERT INTO residence_changes (community_id, "on", known_at, residents) '


def _standing(row: str, sign: str) -> str:
    readers = f"CASE WHEN {row}.days > 0 THEN {sign}1 ELSE 0 END"
    return f"""{STANDING} VALUES ({row}.community_id, {row}.period, {readers}, {sign}{row}.points, {sign}{row}.pages,
        {sign}{row}.books, {sign}{row}.days);"""


# A record changes three standings: the difference is one row for each, not two.
STANDING_MOVED = f"""{STANDING} VALUES (NEW.community_id, NEW.period,
        CASE WHEN NEW.days > 0 THEN 1 ELSE 0 END - CASE WHEN OLD.days > 0 THEN 1 ELSE 0 END,
        NEW.points - OLD.points, NEW.pages - OLD.pages, NEW.books - OLD.books, NEW.days - OLD.days);"""


def _residence(row: str, begins: int) -> str:
    """Who lives somewhere counts there from a day on, and no more from the day the residence ends."""
    later = f"""CASE WHEN {row}.end_recorded_at > {row}.recorded_at THEN {row}.end_recorded_at
        ELSE {row}.recorded_at END"""
    return f"""{RESIDENCE} VALUES ({row}.community_id, {row}.since, {row}.recorded_at, {begins});
        {RESIDENCE} SELECT {row}.community_id, {row}.until, {later}, {-begins} WHERE {row}.until IS NOT NULL;"""


SUMS = "points, pages, books, days"
HOMES = "community_id, since, recorded_at, until, end_recorded_at"
# By name: table, event, and what is added.
TRIGGERS = {
    "standings_begun": ("standings", "INSERT", _standing("NEW", "")),
    "standings_moved": ("standings", f"UPDATE OF {SUMS}", STANDING_MOVED),
    "standings_gone": ("standings", "DELETE", _standing("OLD", "-")),
    "residences_begun": ("residences", "INSERT", _residence("NEW", 1)),
    "residences_moved": ("residences", f"UPDATE OF {HOMES}", _residence("OLD", -1) + _residence("NEW", 1)),
    "residences_gone": ("residences", "DELETE", _residence("OLD", -1)),
}


def upgrade() -> None:
    op.create_table(
        "community_sums",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("points", "pages")),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_community_sums_community_id")
        ),
        sa.PrimaryKeyConstraint("period", "community_id", name=op.f("pk_community_sums")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing_changes",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMMED),
    )
    op.create_table(
        "residence_changes",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
    )
    # First, and PostgreSQL lets nobody write to these tables from now until all this is committed: what is counted
    # below and what is noted from here on have no record in common, and miss none.
    for name, (table, event, added) in TRIGGERS.items():
        _follow(name, table, event, added)
    op.execute(FILL)
    _fill_residents()


def _follow(name: str, table: str, event: str, added: str) -> None:
    on = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{on} BEGIN {added} END")
        return
    op.execute(
        f"CREATE FUNCTION note_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {added} RETURN NULL; END $$"
    )
    op.execute(f"{on} EXECUTE FUNCTION note_{name}()")


def _fill_residents() -> None:
    """Count who is registered at the end of each month and year that began, and of all time."""
    zone, bind = current_app.config["CITY_TIMEZONE"], op.get_bind()
    this_month = f"{current_app.extensions['clock']().astimezone(zone):%Y-%m}"
    rows: Counter[tuple[str, str]] = Counter()
    for code, month, number in _moves(bind, zone):
        months = list(_months(month, this_month))
        for period in (*months, *dict.fromkeys(one[:4] for one in months), "all"):
            rows[period, code] += number
    told = [
        {"period": period, "community_id": code, "residents": number}
        for (period, code), number in sorted(rows.items())
    ]
    if told:
        bind.execute(sa.text(ADD), told)


def _moves(bind: sa.Connection, zone: ZoneInfo) -> Iterator[tuple[str, str, int]]:
    """Yield how many more residents a community has from which month on.

    It is the first month at whose end the move counts: what is learned later than 31 days after a month is too late.
    """
    if bind.dialect.name == "postgresql":
        # There everybody who writes waits meanwhile: the server adds up a whole city in a second or two.
        for code, month, number in bind.execute(sa.text(OF_MONTHS), {"zone": zone.key}):
            yield code, month, int(number)
        return
    found = sa.text(MOVES).columns(
        sa.column("community_id"), day=sa.Date(), known_at=sa.DateTime(), number=sa.Integer()
    )
    for code, day, known_at, number in bind.execute(found):
        known_on = known_at.replace(tzinfo=UTC).astimezone(zone).date()
        yield code, f"{max(day, known_on - timedelta(days=FROZEN_AFTER_DAYS)):%Y-%m}", number


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (key := f"{year:04}-{month:02}") <= last:
        yield key
        year, month = year + month // 12, month % 12 + 1


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, _event, _added) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION note_{name}()")
    for table in ("residence_changes", "standing_changes", "community_sums"):
        op.drop_table(table)
