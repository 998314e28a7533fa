"""An app served as ``make run`` serves it, and a phone that speaks to it."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import config
from tests.as_served import AS_SERVED
from tests.ports import held_port, port_of

SECONDS_TO_START = 30
WORKERS = 2


@contextmanager
def served(factory: str, environ: Mapping[str, str], workers: int = WORKERS) -> Iterator[int]:
    """Serve ``factory`` (``reading:create_app``) with so many workers; yields the port."""
    held = held_port()
    port = port_of(held)
    granian = str(Path(sys.executable).parent / "granian")
    asked = ["--interface", "wsgi", "--factory", factory, "--host", "127.0.0.1", "--port", str(port)]
    asked += ["--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--no-access-log"]
    process = subprocess.Popen(
        [granian, *asked, "--workers-kill-timeout", "5"],
        cwd=config.ROOT, env={**os.environ, **AS_SERVED, **environ}, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if environ.get("READING_LOG") == "json" else None,
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        held.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            if Phone(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


@dataclass
class Answer:
    """What came back: ``body`` unpacked, ``size`` as it travelled."""

    status: int
    body: bytes
    size: int
    location: str = ""

    @property
    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)


class Phone:
    """One browser with its cookies, on one connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str, encoding: str = "gzip") -> Answer:
        """Open a page; a form's token on it is kept for what is sent next."""
        answer = self._ask("GET", path, None, {"Accept-Encoding": encoding})
        found = re.search(rb'name="csrf_token" value="([^"]+)"', answer.body)
        self.token = found[1].decode() if found else self.token
        return answer

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        body = urlencode({**fields, "csrf_token": self.token}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, data: Any) -> Answer:
        """Send data as a page's script does."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token, "Accept-Encoding": "gzip"}
        return self._ask("POST", path, json.dumps(data).encode(), headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {**headers, "Cookie": cookie})
        response = self.connection.getresponse()
        raw = response.read()
        self._keep_cookies(response)
        packed = response.headers.get("Content-Encoding") == "gzip"
        location = response.headers.get("Location", "")
        return Answer(response.status, gzip.decompress(raw) if packed else raw, len(raw), location)

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value

    def sign_in(self, phone: str, password: str) -> "Phone":
        """Sign in with the page."""
        self.get("/sign-in")
        answer = self.post("/sign-in", {"phone": phone, "password": password})
        if answer.status != 302:
            raise SystemExit(f"Signing in was answered with {answer.status}.")
        self.get("/me")
        return self
