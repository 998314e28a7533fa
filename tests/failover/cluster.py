"""Three machines and the HAProxy of the app, made whole and looked at."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import psycopg
from psycopg import sql

from tests.cluster import balanced
from tests.failover.machines import ADDRESSES, DEPLOY, PASSWORD, Machine, Ports, machine, settings_of
from tests.failover.processes import UNPRIVILEGED, Program

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SECONDS_TO_BE_WHOLE = 120
LAG_BYTES = 4 * 1024 * 1024
ROLE = "reading"


class NotWhole(Exception):
    """The cluster did not become what was waited for in time."""


def environment() -> Path:
    """Return the virtual environment with the pinned Patroni, made once and kept; anybody may run what is in it."""
    home = Path(os.environ.get("READING_FAILOVER_ENVIRONMENT", "/var/tmp/reading-failover-environment"))
    wanted, stamp = REQUIREMENTS.read_text(), home / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        python = shutil.which("python3", path="/usr/local/bin:/usr/bin") or "python3"
        subprocess.run([python, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True, cwd=gettempdir())
        stamp.write_text(wanted)
    return home


@dataclass
class Cluster:
    """The three machines and the way to them."""

    machines: list[Machine]
    haproxy: Program
    ports: Ports

    @property
    def programs(self) -> list[Program]:
        """All that is started here."""
        return [self.haproxy, *(program for one in self.machines for program in (one.etcd, one.patroni))]

    @property
    def url(self) -> str:
        """The address of the app's database, by way of HAProxy."""
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.ports.haproxy}/{ROLE}"

    def members(self) -> list[dict[str, Any]]:
        """Return what the first Patroni that answers tells of all of them; nothing, if none does."""
        for one in self.machines:
            with suppress(OSError, ValueError, KeyError):
                told: list[dict[str, Any]] = one.ask("/cluster")["members"]
                return told
        return []

    def leader(self) -> Machine | None:
        """Return the machine that is the primary, as the others see it."""
        return self._with_role("leader")

    def standby(self) -> Machine | None:
        """Return the machine whose word every commit waits for."""
        return self._with_role("sync_standby")

    def _with_role(self, role: str) -> Machine | None:
        names = [one["name"] for one in self.members() if one["role"] == role]
        return next((one for one in self.machines if one.name in names), None)

    def start(self) -> None:
        """Start it all, and wait until it is whole."""
        for one in self.machines:
            one.etcd.start()
        wait_for(lambda: all(one.etcd_is_well() for one in self.machines), "three etcd", SECONDS_TO_BE_WHOLE)
        for one in self.machines:
            one.patroni.start()
        self.haproxy.start()
        self.be_whole()

    def be_whole(self) -> None:
        """Wait until there is one primary and two streaming standbys, one of them synchronous, and three etcd."""
        wait_for(self._is_whole, "a whole cluster", SECONDS_TO_BE_WHOLE)

    def _is_whole(self) -> bool:
        members = self.members()
        roles = sorted(one["role"] for one in members)
        states = [one["state"] for one in members if one["role"] != "leader"]
        near = all(isinstance(lag := one.get("lag", 0), int) and lag < LAG_BYTES for one in members)
        one_history = len({one.get("timeline") for one in members}) == 1
        complete = roles == ["leader", "replica", "sync_standby"] and states == ["streaming"] * 2
        return complete and near and one_history and all(one.etcd_is_well() for one in self.machines)

    def make_database(self) -> None:
        """Make the role and the database of the app, as `reading/deploy/README.md` tells it."""
        leader = self.leader()
        assert leader is not None
        asked = f"host={leader.address} port={self.ports.postgres} user=postgres password={PASSWORD}"
        with closing(psycopg.connect(asked, dbname="postgres", autocommit=True)) as connection:
            name = sql.Identifier(ROLE)
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(PASSWORD))
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
        wait_for(self._answers, "an answer by way of HAProxy", 30)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), closing(psycopg.connect(self.url, connect_timeout=2)):
            return True
        return False


def _for_anybody(configuration: str) -> str:
    """Return HAProxy's configuration without giving up root's rights, which only root can; here it never has them."""
    return re.sub(r"^    (user|group|chroot) .*\n", "", configuration, flags=re.MULTILINE)


def cluster(folder: Path) -> Cluster:
    """Return a cluster in an empty folder, with nothing running."""
    ports, installed = Ports(), environment()
    machines = [machine(name, folder, ports, installed) for name in ADDRESSES]
    environ = settings_of(DEPLOY / "haproxy.env") | {
        "READING_PG_BIND": f"127.0.0.1:{ports.haproxy}",
        "READING_PG_PORT": str(ports.postgres),
        "READING_PATRONI_PORT": str(ports.patroni),
        **{f"READING_{name.upper()}": address for name, address in ADDRESSES.items()},
    }
    given = folder / "haproxy.cfg"
    given.write_text(_for_anybody((DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")))
    haproxy = Program(
        "haproxy", [balanced.haproxy(), "-db", "-f", str(given)], environ, folder / "haproxy.log"
    )
    if os.geteuid() == 0:
        folder.chmod(0o711)
        subprocess.run(["chown", "-R", f"{UNPRIVILEGED}:", str(folder)], check=True)
    return Cluster(machines, haproxy, ports)


def wait_for(is_so: Callable[[], bool], what: str, seconds: float) -> None:
    """Return as soon as it is so; raises :class:`NotWhole` after so many seconds."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise NotWhole(f"There was no {what} within {seconds:.0f} s.")
        time.sleep(0.25)
