"""How many requests a second a server answers, each kind beside the others in the same seconds."""

import socket
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ROUNDS = 9
SECONDS = 0.5
WARM_UP = 40


@dataclass
class Shot:
    """One kind of request, sent again and again on a connection that is kept.

    ``made`` returns the bytes of the next request: the same ones, or a form with an id of its own. An answer with
    another status than ``status`` ends the run: a figure of errors is none.
    """

    port: int
    made: Callable[[], bytes]
    status: int = 200
    _connection: socket.socket | None = field(default=None, repr=False)

    def fire(self) -> bytes:
        """Send one request and read its answer to the end; return its body as it travelled."""
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(self.made())
        head, _, body = self._until_head()
        length = next(
            int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"
        )
        while len(body) < length:
            body += self._more()
        if head[9:12] != str(self.status).encode():
            raise SystemExit(f"{self.made()[:200]!r} was answered with {head!r} {body[:2000]!r}")
        return body

    def _until_head(self) -> tuple[bytes, bytes, bytes]:
        found = b""
        while b"\r\n\r\n" not in found:
            found += self._more()
        return found.partition(b"\r\n\r\n")

    def _more(self) -> bytes:
        assert self._connection is not None
        received = self._connection.recv(65536)
        if not received:
            raise SystemExit("The server closed the connection.")
        return received


def get(port: int, path: str, cookies: Mapping[str, str] | None = None, status: int = 200) -> Shot:
    """Return a page opened as a browser does; ``cookies`` by name."""
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        "Accept-Encoding: gzip, br\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
        "User-Agent: Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/88.0 MicroMessenger/8.0\r\n"
        f"{_cookie_line(cookies)}\r\n"
    ).encode()
    return Shot(port, lambda: asked, status)


def post(
    port: int,
    path: str,
    body: Callable[[], bytes],
    cookies: Mapping[str, str] | None = None,
    status: int = 302,
) -> Shot:
    """Return a form sent as a browser does; ``body`` makes the next form's bytes, urlencoded."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        "Accept-Encoding: gzip, br\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"{_cookie_line(cookies)}"
    )

    def made() -> bytes:
        sent = body()
        return f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent

    return Shot(port, made, status)


def _cookie_line(cookies: Mapping[str, str] | None) -> str:
    line = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    return f"Cookie: {line}\r\n" if line else ""


def side_by_side(
    shots: Mapping[str, Shot], rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, list[float]]:
    """Return, for each shot, its answers a second in every round; a round fires all shots in turn."""
    for shot in shots.values():
        for _ in range(WARM_UP):
            shot.fire()
    rates: dict[str, list[float]] = {name: [] for name in shots}
    for _ in range(rounds):
        for name, shot in shots.items():
            rates[name].append(_rate(shot, seconds))
    return rates


def _rate(shot: Shot, seconds: float) -> float:
    began, count = time.perf_counter(), 0
    while (now := time.perf_counter()) < began + seconds:
        shot.fire()
        count += 1
    return count / (now - began)


def ratio(measured: list[float], bare: list[float]) -> float:
    """Return the median of the ratios of the rounds: what slowed a round down slowed both of its halves."""
    return statistics.median(one / other for one, other in zip(measured, bare, strict=True))


def beside(measured: list[float], bare: list[float]) -> str:
    """Return the two rates in words."""
    return f"{statistics.median(measured):,.0f}/s and {statistics.median(bare):,.0f}/s"
