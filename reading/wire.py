"""Statements that travel to PostgreSQL together: there and back once, however many they are.

For :mod:`reading.plain` alone. A cursor of the driver goes there and back with each statement, once more to begin and
once to commit, and reads the text of a long one anew each time. Here each text is prepared once on each connection,
and libpq's pipeline carries all that need not wait for each other.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection, OperationalError, errors, generators, pq
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer

FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)
_numbers = itertools.count()


class Wired(NamedTuple):
    """A statement as the server takes it: its name, its text with numbered places, and what is told in each."""

    name: bytes
    text: bytes
    order: tuple[str, ...]


class Spoken:
    """What a connection has prepared already, and how it writes and reads values."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.prepared: set[bytes] = set()
        self.values: Any = Transformer(connection)


def wired(text: str) -> Wired:
    """Return a statement whose places are written ``%(name)s``."""
    order: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${order.setdefault(found[1], len(order) + 1)}"

    numbered_text = re.sub(r"%(?:%|\((\w+)\)s)", numbered, text)
    return Wired(f"plain_{next(_numbers)}".encode(), numbered_text.encode(), tuple(order))


def send(
    connection: Connection[Any], spoken: Spoken, statements: Sequence[tuple[Wired, Sequence[Any]]],
    *, begin: bytes | None, commits: bool,
) -> list[list[tuple[Any, ...]]]:  # fmt: skip
    """Run the statements in this order and return the rows of each; with each goes what it is told, in its order.

    ``begin`` is run before them, and ``COMMIT`` after them if this ``commits``. What comes after one that failed is
    not run. Raises the driver's errors.
    """
    pgconn = connection.pgconn
    pgconn.enter_pipeline_mode()
    try:
        expected = list(_put(pgconn, spoken, statements, begin, commits))
        pgconn.pipeline_sync()
        results = connection.wait(_answers(pgconn))
    finally:
        if pgconn.status == pq.ConnStatus.OK:
            pgconn.exit_pipeline_mode()
    # Prepared for good, whatever became of the statements beside it.
    spoken.prepared.update(
        kind
        for kind, result in zip(expected, results, strict=True)
        if isinstance(kind, bytes) and result.status == pq.ExecStatus.COMMAND_OK
    )
    for result in results:
        if result.status in FAILED:
            raise errors.error_from_result(result, connection.info.encoding)
    return [_rows(spoken.values, one) for kind, one in zip(expected, results, strict=True) if kind is ROWS]


ROWS = object()


def _put(
    pgconn: Any, spoken: Spoken, statements: Sequence[tuple[Wired, Sequence[Any]]],
    begin: bytes | None, commits: bool,
) -> Iterator[object]:  # fmt: skip
    """Hand everything to libpq; yield what each answer will be: a name that is prepared then, rows, or nothing."""
    if begin is not None:
        pgconn.send_query_params(begin, None)
        yield None
    preparing: set[bytes] = set()
    for one, told in statements:
        if one.name not in spoken.prepared and one.name not in preparing:
            preparing.add(one.name)
            pgconn.send_prepare(one.name, one.text)
            yield one.name
        pgconn.send_query_prepared(one.name, spoken.values.dump_sequence(told, [PyFormat.TEXT] * len(told)))
        yield ROWS
    if commits:
        pgconn.send_query_params(b"COMMIT", None)
        yield None


def _answers(pgconn: Any) -> PQGen[list[Any]]:
    """Wait for every answer up to the end of what was sent."""
    yield from generators.send(pgconn)
    found: list[Any] = []
    while True:
        result = yield from generators.fetch(pgconn)
        if result is None:
            if pgconn.status != pq.ConnStatus.OK:
                raise OperationalError("the connection was lost")
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _rows(values: Any, result: Any) -> list[tuple[Any, ...]]:
    if not result.nfields:
        return []
    values.set_pgresult(result)
    return values.load_rows(0, result.ntuples, tuple)
