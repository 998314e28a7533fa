"""The small named cast every test may use: a city of four communities and a person for each role.

    林州市 410581
      开元街道 410581001
        开元社区 410581001001 ── 和顺园 …-1 ── 1号楼 …-1-1 ── 1单元 …-1-1-1, 2单元 …-1-1-2
                                            └─ 2号楼 …-1-2
        兴林社区 410581001004
      任村镇 410581106
        任村村 410581106200
        上庄村 410581106210
    安阳市 410500 ── 北关街道 410500001 ── 北关社区 410500001001   (another city side by side)

People: `resident` reads in 开元社区 (1单元) with a `child`; `neighbour` lives in 2号楼; `outsider` lives in 上庄村;
`phoneless` lives in 1单元 and has no account. Staff: `steward` of 1号楼, `librarian` of 开元街道, `organizer` of
任村镇, `admin` of 林州市, `other_admin` of 安阳市; the two sign in with a second step.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from argon2 import PasswordHasher

from reading.access import ADMIN, LIBRARIAN, ORGANIZER, STEWARD
from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Account, Residence, Resident, Role
from reading.sign_ins.totp_models import SecondFactor
from reading.text import pinyin_keys, sort_key
from tests.recorded import Objects, Recorded

PASSWORD = "书香伴我行2026"
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

TREE = (
    ("410581", None, "city", "林州市"),
    ("410581001", "410581", "township", "开元街道"),
    ("410581001001", "410581001", "community", "开元社区"),
    ("410581001001-1", "410581001001", "compound", "和顺园"),
    ("410581001001-1-1", "410581001001-1", "building", "1号楼"),
    ("410581001001-1-1-1", "410581001001-1-1", "unit", "1单元"),
    ("410581001001-1-1-2", "410581001001-1-1", "unit", "2单元"),
    ("410581001001-1-2", "410581001001-1", "building", "2号楼"),
    ("410581001004", "410581001", "community", "兴林社区"),
    ("410581106", "410581", "township", "任村镇"),
    ("410581106200", "410581106", "community", "任村村"),
    ("410581106210", "410581106", "community", "上庄村"),
    ("410500", None, "city", "安阳市"),
    ("410500001", "410500", "township", "北关街道"),
    ("410500001001", "410500001", "community", "北关社区"),
)
SHANGZHUANG = "410581106210"


@dataclass
class Cast:
    """Everybody on stage. Staff are accounts; `resident`, `neighbour`, `outsider` have both."""

    admin: Account
    other_admin: Account
    librarian: Account
    organizer: Account
    steward: Account
    resident: Resident
    child: Resident
    neighbour: Resident
    outsider: Resident
    phoneless: Resident

    def account(self, who: str) -> Account:
        """Return the account of the person with this name in the cast."""
        person = getattr(self, who)
        found = person.account if isinstance(person, Resident) else person
        assert found is not None
        return found


@cache
def password_hash() -> str:
    """Return the hash of ``PASSWORD``, made once."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def put_on_stage() -> Cast:
    """Write the city and the cast into the empty database."""
    return Cast(**write())


@Recorded
def write() -> Objects:
    """Write what ``put_on_stage`` puts there; the people are named as in ``Cast``."""
    paths: dict[str | None, str] = {None: "/"}
    for code, parent, level, name in TREE:
        paths[code] = f"{paths[parent]}{code}/"
        db.session.add(
            Community(
                code=code,
                parent_code=parent,
                level=level,
                name=name,
                short_name=name,
                path=paths[code],
                keys=pinyin_keys(name),
                sort_key=sort_key(name),
            )
        )
        db.session.flush()
    resident = add_resident("张晓明", "410581001001-1-1-1", phone="13800000001")
    return {
        "admin": add_staff("王主任", "13900000001", ADMIN, "410581"),
        "other_admin": add_staff("钱主任", "13900000002", ADMIN, "410500"),
        "librarian": add_staff("李馆员", "13900000003", LIBRARIAN, "410581001"),
        "organizer": add_staff("赵组织", "13900000004", ORGANIZER, "410581106"),
        "steward": add_staff("孙楼长", "13900000005", STEWARD, "410581001001-1-1"),
        "resident": resident,
        "child": add_resident(
            "张小花", "410581001001-1-1-1", guardian=resident.account, born_on=date(2018, 5, 1)
        ),
        "neighbour": add_resident("单田方", "410581001001-1-2", phone="13800000002"),
        "outsider": add_resident("周外人", "410581106210", phone="13800000003"),
        "phoneless": add_resident("吴大爷", "410581001001-1-1-1"),
    }


def a_second_shangzhuang() -> str:
    """Add a village of 开元街道 that is called as the one of 任村镇, and return its code."""
    code, name = "410581001299", "上庄村"
    path = f"/410581/410581001/{code}/"
    db.session.add(
        Community(
            code=code, parent_code="410581001", level="community", name=name, short_name=name, path=path,
            keys=pinyin_keys(name), sort_key=sort_key(name),
        )
    )  # fmt: skip
    db.session.commit()
    return code


def add_account(name: str, phone: str) -> Account:
    """Add an account whose password is ``PASSWORD``.

    Its id follows from the phone: so what its phone draws as codes is no chance, and no two of them are ever alike
    in one run and not in the next.
    """
    told = {"id": uuid.uuid5(uuid.NAMESPACE_URL, f"tel:{phone}"), "created_at": LONG_AGO}
    account = Account(name=name, phone=phone, password_hash=password_hash(), **told)
    db.session.add(account)
    db.session.flush()
    return account


def add_staff(name: str, phone: str, role: str, code: str) -> Account:
    """Add an account that holds ``role`` at the node ``code``."""
    account = add_account(name, phone)
    db.session.add(Role(account_id=account.id, name=role, community_id=code, granted_at=LONG_AGO))
    if role == ADMIN:
        secure(account)
    db.session.flush()
    return account


def secure(account: Account) -> None:
    """Let the account sign in with a second step; what its phone shows, ``tests.sign_ins.totp.phone_shows`` tells."""
    account.secured_at = LONG_AGO
    db.session.add(SecondFactor(account_id=account.id, number=1, confirmed_at=LONG_AGO, last_step=0))


def add_resident(
    name: str,
    home: str,
    *,
    phone: str | None = None,
    guardian: Account | None = None,
    born_on: date | None = None,
    show_as: str = "hidden",
    nickname: str = "",
    since: datetime = LONG_AGO,
) -> Resident:
    """Add a resident living at the node ``home``; with ``phone`` an account of their own."""
    account = add_account(name, phone) if phone else guardian
    community = home.split("-")[0]
    resident = Resident(
        community_id=community,
        home_code=home,
        account_id=account.id if account else None,
        relation="child" if guardian else "self",
        name=name,
        keys=pinyin_keys(name),
        sort_key=sort_key(name),
        born_on=born_on,
        show_as=show_as,
        nickname=nickname,
        child_number=1 if guardian else None,
        created_at=since,
    )
    db.session.add(resident)
    db.session.flush()
    db.session.add(
        Residence(
            resident_id=resident.id,
            community_id=community,
            home_code=home,
            since=since.date(),
            recorded_at=since,
        )
    )
    db.session.flush()
    return resident
