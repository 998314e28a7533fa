"""The page of a board: what is one's own in it, made of remembered pieces; the rest is kept (``reading/holes.py``)."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import render_template, request
from markupsafe import Markup

from reading import holes
from reading.holes import Own
from reading.language import chosen_language
from reading.leaderboards.queries import Board, Line, Person
from reading.leaderboards.rules import may_rank
from reading.people.rules import Shown
from reading.pieces import piece

LINES, PAGE = "leaderboards/_lines.html", "leaderboards/board.html"


@dataclass(frozen=True)
class Persons:
    """What a board shows of persons, ready made: what one has oneself, and the lines."""

    mine: Markup
    rows: Markup


def persons_of(board: Board, household: Sequence[Person], measure: str) -> Persons:
    """Return the reader's part of the page: lines made for everybody, and between them one's own."""
    first = board.own[0] if board.own else None
    mine = Markup()
    if first is not None and first.place:
        mine = piece(LINES, "mine", first.place, first.value, board.shown, first.shown is not None, measure)
    few = Markup() if may_rank(board.shown) else piece(LINES, "too_few", board.shown)
    return Persons(mine, _list(board, household, first, measure) + few)


def _list(board: Board, household: Sequence[Person], first: Line | None, measure: str) -> Markup:
    made = _made(board, measure)
    names = {one.id: one.name for one in household}

    def own(line: Line) -> Markup:
        is_family = first is not None and line.resident_id != first.resident_id
        return _own_line(line, names[line.resident_id], is_family, measure)

    if board.is_own_below:
        rows = [made.whole, *(own(line) if line is not None else piece(LINES, "gap") for line in board.below)]
    else:
        rows = [
            piece(LINES, "gap") if line is None
            else own(line) if line.resident_id in names
            else made.lines[line.resident_id]
            for line in board.rows
        ]  # fmt: skip
    return Markup('<ol class="board">' + "".join(rows) + "</ol>") if rows else Markup()


class _Made(NamedTuple):
    """The first lines of a board as its page has them: each, and all of them one after another."""

    lines: dict[uuid.UUID, Markup]
    whole: Markup


def _made(board: Board, measure: str) -> _Made:
    language = chosen_language()
    made: _Made | None = board.made.get(language)
    if made is None:
        lines = {line.resident_id: _line(line, measure) for line in board.lines}
        made = board.made[language] = _Made(lines, Markup("").join(lines.values()))
    return made


def _line(line: Line, measure: str) -> Markup:
    shown = line.shown or Shown()
    told = (shown.text, shown.child_number)
    return piece(LINES, "line", line.place, *told, line.value, measure, line.community)


def _own_line(line: Line, name: str, is_family: bool, measure: str) -> Markup:
    shown = line.shown
    told = (shown is not None, shown.text, shown.child_number) if shown else (False, "", None)
    return piece(LINES, "own_line", line.place, name, *told, line.value, measure, is_family)


def own(persons: Persons | None, mine: str | None) -> Own:
    """Return what a board's page has of its reader; ``mine`` is the code of their community."""
    parts = {"own_place": persons.mine, "rows": persons.rows} if persons else {}
    return Own(("boards page", request.full_path, mine, persons is None), parts)


def page(persons: Persons | None, mine: str | None, make: Callable[[], dict[str, Any]]) -> str:
    """Return the page of a board; ``make`` gives what else the page shows."""
    theirs, shown = own(persons, mine), {"ranked": persons is not None}
    if not holes.is_told_nothing_else():
        return render_template(PAGE, **theirs.parts, **shown, **make())
    return holes.page(PAGE, theirs, lambda: {**shown, **make()})
