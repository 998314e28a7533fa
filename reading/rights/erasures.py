"""The list of who was erased, outside the database: a backup put back brings nobody back whom it names.

A line holds when, what ("resident" or "account") and the row's random id, no name. It is written, and known to be
on disk, before the erasure is committed: whoever stands on the list and still exists is erased on the next run. A
line that a crash cut short is no line: what it was written for was not committed. All machines share the one file:
who writes holds its lock, for over NFS two who append at once write over each other.
"""

import fcntl
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app

RESIDENT, ACCOUNT = "resident", "account"
LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (resident|account) ([0-9a-f-]{36})")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Erased:
    """One line: which row was erased, and when."""

    kind: str
    id: uuid.UUID
    at: datetime

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):{MOMENT}} {self.kind} {self.id}"


def path() -> Path:
    """Return where the list is kept (``ERASURES_FILE``)."""
    found: Path = current_app.config["ERASURES_FILE"]
    return found


def add(lines: Iterable[Erased]) -> None:
    """Write the lines and wait until they are on disk. Raises ``OSError`` when they cannot be kept."""
    text = "".join(f"{line}\n" for line in lines).encode()
    path().parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # Not lockf: it does not part the threads of a process. Over NFS both are the same lock at the server.
        fcntl.flock(file, fcntl.LOCK_EX)
        if _was_cut_short(file):
            text = b"\n" + text
        if os.write(file, text) != len(text):
            raise OSError("the list of erasures could not be written whole")
        os.fsync(file)
    finally:
        os.close(file)
    folder = os.open(path().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _was_cut_short(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def listed() -> Iterator[Erased]:
    """Yield the lines in the order they were written; none while there is no list."""
    if not path().exists():
        return
    for text in path().read_text(encoding="ascii", errors="replace").splitlines():
        read = _read(text)
        if read is not None:
            yield read


def _read(text: str) -> Erased | None:
    match = LINE.fullmatch(text)
    try:
        moment = datetime.strptime(match[1], MOMENT).replace(tzinfo=UTC) if match else None
        return Erased(match[2], uuid.UUID(match[3]), moment) if match and moment else None
    except ValueError:
        return None


def holds(row_id: uuid.UUID) -> bool:
    """Tell whether the list names this row."""
    return any(line.id == row_id for line in listed())
