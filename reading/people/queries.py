"""Every SELECT about people."""

import uuid
from typing import cast

from flask_login import current_user

from reading.extensions import db
from reading.people.models import Account


def account_for_sign_in(account_id: str) -> Account | None:
    """Return the account a sign-in belongs to; Flask-Login asks at every request."""
    return db.session.get(Account, uuid.UUID(account_id))


def signed_in() -> Account:
    """Return the account that is signed in; only in a view that requires it."""
    return cast(Account, current_user._get_current_object())
