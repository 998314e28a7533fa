"""Processes that are started to be killed, and never outlive the run that started them."""

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

UNPRIVILEGED = "postgres"
SECONDS_TO_END = 20
PR_SET_CHILD_SUBREAPER = 36
REAP_EVERY = 0.1


def as_nobody_special(command: Sequence[str]) -> list[str]:
    """Return ``command`` as a user who owns nothing would run it; it ends with whoever started it."""
    prefix = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() == 0:
        prefix += [f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", "--init-groups"]
    return [*prefix, *command]


def free_port() -> int:
    """Return a port on which nobody listens, at none of the machine's own addresses."""
    with socket.create_server(("", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@dataclass
class Program:
    """One program with its command, its environment and the file its output goes to; it may be started again."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    folder: str = "/"
    unprivileged: bool = True
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, in a session of its own. Only the main thread may: it ends with the thread that started it."""
        command = as_nobody_special(self.command) if self.unprivileged else list(self.command)
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                command, env={**os.environ, **self.environ}, cwd=self.folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def pids(self) -> list[int]:
        """The process itself; none, if it does not run."""
        lives = self.running is not None and self.running.poll() is None
        return [self.running.pid] if lives and self.running else []


def parents() -> dict[int, int]:
    """Return the parent of each process of this machine that has not ended."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def descended_from(roots: Sequence[int]) -> list[int]:
    """Return these processes and all that they and theirs started."""
    known, tree = list(roots), parents()
    for one in known:
        known += [child for child, parent in tree.items() if parent == one]
    return known


def send(pids: Sequence[int], what: signal.Signals) -> None:
    """Send a signal to each of them that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def stop_still(roots: Sequence[int]) -> list[int]:
    """Let these processes and all theirs stand still; return them. Parents first: who stands still starts none."""
    stopped: list[int] = []
    while more := [one for one in descended_from(roots) if one not in stopped]:
        send(more, signal.SIGSTOP)
        stopped += more
    return stopped


def kill(roots: Sequence[int]) -> None:
    """End these processes and all theirs at one moment, with the signal that nobody can answer."""
    doomed = stop_still(roots)
    send(doomed, signal.SIGKILL)
    until = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < until and set(doomed) & parents().keys():
        time.sleep(0.01)


@contextmanager
def nothing_left_behind(programs: Sequence[Program]) -> Iterator[None]:
    """Take in whatever the programs leave without a parent, and end it all at the end, however that comes.

    The list may grow meanwhile. A signal that ends processes ends this one in order.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _frame: _end_in_order(number))
    ended = threading.Event()
    reaper = threading.Thread(target=_reap, args=(programs, ended), daemon=True)
    reaper.start()
    try:
        yield
    finally:
        ended.set()
        reaper.join()
        own = os.getpid()
        while left := [one for one in descended_from([own]) if one != own]:
            send(left, signal.SIGKILL)
            _bury(())
            time.sleep(0.01)


def _end_in_order(number: int) -> None:
    """End as a program does that was told to."""
    raise SystemExit(128 + number)


def _reap(programs: Sequence[Program], ended: threading.Event) -> None:
    """Bury the dead that nobody waits for: Patroni would take a dead PostgreSQL for one that runs."""
    while not ended.wait(REAP_EVERY):
        _bury([one.running.pid for one in programs if one.running is not None])


def _bury(waited_for: Sequence[int]) -> None:
    for child in _children():
        with suppress(OSError, ChildProcessError):
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z" and child not in waited_for:
                os.waitpid(child, os.WNOHANG)


def _children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found
