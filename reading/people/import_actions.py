"""Lists of people, taken in whole or not at all."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reading import clock
from reading.audit import actions as audit
from reading.csv_files import BadFile, Problem, read_rows
from reading.database import action
from reading.extensions import db
from reading.people import queries, settling
from reading.people.list_queries import known_among
from reading.people.list_rules import NO_GUARDIAN, Listed, guardians_among, listed_problems, read_listed
from reading.people.models import Resident

COLUMNS = ("name", "phone", "home_code", "born_on")


@dataclass(frozen=True)
class Counts:
    """What an import of residents did."""

    added: int
    known: int


@action
def import_residents(content: bytes) -> Counts:
    """Enrol the people of a CSV file (``COLUMNS``), all or none; who stands there already is left.

    Raises ``BadFile``.
    """
    rows = [read_listed(line, row) for line, row in read_rows(content, COLUMNS)]
    homes = queries.homes({row.home_code for row in rows})
    told = [(line, str(problem)) for line, problem in listed_problems(rows, clock.today())]
    if told or _homeless(rows, homes):
        raise BadFile(sorted([*told, *_homeless(rows, homes)]))
    known, guardians = known_among(rows), guardians_among(rows, clock.today())
    new = [row for row in rows if row.line not in known]
    alone = [row.line for row in new if row.needs_guardian(clock.today()) and row.line not in guardians]
    if alone:
        raise BadFile([(line, str(NO_GUARDIAN)) for line in alone])
    enrol_listed(new, guardians, known, by=None)
    audit.write("residents.imported", by=None, added=len(new), known=len(known))
    return Counts(len(new), len(known))


def _homeless(rows: Iterable[Listed], homes: set[str]) -> list[Problem]:
    lost = [row for row in rows if row.home_code not in homes]
    return [
        (row.line, f"nobody can live at {row.home_code!r}: no community, building or unit") for row in lost
    ]


def enrol_listed(
    new: Sequence[Listed],
    guardians: Mapping[int, int],
    known: Mapping[int, uuid.UUID],
    *,
    by: uuid.UUID | None,
) -> None:
    """Enrol the people of a list inside the caller's action; ``by`` vouches for their spoken consents.

    ``guardians`` holds, by the line of a child, that of the grown-up who agreed for it: on the list too, or
    among the ``known`` (line to record).
    """
    grown = [row for row in new if row.line not in guardians]
    people = {row.line: _person(row) for row in grown}
    settling.settle_all([(people[row.line], row.home_code) for row in grown], by)
    records = queries.standing_for(known[line] for line in set(guardians.values()) if line in known)
    looking_after = people | {
        line: db.session.get_one(Resident, records[known[line]])
        for line in guardians.values()
        if line in known
    }
    children = []
    for row in new:
        if row.line in guardians:
            child, guardian = _person(row), looking_after[guardians[row.line]]
            child.relation, child.guardian_id, child.account_id = "child", guardian.id, guardian.account_id
            children.append((child, row.home_code))
    settling.settle_all(children, by)


def _person(row: Listed) -> Resident:
    # The key is drawn at once: a child names its guardian's before either is written.
    return Resident(
        id=uuid.uuid4(), relation="self", name=row.name, phone=row.phone, born_on=row.born_on, door=row.door
    )
