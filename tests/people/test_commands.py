"""`residents import` and `account create`."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading import passwords
from reading.extensions import db
from reading.people import import_actions, queries
from reading.people.models import Account, Resident
from tests.cast import Cast
from tests.pages import Visitor

HEADER = "name,phone,home_code,born_on\n"
UNIT = "410581001001-1-1-1"
SOUND = HEADER + f"郑奶奶,,{UNIT},1948-03-08\n冯大爷,+86 137 0000 0001,410581106200,\n冯大爷,,410581001001,\n"


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Resident)) or 0


def run(app: Flask, *args: str, said: str = "", status: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=list(args), input=said)
    db.session.remove()
    assert result.exit_code == status, result.output
    return result.output


def test_a_list_of_people_comes_in_and_again_adds_nobody(cast: Cast, app: Flask, tmp_path: Path) -> None:
    before, file = count(), tmp_path / "people.csv"
    file.write_text("\ufeff" + SOUND, encoding="utf-8")
    assert run(app, "residents", "import", str(file)) == "3 added, 0 known already\n"
    assert run(app, "residents", "import", str(file)) == "0 added, 3 known already\n"
    assert count() == before + 3
    (found,) = queries.find_residents("/410581/410581106/", "0001", 5)[:1]
    assert (found.name, found.phone, found.community_id) == ("冯大爷", "13700000001", "410581106200")


def test_who_joined_alone_is_known(cast: Cast, app: Flask) -> None:
    lines = f"张晓明,13800000001,{UNIT},\n吴大爷,13700000009,{UNIT},\n单田方,13700000008,410581001001-1-2,\n"
    counts = import_actions.import_residents((HEADER + lines).encode())
    assert (counts.added, counts.known) == (1, 2)


def test_a_child_on_a_list_belongs_to_the_grown_up_with_the_same_phone(
    cast: Cast, app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        HEADER + f"小明,13700000001,{UNIT},2019-06-01\n冯大爷,13700000001,{UNIT},\n", encoding="utf-8"
    )
    assert run(app, "residents", "import", str(file)) == "2 added, 0 known already\n"
    assert run(app, "residents", "import", str(file)) == "0 added, 2 known already\n"
    child, guardian = (
        db.session.scalars(select(Resident).where(Resident.name == name)).one() for name in ("小明", "冯大爷")
    )
    assert (child.relation, child.guardian_id) == ("child", guardian.id)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND.encode("gbk"), "line 2: this is not UTF-8; it looks like GBK"),
        (b"name,phone\n", "line 1: the header must be name,phone,home_code,born_on"),
        ((SOUND + "某人,,nowhere,\n").encode(), "line 5: nobody can live at 'nowhere'"),
        ((SOUND + "某人,,410581001,\n").encode(), "line 5: nobody can live at '410581001'"),
        ((SOUND + f"某人,12345,{UNIT},\n").encode(), "line 5: '12345' is no mobile number"),
        (
            (SOUND + f'某人,"13800000001,13800000002",{UNIT},\n').encode(),
            "line 5: '13800000001,13800000002' are several phone numbers; leave one of them",
        ),
        ((SOUND + f"某人,,{UNIT},1956-02-30\n").encode(), "line 5: '1956-02-30' is no date"),
        ((SOUND + f",,{UNIT},\n").encode(), "line 5: the name is empty"),
        ((SOUND + f"郑奶奶,,{UNIT},1948-3-8\n").encode(), "line 5: the same person stands on line 2"),
        ((SOUND + "某人,\n").encode(), "line 5: 2 columns instead of 4"),
        ((SOUND + f"小明,,{UNIT},2019-06-01\n").encode(), "line 5: under 14 a guardian must agree"),
    ],
)
def test_a_bad_list_imports_nobody_and_names_the_line(cast, app, tmp_path, content: bytes, said: str) -> None:
    before, file = count(), tmp_path / "people.csv"
    file.write_bytes(content)
    output = run(app, "residents", "import", str(file), status=1)
    assert "Nobody was imported." in output
    assert said in output
    assert count() == before


CREATE = ("account", "create", "+86 139-9999-0001", "--name", "孙主任", "--role", "admin", "--at", "410581")


def test_the_first_admin_gets_the_password_that_was_piped(cast: Cast, app: Flask) -> None:
    output = run(app, *CREATE, said="密码 with spaces \n")
    assert output == "13999990001 is admin at 410581.\n"
    visitor = Visitor(app)
    visitor.submit(visitor.get("/sign-in"), phone="13999990001", password="密码 with spaces ")
    assert "孙主任" in visitor.get("/me").text
    assert visitor.get("/roles", 302).response.location == "/me/second-factor?next=/roles"


def test_without_one_a_password_is_drawn_and_printed_once(cast: Cast, app: Flask) -> None:
    output = run(app, *CREATE)
    password = output.rsplit("Password: ", 1)[1].strip()
    assert len(password) == passwords.DRAWN_LENGTH
    kept = db.session.scalar(select(Account.password_hash).where(Account.phone == "13999990001"))
    assert passwords.matches(kept, password)
    assert kept is not None
    assert password not in kept


@pytest.mark.parametrize(
    ("changed", "piped", "said"),
    [
        ({2: "12345"}, "", "no mobile number"),
        ({2: "13800000001"}, "", "has an account already"),
        ({4: ""}, "", "A name has 1 to 40 characters."),
        ({4: "孙\u202e"}, "", "A name has 1 to 40 characters."),
        ({8: "nowhere"}, "", "There is no node with the code 'nowhere'."),
        ({}, "short\n", "A password has 8 to 128 characters."),
        ({}, "x" * 129 + "\n", "A password has 8 to 128 characters."),
        ({}, "yuedu123\n", "This password is easily guessed"),
        ({}, "13999990001\n", "This password is easily guessed"),
    ],
)
def test_an_account_that_cannot_be_is_told(cast, app, changed: dict[int, str], piped: str, said: str) -> None:
    args = [changed.get(place, word) for place, word in enumerate(CREATE)]
    assert said in run(app, *args, said=piped, status=1)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 8


def test_an_unknown_role_is_refused(cast: Cast, app: Flask) -> None:
    run(app, *CREATE[:6], "king", *CREATE[7:], status=2)
