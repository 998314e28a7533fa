"""What an administrator does to the account of somebody below: closing it, opening it again, ending its second step."""

import uuid

from flask_babel import gettext as _

from reading import clock
from reading.access import holds
from reading.audit import actions as audit
from reading.database import action
from reading.errors import Refused
from reading.extensions import db
from reading.people import role_queries
from reading.people.models import Account
from reading.sign_ins import actions, code_queries, totp_actions

PERMISSION = "accounts.manage"


@action
def close(account_id: uuid.UUID, by: Account) -> None:
    """Close an account: nobody is signed in with it from the next request on. What it recorded stays.

    Raises ``Refused`` where ``by`` may not, and for a city's last administrator.
    """
    account = _in_charge(account_id, by)
    if any(
        not role_queries.has_other_admin(path, account.id) for path in role_queries.cities_run_by(account)
    ):
        raise Refused(_("This is the city's last administrator. Grant the role to somebody else first."))
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        number = actions.end_all(account_id, by.id, "closed")
        audit.write("account.closed", by=by.id, subject=account_id, ended=number)


@action
def reopen(account_id: uuid.UUID, by: Account) -> None:
    """Let an account that was closed sign in again. Raises ``Refused`` where ``by`` may not."""
    account = _in_charge(account_id, by)
    if account.disabled_at is not None:
        account.disabled_at = None
        audit.write("account.reopened", by=by.id, subject=account_id)


@action
def end_second_factor(account_id: uuid.UUID, by: Account) -> None:
    """End the second step of somebody who lost the phone; where none stands nothing changes.

    Raises ``Refused`` where ``by`` may not.
    """
    _in_charge(account_id, by)
    totp_actions.end(account_id, by.id)


def _in_charge(account_id: uuid.UUID, by: Account) -> Account:
    """Hold the account for writing. In each city it runs only one such action goes on at a time: an admin remains."""
    account = db.session.get_one(Account, account_id)
    for path in role_queries.cities_run_by(account):
        role_queries.lock_city(path)
    account = db.session.get_one(Account, account_id, with_for_update={"of": Account}, populate_existing=True)
    by = db.session.get_one(Account, by.id, populate_existing=True)
    if by.disabled_at or not holds(by.roles, PERMISSION) or not code_queries.is_in_charge(by, account):
        raise Refused(_("You may not do this for this account."))
    return account
