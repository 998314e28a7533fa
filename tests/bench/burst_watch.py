"""What the service takes of the machine while it is under load: memory of each worker, and the log written ahead."""

import os
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from reading.extensions import db
from tests.bench.city import SQLITE, Bench

EVERY = 0.5
MEGABYTE = 1_000_000


class Watch:
    """Looks every half second, from the start to the end of a ``with``.

    ``wal`` is the most bytes the log written ahead has held; ``memory`` what each worker held at the end, in bytes,
    ``most_memory`` the most any has held.
    """

    def __init__(self, port: int, bench: Bench) -> None:
        self.workers = _workers(port)
        self.file = Path(f"{db.engine.url.database}-wal") if bench.database == SQLITE else None
        self.wal = self.most_memory = 0
        self.memory: list[int] = []
        self.ended = Event()
        self.thread = Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.ended.wait(EVERY):
            if self.file and self.file.exists():
                self.wal = max(self.wal, self.file.stat().st_size)
            self.memory = [_resident(one) for one in self.workers]
            self.most_memory = max([self.most_memory, *self.memory])

    def cpu(self) -> float:
        """Return the seconds of CPU that the workers have taken so far."""
        ticks = 0
        for one in self.workers:
            words = _read(Path("/proc") / str(one) / "stat").rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12]) if words else 0
        return ticks / os.sysconf("SC_CLK_TCK")


def _workers(port: int) -> list[int]:
    """Return the processes of the server on ``port`` that answer: those another of them started."""
    ours = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            told = _read(process / "cmdline")
            if f"\0--port\0{port}\0" in told or f"--port {port}" in told:
                ours[int(process.name)] = int(_read(process / "stat").rpartition(")")[2].split()[1])
    children = [one for one, parent in ours.items() if parent in ours]
    return children or _children_of(set(ours))


def _children_of(parents: set[int]) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            stat = _read(process / "stat").rpartition(")")[2].split()
            if stat and int(stat[1]) in parents and "resource_tracker" not in _read(process / "cmdline"):
                found.append(int(process.name))
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""


def _resident(process: int) -> int:
    words = _read(Path("/proc") / str(process) / "statm").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") if words else 0
