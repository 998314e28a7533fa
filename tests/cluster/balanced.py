"""Two app processes behind a real HAProxy that sends each request to the other one than the last."""

import shutil
import subprocess
import time
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import Client

from tests.cluster.node import CLOCK
from tests.durability.server import Server
from tests.durability.town import Town
from tests.pages import Visitor
from tests.ports import held_port, port_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NODE = "tests.cluster.node:create_app"
SERVED_BY = "X-Served-By"
SECONDS_TO_START = 60
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")
CONFIGURATION = """
global
    maxconn 200
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    timeout check 30s
    retries 2
    option redispatch
frontend city
    bind 127.0.0.1:{port}
    default_backend app
backend app
    balance roundrobin
    option httpchk GET /healthz
    http-response set-header {header} %[srv_name]
    default-server check inter 200ms fall 1 rise 1
{servers}
"""


def haproxy() -> str:
    """Return the program; ``.ci/needs haproxy`` sees to it that it is there."""
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    assert found, "HAProxy is needed: sh .ci/needs haproxy"
    return found


class Cluster:
    """What stands behind ``port``: the servers, each with a clock of its own."""

    def __init__(self, town: Town, folder: Path, names: Iterable[str]) -> None:
        self.town, self.folder = town, folder
        self.callers: list[Caller] = []
        self.servers = {
            name: Server({**town.environ, CLOCK: str(self._clock(name))}, NODE, 1) for name in names
        }
        held = held_port()
        weakref.finalize(self, held.close)
        self.port = port_of(held)

    def _clock(self, name: str) -> Path:
        return self.folder / f"{name}.clock"

    def set_clocks(self, passed: float = 0.0, **wrong_by: float) -> None:
        """Let so many seconds have passed, and the clocks of these servers be so far ahead."""
        for name in self.servers:
            self._clock(name).write_text(f"{wrong_by.get(name, 0.0)} {passed}")

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Start everything; yields when each server is there."""
        self.set_clocks()
        lines = [f"    server {name} 127.0.0.1:{one.port}" for name, one in self.servers.items()]
        configuration = self.folder / "haproxy.cfg"
        configuration.write_text(
            CONFIGURATION.format(port=self.port, header=SERVED_BY, servers="\n".join(lines))
        )
        proxy = subprocess.Popen([haproxy(), "-db", "-f", str(configuration)], stderr=subprocess.DEVNULL)
        try:
            for one in self.servers.values():
                one.start()
            self.wait_for_all()
            yield self
        finally:
            for one in self.servers.values():
                one.stop()
            proxy.terminate()
            proxy.wait()

    def wait_for_all(self) -> None:
        """Return once the proxy sends requests to each server."""
        until = time.monotonic() + SECONDS_TO_START
        while {self._asked() for _time in self.servers} != self.servers.keys():
            assert time.monotonic() < until, "not every server is there"
            time.sleep(0.05)

    def _asked(self) -> str | None:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection, suppress(OSError):
            connection.request("GET", "/healthz")
            return connection.getresponse().getheader(SERVED_BY)
        return None

    def caller(self, language: str = "en") -> "Caller":
        """Return somebody's browser, outside."""
        self.callers.append(Caller(self.town.app, self.port, language))
        return self.callers[-1]

    def end_calls(self) -> None:
        """Let every browser hang up."""
        while self.callers:
            self.callers.pop().connection.close()


class Caller(Visitor):
    """A browser that speaks to the cluster.

    ``served_by`` tells which server answered each request, ``wrote_to`` which ones took what was sent to a path.
    """

    def __init__(self, app: Flask, port: int, language: str) -> None:
        super().__init__(app, language)
        self.served_by: list[str] = []
        self.wrote_to: defaultdict[str, set[str]] = defaultdict(set)
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.client = Client(self._pass_on)  # type: ignore[assignment]

    def _pass_on(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        try:
            return self._ask(environ, start_response)
        except (OSError, HTTPException):
            self.connection.close()
            raise

    def _ask(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        # A name in it is written as a browser writes it.
        query = quote(environ.get("QUERY_STRING", ""), safe="%=&+/:", encoding="latin-1")
        path = environ["PATH_INFO"].encode("latin-1").decode()
        sent = environ["wsgi.input"].read()
        self.connection.request(
            environ["REQUEST_METHOD"], quote(path) + (f"?{query}" if query else ""), sent, _headers(environ)
        )
        answer = self.connection.getresponse()
        told = answer.read()
        self.served_by.append(answer.headers.get(SERVED_BY, ""))
        if environ["REQUEST_METHOD"] == "POST":
            self.wrote_to[path].add(self.served_by[-1])
        headers = [one for one in answer.headers.items() if one[0].lower() not in HOP_BY_HOP]
        start_response(f"{answer.status} {answer.reason}", headers)
        return [told]


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        found["Content-Type"] = environ["CONTENT_TYPE"]
    return found
