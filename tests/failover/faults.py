"""The eight ways in which something falls, each with how long nobody may be able to write because of it."""

import random
import signal
import time
import urllib.error
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.failover.cluster import Cluster, NotWhole, wait_for
from tests.failover.machines import Machine
from tests.failover.people import Crowd
from tests.failover.processes import kill, send, stop_still

HOST, PROCESS, SWITCHOVER = 30.0, 10.0, 5.0
SECONDS_TO_TAKE_OVER = 60
WRITES_THAT_SHOW_IT_GOES_ON = 5
# Longer than the time after which who does not hear from etcd would give the primary up.
WITHOUT_ETCD = 25.0
WITHOUT_ONE = 8.0
# A Patroni that was cut off from etcd may hear of what changes only so much later: what falls sooner falls on one that
# is not whole again.
UNTIL_HEARD_AGAIN = 20.0


@dataclass(frozen=True)
class Stage:
    """What falls, and who writes meanwhile; ``chance`` draws which machine."""

    cluster: Cluster
    crowd: Crowd
    chance: random.Random

    def primary(self) -> Machine:
        """Return the machine that is the primary."""
        found = self.cluster.leader()
        if found is None:
            raise NotWhole("There was no primary before a fault.")
        return found

    def another_leads(self, than: Machine) -> None:
        """Wait until another machine is the primary and records are saved there."""

        def has_changed() -> bool:
            now = self.cluster.leader()
            return now is not None and now is not than

        wait_for(has_changed, "other primary", SECONDS_TO_TAKE_OVER)
        self.goes_on(time.monotonic())

    def goes_on(self, since: float) -> None:
        """Wait until some records have been saved after this moment."""
        wait_for(
            lambda: self.crowd.saved_since(since) >= WRITES_THAT_SHOW_IT_GOES_ON,
            "record saved",
            SECONDS_TO_TAKE_OVER,
        )


def host_killed(stage: Stage) -> None:
    """The primary's machine loses power, with its PostgreSQL, Patroni and etcd; it is started once another leads."""
    primary = stage.primary()
    primary.lose_power()
    stage.another_leads(primary)
    primary.start()


def postgres_killed(stage: Stage) -> None:
    """The primary's PostgreSQL is killed; its Patroni lives."""
    kill(stage.primary().postmaster)
    time.sleep(1)
    stage.goes_on(time.monotonic())


def switchover(stage: Stage) -> None:
    """Somebody who wants to look after the primary's machine lets another take over."""
    primary, standby = stage.primary(), stage.cluster.standby()
    if standby is None:
        raise NotWhole("There was no standby to switch to.")
    # It may say no for a moment (503: somebody else holds the key); a person would ask again.
    for _attempt in range(3):
        with suppress(urllib.error.HTTPError):
            primary.ask("/switchover", {"leader": primary.name, "candidate": standby.name}, timeout=30)
            break
        time.sleep(1)
    stage.another_leads(primary)


def standby_killed(stage: Stage) -> None:
    """The standby whose word every commit waits for is killed, with its Patroni."""
    standby = stage.cluster.standby()
    if standby is None:
        raise NotWhole("There was no standby to kill.")
    kill([*standby.patroni.pids, *standby.postmaster])
    time.sleep(WITHOUT_ONE)
    stage.goes_on(time.monotonic())
    standby.start()


def one_etcd_killed(stage: Stage) -> None:
    """One etcd of three is killed."""
    _without_etcd(stage, 1, WITHOUT_ONE)


def two_etcd_killed(stage: Stage) -> None:
    """Two etcd of three are killed: nobody can be elected, and the primary goes on because all machines answer it."""
    _without_etcd(stage, 2, WITHOUT_ETCD)


def _without_etcd(stage: Stage, number: int, seconds: float) -> None:
    fallen = stage.chance.sample(stage.cluster.machines, number)
    for one in fallen:
        kill(one.etcd.pids)
    time.sleep(seconds)
    stage.goes_on(time.monotonic())
    for one in fallen:
        one.start()
    if number > 1:
        time.sleep(UNTIL_HEARD_AGAIN)


def patroni_killed(stage: Stage) -> None:
    """The primary's Patroni is killed for good and leaves a PostgreSQL behind that believes to be the primary."""
    primary = stage.primary()
    kill_alone(primary)
    stage.another_leads(primary)
    time.sleep(WITHOUT_ONE)
    primary.start()


def kill_alone(machine: Machine) -> None:
    """Kill a machine's Patroni and leave its PostgreSQL running."""
    send(machine.patroni.pids, signal.SIGKILL)


def primary_paused(stage: Stage) -> None:
    """The primary's PostgreSQL and Patroni stand still, as in a machine that is moved, and wake as if nothing was."""
    primary = stage.primary()
    asleep = stop_still([*primary.patroni.pids, *primary.postmaster])
    try:
        stage.another_leads(primary)
    finally:
        send(asleep, signal.SIGCONT)
    time.sleep(WITHOUT_ONE)


@dataclass(frozen=True)
class Kind:
    """One way to fall: its name, what does it, and for how many seconds at most nobody may be able to write."""

    name: str
    happen: Callable[[Stage], None]
    seconds: float


KINDS = (
    Kind("host of the primary killed", host_killed, HOST),
    Kind("PostgreSQL of the primary killed", postgres_killed, PROCESS),
    Kind("switchover", switchover, SWITCHOVER),
    Kind("synchronous standby killed", standby_killed, PROCESS),
    Kind("one etcd of three killed", one_etcd_killed, PROCESS),
    Kind("two etcd of three killed", two_etcd_killed, PROCESS),
    # Nobody starts it again here: it is as lost as a host.
    Kind("Patroni killed, its PostgreSQL left behind", patroni_killed, HOST),
    Kind("primary paused, and woken when another led", primary_paused, HOST),
)


def drawn(number: int, chance: random.Random) -> Sequence[Kind]:
    """Return so many faults in a drawn order: every kind as often as any other, give or take one."""
    rounds, rest = divmod(number, len(KINDS))
    chosen = [*(KINDS * rounds), *chance.sample(KINDS, rest)]
    chance.shuffle(chosen)
    return chosen
