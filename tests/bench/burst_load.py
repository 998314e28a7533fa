"""Sends requests when they are due, not when the one before was answered, and counts the waiting from then on.

One process with plain sockets: what it takes of the machine is small beside the service.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.burst_plan import Step

CONNECTIONS = 256
# Whoever has not been answered by then is counted as lost.
PATIENCE = 30.0
HEAD_ENDS, LENGTH = b"\r\n\r\n", b"\r\ncontent-length:"
NO_ANSWER = 0


@dataclass(slots=True)
class Sent:
    """One request: what it was, and what came back. ``seconds`` is counted from when it was due."""

    step: Step
    key: str
    status: int = NO_ANSWER
    seconds: float = PATIENCE


class Connection(asyncio.Protocol):
    """One kept connection, on which one request at a time is answered."""

    def __init__(self, load: "Load") -> None:
        self.load = load
        self.sent: Sent | None = None
        self.received = b""
        self.ends = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, sent: Sent, request: bytes) -> None:
        """Send a request."""
        self.sent, self.received, self.ends = sent, b"", -1
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.received = self.received + data if self.received else data
        if self.ends < 0:
            head = self.received.find(HEAD_ENDS)
            if head < 0:
                return
            at = self.received[:head].lower().find(LENGTH)
            length = int(self.received[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.ends = head + len(HEAD_ENDS) + length
        if len(self.received) >= self.ends and self.sent is not None:
            self.load.answered(self, self.sent, int(self.received[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self.load.lost(self)


class Load:
    """Plays a plan against a port; ``made`` makes the bytes of a step and names the record it asks for."""

    def __init__(self, port: int, made: Callable[[Step], tuple[str, bytes]]) -> None:
        self.port, self.made = port, made
        self.sent: list[Sent] = []
        self.free: list[Connection] = []
        self.connections: list[Connection] = []
        self.replacing: set[asyncio.Future[None]] = set()
        self.ended = False
        self.waiting: deque[tuple[Sent, bytes]] = deque()
        self.began = 0.0
        self.open = 0
        self.most_waiting = 0

    async def play(self, plan: Sequence[Step]) -> list[Sent]:
        """Send every step when it is due; return what came of each."""
        for _ in range(CONNECTIONS):
            self.free.append(await self._connected())
        self.began = time.perf_counter()
        for step in plan:
            wait = step.due - (time.perf_counter() - self.began)
            if wait > 0:
                await asyncio.sleep(wait)
            elif len(self.sent) % 16 == 0:
                await asyncio.sleep(0)
            self._send(step)
        until = time.perf_counter() + PATIENCE
        while self.open and time.perf_counter() < until:
            await asyncio.sleep(0.05)
        self.ended = True
        for connection in self.connections:
            connection.transport.close()
        await asyncio.sleep(0.05)
        return self.sent

    def _send(self, step: Step) -> None:
        key, request = self.made(step)
        sent = Sent(step, key)
        self.sent.append(sent)
        self.open += 1
        if self.free:
            self.free.pop().ask(sent, request)
        else:
            self.waiting.append((sent, request))
            self.most_waiting = max(self.most_waiting, len(self.waiting))

    def answered(self, connection: Connection, sent: Sent, status: int) -> None:
        """Note an answer; the connection takes the next who waits."""
        sent.status, sent.seconds = status, time.perf_counter() - self.began - sent.step.due
        self.open -= 1
        connection.sent = None
        if self.waiting:
            connection.ask(*self.waiting.popleft())
        else:
            self.free.append(connection)

    def lost(self, connection: Connection) -> None:
        """Note a connection that the service closed; another takes its place."""
        self.connections.remove(connection)
        if connection in self.free:
            self.free.remove(connection)
        elif connection.sent is not None:
            self.open -= 1
        if not self.ended:
            self.replacing.add(asyncio.ensure_future(self._replace()))

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        made = (await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.port))[1]
        self.connections.append(made)
        return made

    async def _replace(self) -> None:
        try:
            made = await self._connected()
        except OSError:
            # Nobody is there any more: who still waits gets no answer.
            return
        if self.waiting:
            made.ask(*self.waiting.popleft())
        else:
            self.free.append(made)
