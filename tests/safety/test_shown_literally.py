"""What people typed is shown as they typed it: nothing becomes markup, script, template or formula (ASVS 1.2, 1.3)."""

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import String, update

from reading.extensions import db
from reading.tables import FORMULA_SIGNS
from tests.house.addresses import address
from tests.house.test_routes import routes
from tests.pages import Visitor
from tests.safety.crawl import opened
from tests.stage import Stage, populate

pytestmark = pytest.mark.look

# Nineteen characters: a nickname holds it too.
EVIL = '"><b onload>{{7*7}}'
SCRIPT = "</script><script>alert(1)</script>${7*7}<svg onload=alert(1)>"
FORMULAS = ('=HYPERLINK("x")', "+1", "-1", "@x", "\t=1", "\r=1")
# Text people type, by its column's name; where there is room, a script goes with it.
TYPED = (
    "title", "name", "nickname", "author", "publisher", "host", "about", "venue", "term", "reason", "cancel_reason",
    "reflection", "short_name", "review_reason", "door",
)  # fmt: skip
# Names of ours, not of people: what a role, a deed or a rule is called.
OURS = {"roles"}


def fill(value: str, more: str = "") -> None:
    """Put a text into every column of every table that people type into, whatever the forms would say to it."""
    for table in db.metadata.sorted_tables:
        columns = {
            column.name: _fitting(column.type, value, more)
            for column in table.columns
            if column.name in TYPED and isinstance(column.type, String) and table.name not in OURS
        }
        if columns:
            db.session.execute(update(table).values(columns))
    db.session.commit()


def _fitting(kind: Any, value: str, more: str) -> str:
    room = kind.length or 1000
    return (value + more)[:room] if len(value + more) <= room else value[:room]


@pytest.fixture
def stage(cast) -> Stage:
    return populate(cast)


@pytest.mark.long
def test_nothing_typed_becomes_markup_script_or_template(app: Flask, stage: Stage) -> None:
    fill(EVIL, SCRIPT)
    literally = 0
    for who, page in opened(app, stage):
        where = f"{who} at {page.path}"
        assert not page.soup.find(attrs={"onload": True}), where
        for script in page.soup.find_all("script"):
            if script.get("type") == "application/json":
                json.loads(script.get_text())
            else:
                assert str(script.get("src", "")).startswith("/static/"), f"{where}: {script}"
        literally += "{{7*7}}" in page.soup.get_text()
        assert "$49" not in page.soup.get_text(), where
    assert literally > 100


@pytest.mark.long
def test_no_text_of_a_file_is_a_formula(app: Flask, stage: Stage) -> None:
    files = 0
    rules = sorted(rule for method, rule in routes(app) if method == "GET" and rule.endswith(("xlsx", "csv")))
    paths = {rule: address(rule, stage) for rule in rules}
    for formula in FORMULAS:
        fill(formula)
        for rule, path in paths.items():
            # A list that was handed in is for who handed it in, the trail for administrators.
            who = stage.cast.steward if "imports" in rule else stage.cast.librarian
            who = stage.cast.admin if "audit" in rule else who
            answer = Visitor(app).sign_in(who).client.get(path)
            assert answer.status_code == 200, rule
            _check_file(rule, answer.get_data())
            files += 1
    assert files >= len(FORMULAS) * 6


def _check_file(rule: str, content: bytes) -> None:
    if rule.endswith("csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        texts = [cell for row in rows for cell in row]
        assert not [text for text in texts if text.startswith(FORMULA_SIGNS)], rule
        return
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds, rule


@pytest.mark.parametrize(
    "asked", ["'", '"', "%", "_", "\\", "' OR 1=1 --", "%' UNION SELECT 1 --", "\\%", "'; DROP TABLE books"]
)
def test_signs_of_sql_are_searched_for_as_they_are(app: Flask, stage: Stage, asked: str) -> None:
    librarian = Visitor(app).sign_in(stage.cast.librarian)
    for path in (
        "/books",
        "/residents",
        "/communities",
        "/roles",
        "/events/search",
        f"/events/{stage.soon.id}/roster",
    ):
        answer = librarian.client.get(path, query_string={"q": asked})
        assert answer.status_code in (200, 403, 404), path
        assert "张晓明" not in answer.get_data(as_text=True) or "roster" in path, path
    for path in ("/books/search", "/communities/search"):
        answer = librarian.client.get(path, query_string={"q": asked})
        assert answer.status_code == 200, path
        assert "活着" not in answer.get_data(as_text=True), path
