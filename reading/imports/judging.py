"""What becomes of each line of a list: a person to add, one who is known already, or one refused, and why."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reading.imports.rules import HOME_CODE, NAME, PLACES, Homes, column_of, place_written
from reading.people.list_rules import (
    NO_GUARDIAN,
    Listed,
    Told,
    as_typed,
    guardians_among,
    listed_problems,
    read_listed,
    turned_into_date,
)

Cells = Mapping[str, str]
Written = tuple[int, Cells]
# What stands under a list where a name would stand.
NO_NAMES = ("合计", "总计", "小计", "共计", "总人数", "备注", "说明", "制表人", "填表人", "负责人")
UNREADABLE = "\ufffd"
OWN_HOUSEHOLD = Told("this is your own household: add them on your own pages, or ask a colleague")
IsOwn = Callable[[Listed, uuid.UUID | None], bool]
FindKnown = Callable[[Sequence[Listed]], Mapping[int, uuid.UUID]]


@dataclass(frozen=True)
class Wrong:
    """A line that is not taken, as it was written, and why."""

    line: int
    cells: Cells
    told: Sequence[Told]


@dataclass(frozen=True)
class Judged:
    """The lines of a list: people to add, people known already (with their record), lines refused.

    ``guardians`` holds, by the line of somebody under 18, the line of the grown-up who looks after them; under 14
    there must be one, who agreed in the child's place.
    """

    new: list[Listed] = field(default_factory=list)
    known: list[Listed] = field(default_factory=list)
    refused: list[Wrong] = field(default_factory=list)
    guardians: dict[int, int] = field(default_factory=dict)
    records: Mapping[int, uuid.UUID] = field(default_factory=dict)


def people_on(written: Iterable[Written]) -> list[Written]:
    """Return the lines that tell of a person: not a heading repeated on the next page, not a line left blank."""
    return [
        (line, cells)
        for line, cells in written
        if any(cells.values()) and column_of(cells.get(NAME, "")) != NAME
    ]


def judged(
    written: Iterable[Written], homes: Homes, where: str, today: date, find: FindKnown, is_own: IsOwn
) -> Judged:
    """Return what becomes of these lines; ``where`` names the place of the list, ``find`` who is known already.

    ``is_own`` tells whether somebody to add, with this guardian if known, is of the importer's own household.
    """
    lines = dict(people_on(written))
    rows = [_placed(line, cells, homes, where) for line, cells in lines.items()]
    wrong: dict[int, list[Told]] = {}
    for line, told in listed_problems(rows, today):
        wrong.setdefault(line, []).append(told)
    right = [row for row in rows if row.line not in wrong]
    records, guardians = find(right), guardians_among(right, today)
    for row in right:
        why = _why_not(row, guardians.get(row.line), records, today, is_own)
        if row.line not in records and why is not None:
            wrong[row.line] = [why]
    right = [row for row in right if row.line not in wrong]
    return Judged(
        new=[row for row in right if row.line not in records],
        known=[row for row in right if row.line in records],
        refused=[Wrong(line, lines[line], told) for line, told in sorted(wrong.items())],
        guardians={line: guardian for line, guardian in guardians.items() if line not in wrong},
        records=records,
    )


def _why_not(
    row: Listed, guardian: int | None, records: Mapping[int, uuid.UUID], today: date, is_own: IsOwn
) -> Told | None:
    if guardian is None and row.needs_guardian(today):
        return NO_GUARDIAN
    return OWN_HOUSEHOLD if is_own(row, records.get(guardian or 0)) else None


def _placed(line: int, cells: Cells, homes: Homes, where: str) -> Listed:
    """Return the person of a line at the home it means; trouble with that is told like any other."""
    code, (text, door) = as_typed(cells.get(HOME_CODE, "")), place_written(cells)
    turned = [told for column in PLACES if (told := turned_into_date(cells.get(column, "")))]
    found, door = ([], "") if turned else homes.meant(code or text, as_typed(door))
    row = read_listed(line, {**{NAME: "", "phone": "", "born_on": ""}, **cells, "door": door})
    row = row.at(found[0].code if found else "")
    if any(UNREADABLE in text for text in cells.values()):
        row = row.but(Told("it holds letters that cannot be read"))
    if row.name in NO_NAMES:
        row = row.but(Told("'%(shown)s' is no name of a person", {"shown": row.name}))
    shown = code or text or door
    for told in turned or _place_trouble([place.level for place in found], shown[:40], where):
        row = row.but(told)
    return row


def _place_trouble(levels: Sequence[str], shown: str, where: str) -> list[Told]:
    if not levels:
        return [Told("there is no place '%(shown)s' in %(where)s", {"shown": shown, "where": where})]
    if len(levels) > 1:
        return [Told("several places in %(where)s are called '%(shown)s'", {"shown": shown, "where": where})]
    if levels[0] in ("city", "township"):
        return [Told("it does not say which village or neighbourhood")]
    return []
