"""Granting and ending roles."""

import uuid

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.access import ADMIN
from reading.audit import actions as audit
from reading.communities import queries as communities
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.people import queries, role_queries
from reading.people.models import Account, Role
from reading.people.rules import may_grant


@again_if_raced("uq_roles_held", "roles.account_id")
@action
def grant_role(account_id: uuid.UUID, name: str, code: str, by: Account) -> Role:
    """Return the role the account now holds at a node; what it held already is left as it was.

    Raises ``Refused`` where ``by`` may not grant it.
    """
    by = _read_anew(by)
    node = communities.get(code)
    if node is None or not may_grant(by.roles, name, node.path):
        raise Refused(_("You may not grant this role there."))
    held = queries.role_held(account_id, name, code)
    if held is None:
        granted = {"granted_at": clock.now(), "granted_by": by.id}
        held = Role(account_id=account_id, name=name, community_id=code, **granted)
        db.session.add(held)
        audit.write("role.granted", by=by.id, subject=account_id, community_code=code, role=name)
    return held


@action
def end_role(role_id: uuid.UUID, by: Account) -> None:
    """End a role; one that has ended already is left.

    Raises ``Refused`` for a role of one's own, so that nobody locks themselves out, for a city's last administrator,
    and where ``by`` may not.
    """
    by = _as_of_now(role_id, by)
    role = db.session.scalar(select(Role).where(Role.id == role_id).with_for_update(of=Role))
    if role is None or not may_grant(by.roles, role.name, role.path):
        raise Refused(_("You may not end this role."))
    if role.account_id == by.id:
        raise Refused(_("Your own role is ended by somebody else, so that nobody locks themselves out."))
    if role.ended_at is None and _is_last_admin(role):
        raise Refused(_("This is the city's last administrator. Grant the role to somebody else first."))
    if role.ended_at is None:
        role.ended_at, role.ended_by = clock.now(), by.id
        audit.write(
            "role.ended", by=by.id, subject=role.account_id, community_code=role.community_id, role=role.name
        )


def _as_of_now(role_id: uuid.UUID, by: Account) -> Account:
    """Where an administrator's role is to end let one such action go on at a time, and read what ``by`` holds then.

    Two administrators who end each other's role at the same moment would leave the city without any.
    """
    role = db.session.get(Role, role_id)
    if role and role.name == ADMIN:
        role_queries.lock_city(role.path)
    return _read_anew(by)


def _read_anew(by: Account) -> Account:
    """Return who acts, with the roles they hold at this moment."""
    return db.session.get_one(Account, by.id, populate_existing=True)


def _is_last_admin(role: Role) -> bool:
    runs_city = role.name == ADMIN and role.community.parent_code is None
    return runs_city and not role_queries.has_other_admin(role.path, role.account_id)
