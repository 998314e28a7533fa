"""`kill -9` of two writing workers: what was answered "saved" is there, once, with its points."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import click
import pytest

from tests.durability.server import Server
from tests.durability.town import Town, Writer, disagreements, kept, sqlite_town
from tests.soak import times

HANDS = 4
ROUNDS = times(5, soak=100)
RECORDS = (10, 40)  # at least and at most, of one round
MOST_SECONDS_UNTIL_READY = 5.0


@dataclass
class Found:
    """What came of some rounds of writing and killing."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)

    def told(self) -> str:
        """Say it in a sentence."""
        slowest = f"ready after at most {max(self.ready):.1f} s, {len(self.ready)} times"
        return (
            f"{self.acknowledged} acknowledged, {len(self.lost)} lost, {len(self.doubled)} doubled; {slowest}"
        )


def killed_while_writing(town: Town, rounds: int, seed: int) -> Found:
    """Let four hands write through two workers that are killed after some records, again and again."""
    found, chance = Found(), random.Random(seed)
    server = Server(town.environ)
    found.ready.append(server.start())
    try:
        writers = [Writer(town.phone(server.port), town, number) for number in range(HANDS)]
        for number in range(rounds):
            if number:
                found.ready.append(server.start())
            _write_and_kill(server, writers, chance.randint(*RECORDS))
            there, saved = kept(), set[str]().union(*(one.saved for one in writers))
            found.lost += sorted(saved - there.keys())
            found.doubled += sorted(one for one, times in there.items() if times != 1)
            found.wrong += disagreements() + [str(status) for one in writers for status in one.wrong]
            found.acknowledged = len(saved)
    finally:
        server.stop()
    return found


def _write_and_kill(server: Server, writers: list[Writer], records: int) -> None:
    never, before = threading.Event(), sum(len(one.saved) for one in writers)
    hands = [threading.Thread(target=one.write_until_killed, args=(never,)) for one in writers]
    for hand in hands:
        hand.start()
    while sum(len(one.saved) for one in writers) < before + records:
        assert any(hand.is_alive() for hand in hands), "nobody answers"
        time.sleep(0.003)
    server.kill()
    for hand in hands:
        hand.join()


@pytest.fixture
def sqlite_place() -> Iterator[Town]:
    """A town on SQLite, whatever the other tests run on."""
    with sqlite_town() as made:
        yield made


@pytest.mark.long
@pytest.mark.sqlite
@pytest.mark.soak
def test_two_writing_workers_killed_again_and_again_lose_and_double_nothing(sqlite_place: Town) -> None:
    found = killed_while_writing(sqlite_place, ROUNDS, seed=4)
    assert found.acknowledged >= RECORDS[0] * ROUNDS
    assert (found.lost, found.doubled, found.wrong) == ([], [], [])
    click.echo(found.told(), err=True)
    assert max(found.ready) < MOST_SECONDS_UNTIL_READY, found.ready
