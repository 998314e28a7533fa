"""The burst's own arithmetic: what it asks for, and that waiting is counted from when a request was due."""

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench.burst_load import NO_ANSWER, Load, Sent
from tests.bench.burst_plan import BOARD, CHECK_IN, HOME, LOG, Step, alone, mixed

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def test_visits_come_to_the_rate_and_the_mix_asked_for_from_the_first_second_on() -> None:
    steps = mixed(random.Random(4), rate=400, seconds=120, people=5000)
    kinds = Counter(step.kind for step in steps)
    shares = {kind: round(number / len(steps), 2) for kind, number in kinds.items()}
    assert shares == pytest.approx({HOME: 0.70, LOG: 0.15, CHECK_IN: 0.10, BOARD: 0.05}, abs=0.011)
    assert len(steps) / 120 == pytest.approx(400, rel=0.05)
    assert sum(step.due < 10 for step in steps) / 10 == pytest.approx(400, rel=0.15)
    assert steps == sorted(steps, key=lambda step: step.due)


def test_records_are_spread_over_everybody() -> None:
    steps = alone(random.Random(4), LOG, rate=300, seconds=10, people=1000)
    numbers = Counter(step.person for step in steps)
    assert len(numbers) == 1000
    assert max(numbers.values()) - min(numbers.values()) <= 1


def play(steps: list[Step], answer: bytes, first_takes: float) -> list[Sent]:
    """Play against a server that answers one request at a time, the first of them after so many seconds."""

    async def run() -> list[Sent]:
        turn, slow = asyncio.Lock(), [first_takes]

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.readline():
                await reader.readuntil(b"\r\n\r\n")
                async with turn:
                    await asyncio.sleep(slow.pop() if slow else 0)
                    writer.write(answer)
                if not answer:
                    break
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            return await Load(port, lambda step: ("", REQUEST)).play(steps)
        finally:
            server.close()

    # In a thread of its own: where a browser was opened before, this one has a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def test_who_waits_behind_a_slow_answer_waited_from_when_they_were_due() -> None:
    steps = [Step(number / 100, HOME, 0) for number in range(20)]
    sent = play(steps, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", first_takes=0.5)
    assert [one.status for one in sent] == [200] * 20
    assert all(one.seconds >= 0.49 - one.step.due for one in sent)


def test_a_connection_that_is_closed_without_an_answer_is_no_answer() -> None:
    sent = play([Step(0, HOME, 0), Step(0.2, HOME, 0)], b"", first_takes=0)
    assert [one.status for one in sent] == [NO_ANSWER] * 2
