"""PostgreSQL itself fails where a record is written: its error comes through the driver, and ends the transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reading.extensions import db

# When the server says it: with the record, or only when all of it is to be committed.
AT_ONCE, AT_COMMIT = "IMMEDIATE", "DEFERRED"
EVERY_TIME = 1_000_000


@contextmanager
def raising(sqlstate: str, moment: str, times: int = EVERY_TIME) -> Iterator[Callable[[], int]]:
    """Let so many records be refused with this error; yields what returns how many were tried until now.

    They are counted by a sequence: it is the one thing that a transaction which is undone leaves behind.
    """
    _do(
        "CREATE SEQUENCE tries MINVALUE 0",
        "SELECT nextval('tries')",
        f"""
        CREATE FUNCTION refuse_a_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('tries') <= {times} THEN
                RAISE EXCEPTION 'refused by a test' USING ERRCODE = '{sqlstate}';
            END IF;
            RETURN NULL;
        END $$
        """,
        f"""
        CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON log_entries DEFERRABLE INITIALLY {moment}
        FOR EACH ROW EXECUTE FUNCTION refuse_a_record()
        """,
    )
    try:
        yield _tried
    finally:
        _do("DROP FUNCTION refuse_a_record CASCADE", "DROP SEQUENCE tries")


def _do(*statements: str) -> None:
    # What the test looked at last holds the table; who changes it would wait for that.
    db.session.remove()
    with db.engine.begin() as connection:
        for one in statements:
            connection.exec_driver_sql(one)


def _tried() -> int:
    with db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT last_value FROM tries").scalar_one())
