"""What every view and every path owes the house."""

import ast
import re

import pytest
from flask import Flask

import config
from reading.access import PERMISSIONS

MOST_LINES = 14
SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|<[a-z0-9_:(),\" -]+>(\.[a-z]+)?|[a-z-]+\.[a-z]+", re.IGNORECASE)


def test_every_view_says_who_may_use_it(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint == "static":
            continue
        access = getattr(view, "access", None)
        assert access == "public" or access in PERMISSIONS, (
            f"{endpoint} carries neither @requires nor @public"
        )


def test_paths_are_kebab_case_nouns(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for segment in rule.rule.strip("/").split("/"):
            assert segment == "" or SEGMENT.fullmatch(segment), rule.rule
            assert "_" not in re.sub(r"<.*?>", "", segment), rule.rule


@pytest.mark.parametrize("path", sorted((config.ROOT / "reading").glob("*/*views.py")), ids=str)
def test_views_load_form_act_and_answer_in_a_dozen_lines(path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= MOST_LINES, f"{path.parent.name}.{node.name} has {lines} lines"
