"""How many statements a page sends to the database: stated for every page, and the same for a long history.

The table says, for each page, what `resident` and the librarian cost; "-" where the answer is no page of theirs. It is
counted twice: on the stage as it stands, and after it has grown tenfold (``tests.house.grown``). A page that asks once
for each line it lists fails here. Nothing is kept between requests in tests, so this is the most a page can cost.
"""

from pathlib import Path

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import Cast
from tests.house.addresses import address
from tests.house.grown import begin, grow
from tests.house.test_routes import rows
from tests.pages import Visitor
from tests.stage import populate
from tests.statements import statements

PEOPLE = ("resident", "librarian")
TABLE = Path(__file__).with_name("statements.txt").read_text(encoding="utf-8")
PAGES = sorted(rule for method, rule in rows() if method == "GET")


def stated() -> dict[str, list[str]]:
    """Return {rule: what it costs each of PEOPLE} of the table."""
    return {rule: costs for rule, *costs in map(str.split, TABLE.strip().splitlines())}


def counted(visitor: Visitor, where: dict[str, str]) -> dict[str, str]:
    """Return what each page costs on a visit that is not the first."""
    return {rule: _cost(visitor, path) for rule, path in where.items()}


def _cost(visitor: Visitor, path: str) -> str:
    # What a page writes when it is first opened is no part of it.
    visitor.client.get(path, headers=visitor.headers).close()
    db.session.remove()
    with statements() as sent:
        response = visitor.client.get(path, headers=visitor.headers)
    response.close()
    return str(len(sent)) if response.status_code == 200 else "-"


def test_the_table_names_every_page() -> None:
    assert list(stated()) == PAGES


@pytest.mark.parametrize("person", PEOPLE)
def test_a_page_costs_what_the_table_says_however_long_the_history(
    app: Flask, cast: Cast, person: str
) -> None:
    stage = populate(cast)
    begin(stage)
    visitor, where = Visitor(app).sign_in(cast.account(person)), {one: address(one, stage) for one in PAGES}
    column = PEOPLE.index(person)
    table = {rule: costs[column] for rule, costs in stated().items()}
    few = counted(visitor, where)
    assert {rule: cost for rule, cost in few.items() if cost != table[rule]} == {}
    grow(stage)
    many = counted(visitor, where)
    assert {rule: cost for rule, cost in many.items() if cost != table[rule]} == {}
