"""What an error of the database means: somebody was faster, nobody is there, or there is no room."""

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, TimeoutError

from reading.late import Late

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = Late("psycopg")

# PostgreSQL's codes for a serialization failure, a deadlock, and a row that goes while another is written to name it.
RACED_SQLSTATES = ("40001", "40P01", "23503")
# What PostgreSQL says while it goes, or comes: shut down, crashed, starting up; no word of how a commit ended; no
# primary any more (25006), or too many want to connect (53300).
READ_ONLY_SQLSTATE = "25006"
NO_TABLE_SQLSTATE = "42P01"
GONE_SQLSTATES = ("57P01", "57P02", "57P03", "57P05", "40003", READ_ONLY_SQLSTATE, "53300")
CONNECTION_SQLSTATES = "08"
# For a while only, too: no memory, a lock not to be had.
BUSY_SQLSTATES = ("40001", "40P01", "53200", "55P03")
BUSY_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN)
# What the databases say when the disk takes no more: full, over a quota, over a limit.
NO_ROOM_SQLSTATES = ("53100",)
NO_ROOM_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def raced(error: DBAPIError) -> bool:
    """Tell whether ``error`` only says that somebody was faster: the same again may succeed at once."""
    return _sqlstate(error) in RACED_SQLSTATES


def lost(error: BaseException) -> bool:
    """Tell whether the database went away before it answered: what was asked is done, or not, and nobody knows."""
    if not isinstance(error, DBAPIError):
        return False
    code = _sqlstate(error)
    if error.connection_invalidated or code in GONE_SQLSTATES or code.startswith(CONNECTION_SQLSTATES):
        return True
    # A connection that was never made has no code.
    is_sqlite = isinstance(error.orig, sqlite3.Error)
    return code == "" and not is_sqlite and isinstance(error.orig, psycopg.OperationalError)


def passes(error: BaseException) -> bool:
    """Tell whether ``error`` is one of a database that cannot answer just now, and will by itself."""
    if isinstance(error, TimeoutError):  # each connection of the pool is in use
        return True
    if not isinstance(error, DBAPIError):
        return False
    return lost(error) or _sqlstate(error) in BUSY_SQLSTATES or _sqlite_code(error) in BUSY_SQLITE


def has_no_room(error: BaseException) -> bool:
    """Tell whether ``error`` says that nothing can be written just now, because the disk takes no more."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlstate(error) in NO_ROOM_SQLSTATES or _sqlite_code(error) in NO_ROOM_SQLITE


def is_read_only(error: BaseException) -> bool:
    """Tell whether ``error`` says that the database can be read only: a disk that failed, or a standby."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlstate(error) == READ_ONLY_SQLSTATE or _sqlite_code(error) == sqlite3.SQLITE_READONLY


def misses_a_table(error: DBAPIError) -> bool:
    """Tell whether ``error`` says that there is no such table: the migrations never ran on this database."""
    # SQLite has no code of its own for it.
    return _sqlstate(error) == NO_TABLE_SQLSTATE or str(error.orig).startswith("no such table")


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _sqlite_code(error: DBAPIError) -> int | None:
    """The lowest byte is the error; what lies above it says which kind of it."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
