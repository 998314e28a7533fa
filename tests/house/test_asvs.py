"""The table of what is promised (asvs.md) names tests that are there."""

import ast
import re
from functools import cache

import pytest

import config

TABLE = (config.ROOT / "tests/house/asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([0-9][0-9., –]*) \| (.+) \| (.+) \|$")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = 58


def rows() -> dict[str, str]:
    """Return {requirements: what shows them}."""
    found = [ROW.match(line.replace("\\|", "")) for line in TABLE.splitlines()]
    return {match[1]: match[3] for match in found if match}


@cache
def defined_in(path: str) -> set[str]:
    tree = ast.parse((config.ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_is_there() -> None:
    assert len(rows()) == ROWS


@pytest.mark.parametrize("row", rows())
def test_each_row_names_tests_that_are_there(row: str) -> None:
    shown = rows()[row]
    named = TEST.findall(shown)
    assert named, f"{row} names no test"
    assert TEST.sub("", shown).strip(" ,") == "", f"{row} says more than its tests: {shown}"
    for path, name in named:
        assert name in defined_in(path), f"{row}: {path} has no {name}"
