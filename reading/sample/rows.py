"""The rows of people as the database keeps them."""

from collections.abc import Iterator
from typing import Any

from reading.people.rules import NOTICE_VERSION
from reading.sample.draw import Draw
from reading.sample.people import Login, Person
from reading.text import pinyin_keys, sort_key


def account(login: Login) -> dict[str, Any]:
    """Return the account's row."""
    return {
        "id": login.id, "phone": login.phone, "password_hash": login.password_hash, "name": login.name,
        "created_at": login.created_at,
    }  # fmt: skip


def resident(person: Person) -> dict[str, Any]:
    """Return the resident's row."""
    return {
        "id": person.id, "community_id": person.place.code, "home_code": person.stays[-1].home,
        "account_id": person.account.id if person.account else None, "relation": person.relation,
        "name": person.name, "keys": pinyin_keys(person.name), "sort_key": sort_key(person.name),
        "born_on": person.born_on, "phone": person.phone, "show_as": person.show_as, "nickname": person.nickname,
        "child_number": person.child_number, "created_at": person.joined_at, "created_by": person.writer,
    }  # fmt: skip


def residences(draw: Draw, person: Person) -> Iterator[dict[str, Any]]:
    """Yield where the person has lived."""
    for stay in person.stays:
        yield {
            "id": draw.id(), "resident_id": person.id, "community_id": stay.place.code, "home_code": stay.home,
            "since": stay.since, "recorded_at": stay.recorded_at, "until": stay.until,
            "end_recorded_at": stay.end_recorded_at,
        }  # fmt: skip


def consents(draw: Draw, person: Person) -> Iterator[dict[str, Any]]:
    """Yield what the person, or their guardian, agreed to on joining."""
    kinds = ("taking_part",) if person.show_as == "hidden" else ("taking_part", "boards")
    for kind in kinds:
        yield {
            "id": draw.id(), "resident_id": person.id, "kind": kind, "notice_version": NOTICE_VERSION,
            "given_at": person.joined_at, "given_by": person.writer, "withdrawn_at": None,
        }  # fmt: skip
