"""The service as real processes that can be killed: two workers, as ``make run`` starts them."""

import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import config
from tests.as_served import AS_SERVED
from tests.ports import held_port, port_of

WORKERS = 2
SECONDS_TO_START = 60
SECONDS_TO_END = 15
NANOSECONDS = 1_000_000_000


class Server:
    """Workers on a port of their own, on the database the environment names."""

    def __init__(
        self, environ: Mapping[str, str], factory: str = "reading:create_app", number: int = WORKERS
    ) -> None:
        self.environ, self.factory, self.number = environ, factory, number
        held = held_port()
        weakref.finalize(self, held.close)
        self.port = port_of(held)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; return after how many seconds it was ready, less those in which it waited for a processor."""
        granian = str(Path(sys.executable).parent / "granian")
        asked = ["--interface", "wsgi", "--factory", self.factory, "--host", "127.0.0.1"]
        asked += ["--port", str(self.port), "--workers", str(self.number), "--blocking-threads", "1"]
        began = time.monotonic()
        self.process = subprocess.Popen(
            [granian, *asked, "--no-ws", "--no-access-log"],
            cwd=config.ROOT, env={**os.environ, **AS_SERVED, **self.environ}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while time.monotonic() < began + SECONDS_TO_START:
            if self._is_ready():
                return time.monotonic() - began - self._waited()
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def _is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _waited(self) -> float:
        """How long others had the processors: while granian began, and while the sooner of its workers did."""
        assert self.process is not None
        return _waited(self.process.pid) + min(map(_waited, self.workers()))

    def kill(self) -> None:
        """End all its processes at once with a signal none of them can answer."""
        assert self.process is not None
        workers = self.workers()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while any(_lives(one) for one in workers):
            time.sleep(0.01)

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()

    def workers(self) -> list[int]:
        """Return the process ids of what granian started."""
        assert self.process is not None
        return _children(self.process.pid)


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(one) for one in found]


def _waited(process: int) -> float:
    _ran, waited, _times = Path(f"/proc/{process}/schedstat").read_text().split()
    return int(waited) / NANOSECONDS


def _lives(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
