"""A building with a few households in it, beside the cast."""

from dataclasses import dataclass
from datetime import date

import pytest

from reading.extensions import db
from reading.people.models import Account, Resident
from tests.cast import Cast, add_resident, add_staff

BUILDING = "410581001001-1-1"
UNIT_1, UNIT_2 = f"{BUILDING}-1", f"{BUILDING}-2"


@dataclass
class Doors:
    """Behind 302 of 1单元 a grandmother with a grandchild, no phone; behind 2 two sisters with an account each;
    behind 10 of 2单元 the steward `neighbourly`, at home with a spouse."""

    cast: Cast
    granny: Resident
    grandchild: Resident
    sisters: list[Resident]
    neighbourly: Account
    own: Resident
    spouse: Resident


def at_door(resident: Resident, door: str) -> Resident:
    resident.door = door
    return resident


@pytest.fixture
def doors(cast: Cast) -> Doors:
    """The households of 1号楼."""
    granny = at_door(add_resident("郑奶奶", UNIT_1), "302")
    child = at_door(add_resident("郑小宝", UNIT_1, born_on=date(2017, 6, 1)), "302")
    child.relation, child.guardian_id, child.child_number = "child", granny.id, 7
    sisters = [
        at_door(add_resident(name, UNIT_1, phone=f"1380000003{number}"), "2")
        for number, name in enumerate(("李大姐", "李二姐"))
    ]
    neighbourly = add_staff("吴楼长", "13900000008", "steward", BUILDING)
    own = at_door(add_resident("吴楼长", UNIT_2), "10")
    own.account_id = neighbourly.id
    spouse = at_door(add_resident("吴太太", UNIT_2, phone="13800000040"), "10")
    db.session.commit()
    return Doors(cast, granny, child, sisters, neighbourly, own, spouse)
