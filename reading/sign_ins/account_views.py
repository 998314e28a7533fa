"""Pages about the account of somebody who holds a role, for the administrators above."""

import uuid

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading.access import requires
from reading.communities import queries as communities
from reading.people.answers import done, page
from reading.people.queries import signed_in
from reading.sign_ins import account_actions, account_queries
from reading.sign_ins.account_actions import PERMISSION
from reading.sign_ins.account_queries import Holder

bp = Blueprint("accounts", __name__)


@bp.get("/accounts/<uuid:account_id>")
@requires(PERMISSION)
def show(account_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody holds, when they were last seen, and what can be done about their account."""
    holder = _holder(account_id)
    labels = communities.full_labels(role.community for role in holder.roles)
    return page("sign_ins/account.html", holder=holder, labels=labels, own=signed_in())


@bp.post("/accounts/<uuid:account_id>/closing")
@requires(PERMISSION)
def close(account_id: uuid.UUID) -> ResponseReturnValue:
    """Let nobody in with this account, from the next request on."""
    holder = _holder(account_id)
    account_actions.close(account_id, by=signed_in())
    return done(
        ".show", _("The account of %(name)s is closed.", name=holder.account.name), account_id=account_id
    )


@bp.post("/accounts/<uuid:account_id>/closing/ending")
@requires(PERMISSION)
def reopen(account_id: uuid.UUID) -> ResponseReturnValue:
    """Let an account in again."""
    holder = _holder(account_id)
    account_actions.reopen(account_id, by=signed_in())
    return done(
        ".show", _("The account of %(name)s is open again.", name=holder.account.name), account_id=account_id
    )


@bp.post("/accounts/<uuid:account_id>/second-factor/ending")
@requires(PERMISSION)
def end_second_factor(account_id: uuid.UUID) -> ResponseReturnValue:
    """End the second step of somebody who lost the phone."""
    _holder(account_id)
    account_actions.end_second_factor(account_id, by=signed_in())
    return done(".show", _("The second step has ended. It can be set up anew."), account_id=account_id)


def _holder(account_id: uuid.UUID) -> Holder:
    return account_queries.holder(signed_in(), account_id) or abort(404)
