"""How many statements a page sends to the database: stated for every page, and the same for a long history.

The table says, for each page, what `resident` and the librarian cost; "-" where the answer is no page of theirs. A
page that is neither's names the first of ``OTHERS`` who is shown it, and what they cost; one that nobody is shown says
why. It is counted twice: on the stage as it stands, and after it has grown tenfold (``tests.house.grown``). A page that
asks once for each line it lists fails here. Nothing is kept between requests in tests, so this is the most a page can
cost.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import PASSWORD, Cast
from tests.house.addresses import where_shown
from tests.house.grown import begin, grow
from tests.house.test_routes import rows
from tests.pages import Visitor
from tests.stage import Stage, populate
from tests.statements import statements

PEOPLE = ("resident", "librarian")
# `half_in` is an admin whose password was right, and whose second step is still to come.
OTHERS = ("visitor", "half_in", "outsider", "steward", "admin")
TABLE = Path(__file__).with_name("statements.txt").read_text(encoding="utf-8")
PAGES = sorted(rule for method, rule in rows() if method == "GET")


@dataclass(frozen=True)
class Line:
    """What a page costs each of PEOPLE; whom else it is shown to and at what cost, or why it is shown to nobody."""

    costs: dict[str, str]
    rest: str

    @property
    def other(self) -> dict[str, str]:
        who, _space, cost = self.rest.partition(" ")
        return {who: cost} if who in OTHERS else {}


def stated() -> dict[str, Line]:
    """Return {rule: its line} of the table."""
    found = {}
    for rule, first, second, *rest in (line.split(maxsplit=3) for line in TABLE.strip().splitlines()):
        found[rule] = Line(dict(zip(PEOPLE, (first, second), strict=True)), " ".join(rest))
    return found


def browser(app: Flask, cast: Cast, person: str) -> Visitor:
    """Return this person's browser."""
    visitor = Visitor(app)
    if person == "half_in":
        visitor.submit(visitor.get("/sign-in"), phone=cast.admin.phone, password=PASSWORD)
        return visitor
    return visitor if person == "visitor" else visitor.sign_in(cast.account(person))


def check(app: Flask, stage: Stage, people: dict[str, dict[str, str]]) -> None:
    """Check that pages cost these ``people`` what is told of each, now and after a year."""
    where = {rule: where_shown(rule, stage) for told in people.values() for rule in told}
    begin(stage)
    visitors = {person: browser(app, stage.cast, person) for person in people}
    for grown in (False, True):
        if grown:
            grow(stage)
        found = {
            person: {
                rule: cost for rule in told if (cost := _cost(visitors[person], where[rule])) != told[rule]
            }
            for person, told in people.items()
        }
        assert {person: wrong for person, wrong in found.items() if wrong} == {}, f"grown: {grown}"


def _cost(visitor: Visitor, path: str) -> str:
    """Return what a page costs on a visit that is not the first."""
    # What a page writes when it is first opened is no part of it.
    visitor.client.get(path, headers=visitor.headers).close()
    db.session.remove()
    with statements() as sent:
        response = visitor.client.get(path, headers=visitor.headers)
    response.close()
    return str(len(sent)) if response.status_code == 200 else "-"


def test_the_table_names_every_page() -> None:
    assert list(stated()) == PAGES


def test_a_page_has_a_number_or_is_no_page_and_says_why() -> None:
    for rule, line in stated().items():
        numbers = [cost for cost in {**line.costs, **line.other}.values() if cost.isdigit()]
        answers = set(rows()["GET", rule].values())
        assert numbers or (line.rest and 200 not in answers), rule
        assert bool(line.rest) == (set(line.costs.values()) == {"-"}), f"{rule}: one number is enough"


@pytest.mark.parametrize("person", PEOPLE)
def test_a_page_costs_what_the_table_says_however_long_the_history(
    app: Flask, cast: Cast, person: str
) -> None:
    check(app, populate(cast), {person: {rule: line.costs[person] for rule, line in stated().items()}})


def test_the_pages_of_others_cost_what_the_table_says_however_long_the_history(
    app: Flask, cast: Cast
) -> None:
    theirs = {
        person: {rule: line.other[person] for rule, line in stated().items() if person in line.other}
        for person in OTHERS
    }
    check(app, populate(cast), theirs)
