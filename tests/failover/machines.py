"""One machine of the cluster: PostgreSQL, Patroni and etcd on a loopback address of its own.

Its configuration is the one in ``reading/deploy``, file by file; only what is a machine's own (addresses, folders,
passwords) is written here.
"""

import base64
import json
import os
import secrets
import shutil
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import config
from tests.failover.processes import Program, descended_from, free_port, kill

DEPLOY = config.ROOT / "reading" / "deploy"
BIN = Path(os.environ.get("PG_BIN", "/usr/lib/postgresql/15/bin"))
ADDRESSES = {"pg1": "127.0.0.11", "pg2": "127.0.0.12", "pg3": "127.0.0.13"}
PASSWORD = secrets.token_hex(16)


@dataclass(frozen=True)
class Ports:
    """The same on every machine, as in a real cluster; ``haproxy`` is the app's way in."""

    postgres: int = field(default_factory=free_port)
    patroni: int = field(default_factory=free_port)
    etcd: int = field(default_factory=free_port)
    etcd_peers: int = field(default_factory=free_port)
    haproxy: int = field(default_factory=free_port)


@dataclass
class Machine:
    """One of the three: its programs, and PostgreSQL, which Patroni starts."""

    name: str
    address: str
    folder: Path
    ports: Ports
    etcd: Program
    patroni: Program

    @property
    def postmaster(self) -> list[int]:
        """The process id of its PostgreSQL; none, if it does not run."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
            if str(self.folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                return [pid]
        return []

    @property
    def database_processes(self) -> list[int]:
        """Patroni and PostgreSQL with all they started."""
        return descended_from([*self.patroni.pids, *self.postmaster])

    def lose_power(self) -> None:
        """End all that runs on it at one moment."""
        kill([*self.patroni.pids, *self.postmaster, *self.etcd.pids])

    def start(self) -> None:
        """Start what does not run."""
        for program in (self.etcd, self.patroni):
            if not program.pids:
                program.start()

    def ask(self, path: str, sent: Mapping[str, str] | None = None, timeout: float = 3) -> Any:
        """Return what its Patroni answers; raises OSError when it does not, or says no."""
        body = json.dumps(sent).encode() if sent else None
        request = urllib.request.Request(f"http://{self.address}:{self.ports.patroni}{path}", body)
        request.add_header(
            "Authorization", "Basic " + base64.b64encode(f"patroni:{PASSWORD}".encode()).decode()
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            said = answer.read().decode()
        return json.loads(said) if said.startswith("{") else said

    def etcd_is_well(self) -> bool:
        """Tell whether its etcd answers and sees a leader."""
        with suppress(OSError, ValueError):
            url = f"http://{self.address}:{self.ports.etcd}/health"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(json.load(answer)["health"] == "true")
        return False


def machine(name: str, folder: Path, ports: Ports, environment: Path) -> Machine:
    """Return a machine with nothing running; ``environment`` is where Patroni was installed."""
    home, address = folder / name, ADDRESSES[name]
    (home / "patroni").mkdir(parents=True)
    shutil.copy(DEPLOY / "patroni" / "cluster.yml", home / "patroni" / "cluster.yml")
    own = home / "patroni" / "node.yml"
    # JSON is YAML too.
    own.write_text(json.dumps(_own_configuration(name, home, ports)))
    own.chmod(0o600)
    return Machine(
        name, address, home, ports,
        Program(f"etcd {name}", ["etcd"], _etcd_environ(name, home, ports), home / "etcd.log"),
        Program(
            f"patroni {name}", [str(environment / "bin" / "patroni"), str(home / "patroni")],
            {"HOME": str(home), "LC_ALL": "C.UTF-8"}, home / "patroni.log",
        ),
    )  # fmt: skip


def _own_configuration(name: str, home: Path, ports: Ports) -> dict[str, Any]:
    address = ADDRESSES[name]
    here = {"listen": f"{address}:{ports.patroni}", "connect_address": f"{address}:{ports.patroni}"}
    return {
        "name": name,
        "etcd3": {"hosts": [f"{one}:{ports.etcd}" for one in ADDRESSES.values()]},
        "restapi": {**here, "authentication": {"username": "patroni", "password": PASSWORD}},
        "postgresql": {
            "listen": f"{address}:{ports.postgres}",
            "connect_address": f"{address}:{ports.postgres}",
            "data_dir": str(home / "data"),
            "bin_dir": str(BIN),
            "pgpass": str(home / "pgpass"),
            "authentication": {
                "superuser": {"username": "postgres", "password": PASSWORD},
                "replication": {"username": "replicator", "password": PASSWORD},
            },
            "parameters": {"unix_socket_directories": str(home)},
        },
        # Never the device of the machine this runs on.
        "watchdog": {"mode": "off"},
    }


def _etcd_environ(name: str, home: Path, ports: Ports) -> dict[str, str]:
    clients = f"http://{ADDRESSES[name]}:{ports.etcd}"
    peers = {one: f"http://{address}:{ports.etcd_peers}" for one, address in ADDRESSES.items()}
    return settings_of(DEPLOY / "etcd.env") | {
        "ETCD_NAME": name,
        "ETCD_DATA_DIR": str(home / "etcd"),
        "ETCD_LISTEN_CLIENT_URLS": clients,
        "ETCD_ADVERTISE_CLIENT_URLS": clients,
        "ETCD_LISTEN_PEER_URLS": peers[name],
        "ETCD_INITIAL_ADVERTISE_PEER_URLS": peers[name],
        "ETCD_INITIAL_CLUSTER": ",".join(f"{one}={url}" for one, url in peers.items()),
    }


def settings_of(file: Path) -> dict[str, str]:
    """Return the settings of a file of ``NAME=value`` lines, as systemd reads it."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    told = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    return {name: value for name, _equals, value in told}
