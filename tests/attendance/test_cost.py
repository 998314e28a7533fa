"""What a batch of marks costs the database: so many statements, however many people it is of."""

import uuid

import pytest

from reading.attendance import actions
from reading.attendance.rules import MarkSent
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Resident
from tests.attendance.marking import add_card, disagreements, sent
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.statements import statements

MOST_STATEMENTS = 40
MOST_STATEMENTS_OF_DUPLICATES = 18


@pytest.fixture
def villagers(cast: Cast) -> list[Resident]:
    found = [add_resident(f"村民{number}", "410581001001") for number in range(50)]
    db.session.commit()
    return found


@pytest.fixture
def evening(cast: Cast, clock: TestClock) -> Event:
    """An evening on the learning day, so that stamps are given too."""
    found = planned(cast, starts_at=at("2026-11-10 19:00"), ends_at=at("2026-11-10 20:30"))
    clock.set(at("2026-11-10 19:05"))
    return found


def cost(event: Event, by: Account, marks: list[MarkSent]) -> tuple[int, set[str]]:
    account = db.session.get_one(Account, by.id)
    with statements() as told:
        answers = actions.mark(event.id, marks, account)
    return len(told), {one.answer for one in answers}


def test_fifty_marks_of_every_kind_cost_few_statements(
    evening: Event, cast: Cast, villagers: list[Resident]
) -> None:
    cards = [
        add_card(one, f"abcd23{number:02}".replace("0", "z").replace("1", "y"), at("2026-11-01 09:00")).code
        for number, one in enumerate(villagers[:12])
    ]
    marks = [sent(card=one) for one in cards]
    marks += [sent(guest_id=uuid.uuid4(), guest_name=f"来客{one}") for one in range(10)]
    marks += [sent(one) for one in villagers[12:40]]
    number, answers = cost(evening, cast.librarian, marks)
    assert answers == {"stored"}
    assert number <= MOST_STATEMENTS
    assert disagreements() == []
    number, answers = cost(evening, cast.librarian, marks)
    assert answers == {"duplicate"}
    assert number <= MOST_STATEMENTS_OF_DUPLICATES
    undone = [sent(one, "undone") for one in villagers]
    number, answers = cost(evening, cast.librarian, [*undone[:40]])
    assert answers == {"stored"}
    assert number <= MOST_STATEMENTS


def test_a_batch_of_fifty_costs_what_a_batch_of_five_costs(
    evening: Event, cast: Cast, villagers: list[Resident]
) -> None:
    few, _answers = cost(evening, cast.librarian, [sent(one) for one in villagers[:5]])
    many, _answers = cost(evening, cast.librarian, [sent(one) for one in villagers[5:]])
    assert many <= few + 2


def test_refused_marks_cost_no_more(evening: Event, cast: Cast) -> None:
    marks = [sent(resident_id=uuid.uuid4()) for _one in range(50)]
    number, answers = cost(evening, cast.librarian, marks)
    assert answers == {"refused"}
    assert number <= MOST_STATEMENTS_OF_DUPLICATES
