"""The page of a board: what is one's own in it, made of remembered pieces; the rest is kept (``reading/holes.py``)."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import render_template, request
from markupsafe import Markup

from reading import holes
from reading.holes import Own
from reading.language import chosen_language
from reading.leaderboards.queries import Board, Line, Person
from reading.leaderboards.rules import BOARD_LENGTH, may_rank
from reading.packing import Part, Several, part
from reading.people.rules import Shown
from reading.pieces import packed, piece, remembered

NOTHING = Several()
OPENS, CLOSES = Markup('<ol class="board">'), Markup("</ol>")
LINES, PAGE = "leaderboards/_lines.html", "leaderboards/board.html"


@dataclass(frozen=True)
class Persons:
    """What a board shows of persons, ready made: what one has oneself, and the lines."""

    mine: Several
    rows: Several


def persons_of(board: Board, household: Sequence[Person], measure: str) -> Persons:
    """Return the reader's part of the page: lines made for everybody, and between them one's own."""
    names, oneself = {one.id: one.name for one in household}, household[0].id if household else None
    if board.is_own_below:
        theirs = tuple(names[line.resident_id] for line in board.own)
        mine, rows = _below(tuple(board.own), theirs, oneself, board.shown, measure)
        return Persons(mine, Several((_made(board, measure).whole, *rows)))
    few = NOTHING if may_rank(board.shown) else packed(LINES, "too_few", board.shown)
    lines = _between(board, names, oneself, measure)
    return Persons(_mine(board.own, oneself, board.shown, measure), Several((lines, *few)))


@remembered
def _below(
    own: Sequence[Line], names: Sequence[str], oneself: uuid.UUID | None, shown: int, measure: str
) -> tuple[Several, Several]:
    """Return one's place, and the end of a list on which one's household stands below all others, as most do."""
    theirs = sorted(zip(own, names, strict=True), key=lambda one: -one[0].value)
    lines = [_own_line(line, name, line.resident_id != oneself, measure, ranks=True) for line, name in theirs]
    gap = [None] if own and shown > BOARD_LENGTH else []
    return _mine(own, oneself, shown, measure), packed(LINES, "below", (*gap, *lines))


def _mine(own: Sequence[Line], oneself: uuid.UUID | None, shown: int, measure: str) -> Several:
    """Return what one has oneself, if anything."""
    if not own or own[0].resident_id != oneself or not own[0].place:
        return NOTHING
    return packed(LINES, "mine", own[0].place, own[0].value, shown, own[0].shown is not None, measure)


def _between(board: Board, names: Mapping[uuid.UUID, str], oneself: uuid.UUID | None, measure: str) -> Markup:
    """Return a list with one's household's lines among the others."""
    made = _made(board, measure)
    rows = [
        piece(LINES, "gap") if line is None
        else piece(LINES, "own_line", *_own_line(
            line, names[line.resident_id], line.resident_id != oneself, measure, ranks=may_rank(board.shown)
        )) if line.resident_id in names
        else made.lines[line.resident_id]
        for line in board.rows
    ]  # fmt: skip
    return Markup("").join([OPENS, *rows, CLOSES]) if rows else Markup()


class _Made(NamedTuple):
    """The first lines of a board as its page has them: each, and the beginning of a list of all of them, packed."""

    lines: dict[uuid.UUID, Markup]
    whole: Part


def _made(board: Board, measure: str) -> _Made:
    language = chosen_language()
    made: _Made | None = board.made.get(language)
    if made is None:
        lines = {line.resident_id: _line(line, measure) for line in board.lines}
        made = board.made[language] = _Made(lines, part(Markup("").join([OPENS, *lines.values()]).encode()))
    return made


def _line(line: Line, measure: str) -> Markup:
    shown = line.shown or Shown()
    told = (shown.text, shown.child_number)
    return piece(LINES, "line", line.place, *told, line.value, measure, line.community)


def _own_line(line: Line, name: str, is_family: bool, measure: str, *, ranks: bool) -> tuple[Any, ...]:
    """Return what the macro of one's own line is told; ``ranks``: whether the board names people at all."""
    shown = line.shown if ranks and line.place else None
    told = (shown is not None, shown.text, shown.child_number) if shown else (False, "", None)
    return line.place, name, *told, line.value, measure, is_family


def own(persons: Persons | None, mine: str | None, period: str) -> Own:
    """Return what a board's page has of its reader; ``mine`` is the code of their community.

    The ``period`` is not always told by the address: with a new month the page is another one.
    """
    parts = {"own_place": persons.mine, "rows": persons.rows} if persons else {}
    return Own(("boards page", request.full_path, period, mine, persons is None), parts)


def page(persons: Persons | None, mine: str | None, period: str, make: Callable[[], dict[str, Any]]) -> str:
    """Return the page of a board; ``make`` gives what else the page shows."""
    theirs, shown = own(persons, mine, period), {"ranked": persons is not None}
    if not holes.is_told_nothing_else():
        return render_template(PAGE, **theirs.parts, **shown, **make())
    return holes.page(PAGE, theirs, lambda: {**shown, **make()})
