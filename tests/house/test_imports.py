"""The rules of the house about who may import whom (design §4), read from the imports themselves."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import config

ROOT = config.ROOT / "reading"
FEATURES = (
    "audit",
    "communities",
    "people",
    "sign_ins",
    "cards",
    "books",
    "points",
    "learning_days",
    "logbook",
    "events",
    "volunteers",
    "calendars",
    "attendance",
    "check_in",
    "paper",
    "registers",
    "records",
    "groups",
    "stewards",
    "imports",
    "rights",
    "leaderboards",
    "home",
    "sample",
    "backups",
)
FILES = ("models", "rules", "queries", "actions", "forms", "views")
# What others may import: also of files that a feature has several of, such as role_actions.
PUBLISHED = ("models", "rules", "queries", "actions", "fields", "answers", "words")
# Within a feature each file imports only from those before it in this order; rules and forms are leaves.
WITHIN = {
    "models": (),
    "rules": (),
    "forms": ("models", "rules"),
    "queries": ("models", "rules"),
    "actions": ("models", "rules", "queries"),
    "views": ("models", "rules", "queries", "actions", "forms"),
}
ENTRANCES = ("__init__", "commands", "backup_commands")


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)


def imports_of(path: Path) -> list[str]:
    """Return the dotted names a module imports; ``from a import b`` gives ``a.b``."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def feature_and_file(dotted: str) -> tuple[str, str] | None:
    """Return ("events", "queries") for ``reading.events.queries.anything``, None outside the features."""
    parts = dotted.split(".")
    if parts[0] != "reading" or len(parts) < 2 or parts[1] not in FEATURES:
        return None
    return parts[1], parts[2] if len(parts) > 2 else "__init__"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_features_import_only_earlier_features_and_only_what_they_publish(path: Path) -> None:
    own = feature_and_file(name_of(path))
    if own is None and path.stem in ENTRANCES and path.parent == ROOT:
        return
    for dotted in imports_of(path):
        other = feature_and_file(dotted)
        if other is None:
            continue
        assert own is not None, f"{name_of(path)} is shared and imports the feature {dotted}"
        if other[0] == own[0]:
            continue
        assert FEATURES.index(other[0]) < FEATURES.index(own[0]), f"{name_of(path)} imports later {dotted}"
        kind = other[1].rpartition("_")[2]
        assert kind in (*PUBLISHED, "ledger"), f"{name_of(path)} imports unpublished {dotted}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_within_a_feature_imports_run_one_way(path: Path) -> None:
    own = feature_and_file(name_of(path))
    if own is None or own[1] not in WITHIN:
        return
    for dotted in imports_of(path):
        other = feature_and_file(dotted)
        if other and other[0] == own[0] and other[1] in WITHIN:
            assert other[1] in WITHIN[own[1]], f"{name_of(path)} imports {dotted}"


def test_only_create_app_imports_views() -> None:
    for path in modules():
        viewed = [
            dotted for dotted in imports_of(path) if "views" in dotted and dotted.startswith("reading.")
        ]
        assert path == ROOT / "__init__.py" or not viewed, f"{name_of(path)} imports {viewed}"


def test_imports_make_no_circle() -> None:
    """Also among the siblings a feature adds to its usual files."""
    names = {name_of(path).removesuffix(".__init__"): path for path in modules()}
    graph = {}
    for name, path in names.items():
        imported = {part for dotted in imports_of(path) for part in (dotted, dotted.rpartition(".")[0])}
        graph[name] = imported & names.keys() - {"reading", name}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", sorted(ROOT.rglob("rules.py")), ids=name_of)
def test_rules_are_pure(path: Path) -> None:
    """Rules use the standard library, dateutil's calendar rules and each other, and never ask for the time."""
    for dotted in imports_of(path):
        top = dotted.split(".")[0]
        pure = top in sys.stdlib_module_names or top in ("dateutil", "pypinyin", "stdnum")
        own_kind = dotted.startswith("reading.") and ".rules." in f"{dotted}."
        assert pure or own_kind or dotted.startswith("reading.text."), f"{name_of(path)} imports {dotted}"
    source = path.read_text(encoding="utf-8")
    assert ".now(" not in source
    assert ".today(" not in source


@pytest.mark.parametrize("path", sorted(ROOT.rglob("forms.py")), ids=name_of)
def test_forms_know_no_database(path: Path) -> None:
    for dotted in imports_of(path):
        assert not dotted.startswith(("sqlalchemy", "reading.extensions", "reading.database")), dotted
        assert ".queries" not in dotted, dotted
        assert ".actions" not in dotted, dotted


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_queries_and_actions_speak_to_the_database(path: Path) -> None:
    if not path.stem.endswith("views"):
        return
    names = [
        dotted for dotted in imports_of(path) if dotted.startswith(("sqlalchemy", "reading.extensions.db"))
    ]
    assert not names, f"{name_of(path)} imports {names}"


def test_nobody_asks_the_machine_for_the_time_but_the_clock() -> None:
    for path in modules():
        if path.name == "clock.py":
            continue
        source = path.read_text(encoding="utf-8")
        for asking in ("datetime.now(", "date.today(", "datetime.utcnow(", "time.time("):
            assert asking not in source, f"{name_of(path)} calls {asking})"


def test_there_is_no_drawer_for_everything() -> None:
    assert not [path for path in modules() if path.stem in ("utils", "util", "helpers", "misc", "common")]
