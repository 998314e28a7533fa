"""Who belongs to which door."""

import uuid
from typing import Any

import pytest

from reading.stewards.rules import Household, Person, counted, households


def person(name: str, door: str = "", **more: Any) -> Person:
    known = {
        "id": uuid.uuid4(), "sort_key": name, "home_code": "u", "account_id": None, "guardian_id": None,
        "relation": "self", "has_phone": True, "takes_part": True,
    }  # fmt: skip
    return Person(name=name, door=door, **{**known, **more})


def told(found: list[Household]) -> list[tuple[str, list[str]]]:
    return [(one.door, [who.name for who in one.people]) for one in found]


def test_doors_stand_in_the_order_of_their_numbers_and_the_untold_last() -> None:
    people = [person("a", "10"), person("b", "2"), person("c"), person("d", "302"), person("e", "2")]
    assert told(households(people)) == [("2", ["b", "e"]), ("10", ["a"]), ("302", ["d"]), ("", ["c"])]


def test_who_shares_an_account_or_a_guardian_lives_together() -> None:
    account, granny = uuid.uuid4(), person("granny")
    people = [
        person("z", account_id=account), person("a child", account_id=account, relation="child"), granny,
        person("a grandchild", guardian_id=granny.id, relation="child"), person("alone"),
    ]  # fmt: skip
    assert told(households(people)) == [
        ("", ["alone"]), ("", ["granny", "a grandchild"]), ("", ["z", "a child"]),
    ]  # fmt: skip


def test_a_door_told_of_one_is_the_door_of_the_household() -> None:
    account = uuid.uuid4()
    people = [person("a", "5", account_id=account), person("b", account_id=account), person("c", "5")]
    assert told(households(people)) == [("5", ["a", "b", "c"])]


def test_nobody_is_lost_and_nobody_stands_twice() -> None:
    accounts = [uuid.uuid4() for _ in range(9)]
    people = [
        person(str(number), str(number % 7 or ""), account_id=accounts[number % 9] if number % 5 else None)
        for number in range(60)
    ]
    found = [one.id for household in households(people) for one in household.people]
    assert sorted(found) == sorted(one.id for one in people)


@pytest.mark.parametrize("number", [0, 1, 300])
def test_who_takes_part_and_who_has_no_phone_is_counted(number: int) -> None:
    people = [person(str(one), str(one), has_phone=bool(one % 3)) for one in range(number)]
    people += [person("left", "0", takes_part=False, has_phone=False)] if number else []
    counts = counted(households(people))
    assert (counts.doors, counts.people, counts.without_phone) == (number, number, -(-number // 3))
