"""A large city as these tests draw it: small, but most of its people share drawn lives."""

from sqlalchemy import text

from reading import passwords
from reading.extensions import db
from reading.sample.actions import load
from reading.sample.city import Size
from tests.kept import let_go
from tests.sample.drawn import PASSWORD, TODAY

SIZE = Size(residents=1500, logs=12_000, seed=3, today=TODAY)
BY_HAND = 100


def draw(size: Size = SIZE) -> None:
    let_go()
    load(size, lambda: PASSWORD, passwords.hash_of, by_hand=BY_HAND)


def objects() -> set[tuple[str, str, str]]:
    """Every index, constraint, trigger and temporary table, by its table, name and definition."""
    if db.engine.dialect.name == "sqlite":
        kept = (
            "SELECT tbl_name, name, coalesce(sql, '') FROM sqlite_master"
            " UNION SELECT tbl_name, name, '' FROM temp.sqlite_master"
        )
    else:
        kept = ("SELECT tablename, indexname, indexdef FROM pg_indexes"
                " WHERE tablename LIKE 'crowd%' OR schemaname = 'public'"
                " UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace"
                " UNION SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
                " WHERE NOT tgisinternal")  # fmt: skip
    return {(table, name, definition) for table, name, definition in db.session.execute(text(kept))}
