"""An administrator of a township grants within the township, and nowhere else."""

from typing import Any

import pytest
from sqlalchemy import select

from reading.access import ADMIN, LIBRARIAN, ORGANIZER, STEWARD
from reading.errors import Refused
from reading.extensions import db
from reading.people import role_actions
from reading.people.models import Account, Role
from tests.cast import Cast, add_staff
from tests.pages import Visitor

TOWNSHIP, COMMUNITY, BUILDING = "410581001", "410581001001", "410581001001-1-1"


@pytest.fixture
def township(cast: Cast) -> Account:
    """The administrator of 开元街道."""
    made = add_staff("街道管理员", "13900000011", ADMIN, TOWNSHIP)
    db.session.commit()
    return made


def roles_of(cast: Cast) -> list[tuple[str, str]]:
    """Return the roles `neighbour` holds."""
    held = select(Role).where(Role.account_id == cast.neighbour.account_id, Role.ended_at.is_(None))
    return [(role.name, role.community_id) for role in db.session.scalars(held)]


@pytest.mark.parametrize("role", [STEWARD, LIBRARIAN, ORGANIZER, ADMIN])
@pytest.mark.parametrize("code", [TOWNSHIP, COMMUNITY, BUILDING])
def test_every_role_is_granted_within_the_township(
    cast: Cast, township: Account, role: str, code: str
) -> None:
    account_id = cast.neighbour.account_id
    assert account_id
    role_actions.grant_role(account_id, role, code, by=township)
    assert roles_of(cast) == [(role, code)]


@pytest.mark.parametrize("role", [STEWARD, LIBRARIAN, ADMIN])
@pytest.mark.parametrize("code", ["410581", "410581106", "410581106210", "410500", "410500001001"])
def test_nothing_is_granted_above_or_beside_the_township(
    cast: Cast, township: Account, role: str, code: str
) -> None:
    account_id = cast.neighbour.account_id
    assert account_id
    with pytest.raises(Refused):
        role_actions.grant_role(account_id, role, code, by=township)
    assert roles_of(cast) == []


def test_the_page_grants_within_the_township_alone(cast: Cast, township: Account, visitor: Visitor) -> None:
    page = visitor.sign_in(township).get("/roles/new")
    sound: dict[str, Any] = {"phone": "13800000002", "role": LIBRARIAN}
    for beside in ("410581", "任村镇", "410581106210"):
        refused = visitor.submit(page, 400, **sound, community=beside)
        assert "There is no such place" in refused.errors_of("community")
    visitor.submit(page, **sound, community=COMMUNITY)
    assert roles_of(cast) == [(LIBRARIAN, COMMUNITY)]


def test_roles_of_the_city_and_of_other_townships_are_neither_seen_nor_ended(
    cast: Cast, township: Account, visitor: Visitor
) -> None:
    visitor.sign_in(township)
    text = visitor.get("/roles").text
    assert "李馆员" in text
    assert "王主任" not in text
    assert "赵组织" not in text
    for holder in (cast.admin, cast.organizer):
        role_id = db.session.scalars(select(Role.id).where(Role.account_id == holder.id)).one()
        visitor.post(f"/roles/{role_id}/ending", 404)
        assert db.session.get_one(Role, role_id).ended_at is None
