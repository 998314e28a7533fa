"""Who left counts no more as a reader in the periods that were not over then, as they do not as a resident

Revision ID: 0028
Revises: 0027
"""

from datetime import UTC

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

LEFT = sa.text("left_in IS NOT NULL")
STANDING = "INSERT INTO standing_changes (community_id, period, readers, points, pages, books, days) "


def _is_out(row: str, period: str) -> str:
    """Keys of periods and of the month somebody left in compare as texts, a year with the month's year."""
    over = f"({period} = 'all' OR {period} >= substr({row}left_in, 1, length({period})))"
    return f"({row}left_at IS NOT NULL AND {row}left_in IS NOT NULL AND {over})"


def _is_of_who_left(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM residents WHERE id = {row}.resident_id AND {_is_out('', f'{row}.period')})"


def _standing(row: str, sign: str, readers: str) -> str:
    return f"""{STANDING} VALUES ({row}.community_id, {row}.period, {readers}, {sign}{row}.points, {sign}{row}.pages,
        {sign}{row}.books, {sign}{row}.days);"""


def _moved(readers: str) -> str:
    return f"""{STANDING} VALUES (NEW.community_id, NEW.period, {readers},
        NEW.points - OLD.points, NEW.pages - OLD.pages, NEW.books - OLD.books, NEW.days - OLD.days);"""


def _of_standings(begun: str, moved: str, gone: str) -> dict[str, tuple[str, str]]:
    """Return, by the trigger's name, its event and what it adds: each readers' number told."""
    return {
        "standings_begun": ("INSERT", _standing("NEW", "", begun)),
        "standings_moved": ("UPDATE OF points, pages, books, days", _moved(moved)),
        "standings_gone": ("DELETE", _standing("OLD", "-", gone)),
    }


# The resident is looked for only where somebody begins or ceases to read in a period: seldom, and by their id.
AS_BEFORE = "(NEW.days > 0) = (OLD.days > 0)"
CROSSED = f"CASE WHEN {_is_of_who_left('NEW')} THEN 0 WHEN NEW.days > 0 THEN 1 ELSE -1 END"
NOW = _of_standings(
    f"CASE WHEN NEW.days <= 0 THEN 0 WHEN {_is_of_who_left('NEW')} THEN 0 ELSE 1 END",
    f"CASE WHEN {AS_BEFORE} THEN 0 ELSE {CROSSED} END",
    f"CASE WHEN OLD.days <= 0 THEN 0 WHEN {_is_of_who_left('OLD')} THEN 0 ELSE -1 END",
)
# PostgreSQL would open the residents for every record, looked for or not.
MOVED_ON_POSTGRESQL = f"IF {AS_BEFORE} THEN {_moved('0')} ELSE {_moved(CROSSED)} END IF;"
BEFORE = _of_standings(
    "CASE WHEN NEW.days > 0 THEN 1 ELSE 0 END",
    "CASE WHEN NEW.days > 0 THEN 1 ELSE 0 END - CASE WHEN OLD.days > 0 THEN 1 ELSE 0 END",
    "CASE WHEN OLD.days > 0 THEN -1 ELSE 0 END",
)
# Who leaves, or takes that back: their standings stay, and count a reader less, or again.
OF_RESIDENTS = f"""{STANDING} SELECT community_id, period, CASE WHEN {_is_out("OLD.", "period")} THEN 1 ELSE -1 END, 0, 0, 0, 0
    FROM standings WHERE resident_id = NEW.id AND days > 0
    AND {_is_out("OLD.", "period")} <> {_is_out("NEW.", "period")};"""


def upgrade() -> None:
    op.add_column("residents", sa.Column("left_in", sa.String(length=7), nullable=True))
    op.create_index(
        "ix_residents_left_in", "residents", ["left_in"], sqlite_where=LEFT, postgresql_where=LEFT
    )
    _follow_standings(NOW)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_function("standings_moved", MOVED_ON_POSTGRESQL))
    _follow("residents_counted", "residents", "UPDATE OF left_at, left_in", OF_RESIDENTS)
    _tell_when_they_left()


def _follow_standings(triggers: dict[str, tuple[str, str]]) -> None:
    for name, (event, added) in triggers.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            _follow(name, "standings", event, added)
        else:
            op.execute(_function(name, added))


def _follow(name: str, table: str, event: str, added: str) -> None:
    on = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{on} BEGIN {added} END")
        return
    op.execute(_function(name, added))
    op.execute(f"{on} EXECUTE FUNCTION note_{name}()")


def _function(name: str, added: str) -> str:
    returned = f"CREATE OR REPLACE FUNCTION note_{name}() RETURNS trigger LANGUAGE plpgsql"
    return f"{returned} AS $$ BEGIN {added} RETURN NULL; END $$"


def _tell_when_they_left() -> None:
    """Write down in which of the city's months those left who are not erased yet: the sums follow by themselves."""
    zone, bind = current_app.config["CITY_TIMEZONE"], op.get_bind()
    residents = sa.table(
        "residents", sa.column("id"), sa.column("left_at", sa.DateTime()), sa.column("left_in")
    )
    found = bind.execute(
        sa.select(residents.c.id, residents.c.left_at).where(residents.c.left_at.is_not(None))
    )
    told = [
        {"who": one, "month": f"{left_at.replace(tzinfo=UTC).astimezone(zone):%Y-%m}"}
        for one, left_at in found
    ]
    if told:
        changed = sa.update(residents).where(residents.c.id == sa.bindparam("who"))
        bind.execute(changed.values(left_in=sa.bindparam("month")), told)


def downgrade() -> None:
    op.execute("UPDATE residents SET left_in = NULL WHERE left_in IS NOT NULL")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER residents_counted" + ("" if is_sqlite else " ON residents"))
    if not is_sqlite:
        op.execute("DROP FUNCTION note_residents_counted()")
    _follow_standings(BEFORE)
    op.drop_index("ix_residents_left_in", "residents")
    op.drop_column("residents", "left_in")
