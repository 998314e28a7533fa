"""What a city is told to install, in `reading/deploy`, fits the service, and HAProxy takes its part of it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

import config
from reading.extensions import db
from tests.as_served import AS_SERVED
from tests.cluster.balanced import haproxy
from tests.failover.machines import settings_of

DEPLOY = config.ROOT / "reading" / "deploy"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# What the unit file itself takes from the settings.
OF_THE_UNIT = {"READING_LISTEN", "READING_WORKERS", "READING_THREADS"}


class Asked(dict[str, str]):
    """An environment that knows what was looked for in it."""

    def __init__(self, instance: Path) -> None:
        super().__init__({"READING_INSTANCE": str(instance)})
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def written_by(text: str) -> set[str]:
    """Return the folders that a unit, or the commands on the page, write in as the service's user."""
    return set(re.findall(r"(?:READING_INSTANCE=|ReadWritePaths=)(/[a-z/]+)", text))


def names_in(file: str) -> set[str]:
    return set(re.findall(r"^#? ?([A-Z_0-9]+)=", (DEPLOY / file).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_settings_of_the_example_are_those_the_service_knows(tmp_path: Path) -> None:
    known = Asked(tmp_path)
    config.load(known)
    assert names_in("reading.env") <= known.names | OF_THE_UNIT | {"READING_PORT"}


def test_the_service_does_not_start_on_the_example_as_it_is(tmp_path: Path) -> None:
    told = {**settings_of(DEPLOY / "reading.env"), "READING_INSTANCE": str(tmp_path)}
    with pytest.raises(config.BadSetting, match="SECRET_KEY is missing"):
        config.load(told)
    assert config.load({**told, "READING_SECRET_KEY": "k" * 64})["PRODUCTION"]


def test_haproxy_is_told_everything_its_configuration_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")))
    assert asked
    assert asked <= names_in("haproxy.env")


def test_haproxy_takes_its_configuration() -> None:
    environ = {"PATH": os.environ["PATH"], **settings_of(DEPLOY / "haproxy.env")}
    checked = subprocess.run(
        [haproxy(), "-c", "-f", str(DEPLOY / "haproxy.cfg")],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_make_run_serves_in_the_environment_of_the_unit_file() -> None:
    makefile = (config.ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (told,) = re.findall(r"^MEMORY := (.*)$", makefile, re.MULTILINE)
    assert AS_SERVED
    assert dict(word.split("=", 1) for word in told.split()) == AS_SERVED


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_takes_its_settings_from_the_example_and_runs_commands_there_are(unit, app: Flask) -> None:
    text = unit.read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= names_in("reading.env")
    for words in re.findall(r"flask --app reading ([a-z ]+)", text):
        name, *rest = words.split()
        command = app.cli.commands[name]
        assert not rest or rest[0] in getattr(command, "commands", {})


def test_each_folder_the_service_writes_in_is_made_for_it_before_the_first_command_runs() -> None:
    before, _heading, _after = PAGE.partition("systemd-run --pipe")
    (made,) = re.findall(r"^install -d -m 0700 -o reading -g reading (.*)$", before, re.MULTILINE)
    written = written_by(PAGE).union(*(written_by(unit.read_text(encoding="utf-8")) for unit in UNITS))
    assert written == set(made.split()) == {"/var/lib/reading", "/var/backups/reading"}


def test_a_new_version_is_made_beside_the_running_one_and_named_by_whoever_installs_it() -> None:
    commands = "\n".join(re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    assert not re.findall(r"(?:cd|clone …|clone --no-checkout …) /opt/reading(?![-\w])", commands)
    _before, _heading, upgrading = PAGE.partition("## Upgrading")
    order = ["make compiled", "db upgrade", "ln -sfT /opt/reading-$VERSION /opt/reading", "restart reading"]
    places = [upgrading.index(words) for words in order]
    assert places == sorted(places)
    assert "vX.Y" not in PAGE


def test_a_watchdog_is_asked_for_only_where_the_unit_gives_the_device_to_patroni() -> None:
    asked = 'mode: "off"' not in (DEPLOY / "patroni" / "node.yml").read_text(encoding="utf-8")
    given = "/dev/watchdog" in (DEPLOY / "systemd" / "patroni.service").read_text(encoding="utf-8")
    assert asked == given


def test_the_steps_of_a_cluster_install_what_its_files_and_commands_need() -> None:
    steps = PAGE.partition("## A cluster")[2].partition("\n## ")[0]
    database, _second, app = steps.partition("2. **The database**")
    assert all(name in database for name in ("postgresql-15", "etcd-server", "etcd-client", "python3-venv"))
    assert all(name in app for name in ("haproxy", "postgresql-client-15", "nfs-common"))
    assert "systemctl enable --now patroni" in database
    assert "systemctl restart --no-block etcd" in database


def test_no_unit_bounds_the_memory_which_grows_with_processors_and_with_what_is_kept_of_the_files() -> None:
    assert not [unit.name for unit in UNITS if re.search(r"^Memory", unit.read_text("utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("name", ["reading", "reading-daily"])
def test_who_erases_may_write_in_the_folder_of_the_list(name: str) -> None:
    example = (DEPLOY / "reading.env").read_text(encoding="utf-8")
    (told,) = re.findall(r"^# READING_ERASURES_FILE=(.*)$", example, re.MULTILINE)
    unit = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")
    assert "ProtectSystem=strict" in unit
    # With the dash it need not be there, as on one machine.
    assert f"ReadWritePaths=-{Path(told).parent}\n" in unit


@pytest.mark.parametrize("timer", sorted((DEPLOY / "systemd").glob("*.timer")), ids=lambda path: path.stem)
def test_each_timer_has_its_service(timer) -> None:
    assert timer.with_suffix(".service").exists()


def test_every_file_is_told_of_and_every_one_told_of_is_there() -> None:
    linked = set(re.findall(r"\]\(([a-z./-]+)\)", PAGE))
    assert all((DEPLOY / name).exists() for name in linked)
    there = {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file()}
    assert there - linked == {
        "README.md",
        *(f"systemd/{unit.stem}.timer" for unit in UNITS if "-" in unit.stem),
    }
    assert "reading/deploy/README.md" in (config.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_a_province_would_spread_by_community_carry_one_and_the_others_do_not() -> None:
    _before, _heading, province = PAGE.partition("## A province")
    spread, reference, by_account, plain, to_be_given = (
        {word for word in re.findall(r"`([a-z_]+)`", point) if word in db.metadata.tables}
        for point in re.split(r"^\d+\. ", province, flags=re.MULTILINE)[1:6]
    )
    assert all("community_id" in db.metadata.tables[name].c for name in spread)
    others = reference | by_account | plain | to_be_given
    assert sorted(set(db.metadata.tables) - spread - others) == []
    assert not [name for name in others if "community_id" in db.metadata.tables[name].c]
