"""More of the stage: two lists the steward of 1号楼 handed in, one of them confirmed, and a child who has turned 14."""

import uuid
from datetime import date

from reading.extensions import db
from reading.imports import actions, sheets
from reading.imports.models import RosterImport
from reading.people.models import Resident
from tests.cast import Cast, add_resident

BUILDING = "410581001001-1-1"
HEADS = "姓名,电话,单元,门牌,出生日期,身份证号"
WAITING = (
    "和顺园1号楼居民名单",
    HEADS,
    "郑奶奶,13700001001,2单元,201,1948-03-08,略",
    "郑小宝,13700001001,2单元,201,2019-06-01,略",
    "吴大爷,,1单元,,,",
    "冯大爷,1.38E+10,1单元,102,,",
    "尉迟大山,13700001003,2号楼1单元,101,,",
)
TAKEN = (HEADS, "吴大爷,,1单元,,,")


def hand_in_lists(cast: Cast) -> dict[str, RosterImport]:
    """Hand two lists in; the one that is taken in holds nobody who was not known."""
    kept = [
        actions.keep(
            uuid.uuid4(), cast.steward.id, BUILDING, sheets.handed_in("\n".join(lines).encode("gb18030"))
        )
        for lines in (WAITING, TAKEN)
    ]
    actions.confirm(kept[1].id, cast.steward)
    return {"list_waiting": kept[0], "list_taken": kept[1]}


def grown_child(cast: Cast) -> Resident:
    """Add a child of 14 to the household of `outsider`."""
    born_on, guardian = date(2012, 11, 1), cast.outsider.account
    child = add_resident("周小雨", cast.outsider.home_code, guardian=guardian, born_on=born_on)
    db.session.commit()
    return child
