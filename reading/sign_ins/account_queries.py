"""Every SELECT about the accounts of those who hold roles: when they were seen, and who is in charge of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from reading.extensions import db
from reading.people import role_queries
from reading.people.models import Account, Role
from reading.sign_ins import code_queries
from reading.sign_ins.models import SignIn


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a role, as an administrator sees them: the ``roles`` within reach, when they were seen.

    ``is_below``: whether the account itself, with all its roles and its home, is the administrator's to manage.
    """

    account: Account
    roles: list[Role]
    seen_at: datetime | None
    is_below: bool


def last_seen(account_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return, by account, when a device of theirs was last seen."""
    wanted = set(account_ids)
    found = select(SignIn.account_id, func.max(SignIn.seen_at)).where(SignIn.account_id.in_(wanted))
    rows = db.session.execute(found.group_by(SignIn.account_id)).all() if wanted else []
    return {row[0]: row[1] for row in rows}


def holder(by: Account, account_id: uuid.UUID) -> Holder | None:
    """Return who holds a role that ``by`` may end; None for anybody else."""
    roles = role_queries.roles_of(by, account_id)
    if not roles:
        return None
    account = db.session.get_one(Account, account_id)
    seen = last_seen([account_id]).get(account_id)
    return Holder(account, roles, seen, code_queries.is_in_charge(by, account))


def init_app(app: Flask) -> None:
    """Let pages tell when somebody was last seen."""
    app.add_template_global(last_seen, "last_seen")
