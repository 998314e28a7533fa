"""Which records may be one person, and which of two goes on; pure."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

SHOWN_OF_PHONE = 3, 4


class Record(Protocol):
    """A resident's record, as far as a merge chooses by it."""

    id: uuid.UUID
    account_id: uuid.UUID | None
    guardian_id: uuid.UUID | None
    relation: str
    created_at: datetime


R = TypeVar("R", bound=Record)


def are_neighbours(one: str, other: str) -> bool:
    """Tell whether one of two homes, told as paths, lies within the other, or they are the same.

    Who was once entered under the village, and once under the unit, lives in both.
    """
    return one.startswith(other) or other.startswith(one)


def why_namesakes(one: tuple[str, str | None], other: tuple[str, str | None]) -> str | None:
    """Return why two of one name, told by their homes' paths and buildings, may be one person; None: they are not.

    "name": they live in one building; "place": in one place, of which not both say the building.
    """
    (path, building), (others, others_building) = one, other
    if building and others_building:
        return "name" if building == others_building else None
    return "place" if are_neighbours(path, others) else None


def is_settled(one: Record, other: Record) -> bool:
    """Tell whether it is clear which record goes on: not where two accounts look after them."""
    return one.account_id is None or other.account_id in (None, one.account_id)


def which_goes_on(one: R, other: R) -> tuple[R, R]:
    """Return the record that goes on and the other: the one with an account, else a guardian, else the older."""
    first, second = sorted((one, other), key=_rank)
    return first, second


def _rank(record: Record) -> tuple[bool, bool, bool, datetime, uuid.UUID]:
    alone = record.account_id is None, record.guardian_id is None
    return *alone, record.relation != "self", record.created_at, record.id


@dataclass(frozen=True)
class Seat:
    """A sign-up, as far as the better of two is told by it."""

    id: uuid.UUID
    seated: bool
    created_at: datetime


def better_seat(one: Seat, other: Seat) -> Seat:
    """Return the better of two sign-ups of one person: a seat before waiting, then the earlier."""
    return min(one, other, key=lambda seat: (not seat.seated, seat.created_at, seat.id))


def masked_phone(phone: str | None) -> str:
    """Return a phone number as a neighbour may see it: 138****0001."""
    if not phone:
        return ""
    head, tail = SHOWN_OF_PHONE
    return f"{phone[:head]}****{phone[-tail:]}"
