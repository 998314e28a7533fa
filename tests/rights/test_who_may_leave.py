"""Who may leave, and for whom: guardians, staff and their roles, residents without an account."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.people.models import Account, Role
from reading.rights import actions, erasing
from reading.rights.models import Leaving
from reading.rights.rules import LATER, NOW
from tests.at_once import at_once
from tests.cast import Cast, add_account, add_resident
from tests.pages import Visitor, fields_of
from tests.rights.leaves import PATH, filled, wish_of
from tests.rights.traces import traces
from tests.stage import Stage


def test_a_guardian_lets_a_child_leave_and_stays(app: Flask, stage: Stage) -> None:
    cast = stage.cast
    visitor = Visitor(app).sign_in(cast.resident)
    told = filled(visitor, who=str(cast.child.id), when=NOW, sure="y")
    page = visitor.post(PATH, 302, **told)
    assert page.response.location == PATH
    assert "Everything was erased." in visitor.get(PATH).text
    assert traces("张小花") == []
    assert db.session.get(Account, cast.account("resident").id) is not None


def test_roles_end_with_the_wish_and_do_not_come_back(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    visitor.post(PATH, 302, **filled(visitor))
    db.session.expire_all()
    assert all(
        one.ended_at for one in db.session.scalars(select(Role).where(Role.account_id == cast.librarian.id))
    )
    visitor.get("/staff", 403)
    wish = db.session.scalars(select(Leaving)).one()
    assert visitor.get("/", 302).response.location == PATH
    visitor.post(f"/leavings/{wish.id}/withdrawal", 302)
    visitor.get("/staff", 403)


def test_an_account_that_looks_after_nobody_is_erased_with_its_roles(app: Flask, stage: Stage) -> None:
    cast = stage.cast
    name, phone = cast.librarian.name, cast.librarian.phone
    visitor = Visitor(app).sign_in(cast.librarian)
    visitor.post(PATH, 302, **filled(visitor, when=NOW, sure="y"))
    told = [
        one
        for one in traces(name)
        if not one.startswith("events.host") and not one.startswith("courses.host")
    ]
    assert told == []
    assert traces(phone) == []


def test_the_last_administrator_of_a_city_cannot_leave_and_is_told_why(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.admin)
    page = visitor.post(PATH, 409, **filled(visitor))
    assert "You are the last administrator of 林州市. Give somebody else this role first." in page.text
    assert db.session.scalars(select(Leaving)).all() == []
    other = add_account("何主任", "13900000009")
    db.session.add(
        Role(account_id=other.id, name="admin", community_id="410581", granted_at=other.created_at)
    )
    db.session.commit()
    visitor.post(PATH, 302, **filled(visitor))


def test_two_last_administrators_leaving_at_once_leave_one(app: Flask, cast: Cast) -> None:
    other = add_account("何主任", "13900000009")
    db.session.add(
        Role(account_id=other.id, name="admin", community_id="410581", granted_at=other.created_at)
    )
    db.session.commit()

    left: list[bool] = []

    def leave(account_id: uuid.UUID) -> Callable[[], None]:
        def try_it() -> None:
            try:
                actions.leave_account(uuid.uuid4(), account_id, LATER)
                left.append(True)
            except Refused:
                left.append(False)

        return try_it

    at_once(app, leave(cast.admin.id), leave(other.id))
    assert sorted(left) == [False, True]


def test_staff_write_the_wish_of_who_has_no_account_down(app: Flask, cast: Cast) -> None:
    path = f"/residents/{cast.phoneless.id}/leaving"
    steward = Visitor(app).sign_in(cast.steward)
    steward.get(f"/residents/{cast.resident.id}/leaving", 404)  # they say it themselves
    Visitor(app).sign_in(cast.organizer).get(path, 403)
    steward.post(path, 302, **filled(steward, path))
    assert "吴大爷" in steward.get("/residents/leaving").text
    assert "吴大爷" not in steward.get("/residents").text
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "leaving.wished")).all()
    assert [(one.by_id, one.subject_id) for one in lines] == [(cast.steward.id, cast.phoneless.id)]
    assert "Take it back" in steward.get(path).text
    wish = wish_of(cast.phoneless)
    assert wish is not None
    steward.post(f"/leavings/{wish.id}/withdrawal", 302)
    assert "吴大爷" in steward.get("/residents").text


def test_who_asked_for_later_can_ask_for_at_once(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    wish = actions.leave(uuid.uuid4(), cast.phoneless.id, LATER, cast.steward.id)
    path = f"/leavings/{wish.id}/erasure"
    page = steward.post(path, 400, **fields_of(steward.get(path).form()))
    assert page.errors_of("sure")
    steward.post(path, 302, sure="y")
    assert traces("吴大爷") == []
    steward.get(path, 404)


def test_a_guardian_without_an_account_leaves_no_child_to_nobody(app: Flask, cast: Cast) -> None:
    ward = add_resident("吴小满", "410581001001-1-1-1")
    ward.relation, ward.guardian_id = "child", cast.phoneless.id
    db.session.commit()
    steward = Visitor(app).sign_in(cast.steward)
    path = f"/residents/{cast.phoneless.id}/leaving"
    page = steward.post(path, 409, **filled(steward, path))
    assert "Nobody else looks after 吴小满." in page.text
    wishes = [actions.leave(uuid.uuid4(), one.id, NOW, cast.steward.id) for one in (ward, cast.phoneless)]
    assert erasing.erase_due(wishes[-1].due_at + timedelta(seconds=1)) == 2
    assert traces("吴小满", "吴大爷") == []
