"""Signing a browser in without the page: the row, and the token that goes into the cookie."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from reading import clock
from reading.extensions import db
from reading.people.models import Account, Role
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token, mark_of_roles

# No test's clock gets there: what a test says about later is not about the sign-in. Those that are use the page.
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


def sign_in(account: Account) -> str:
    """Return the token of a sign-in that outlasts the test."""
    return sign_in_all([account])[0]


def sign_in_all(accounts: Sequence[Account]) -> list[str]:
    """As :func:`sign_in`, of each of many."""
    tokens = [secrets.token_urlsafe(32) for _account in accounts]
    # What the test read before may be older than what its browsers wrote since: SQLite lets nobody write on that.
    db.session.commit()
    for account, token in zip(accounts, tokens, strict=True):
        held = select(Role.id).where(Role.account_id == account.id, Role.ended_at.is_(None))
        roles = db.session.scalars(held).all()
        db.session.add(
            SignIn(
                account_id=account.id, token_hash=hash_of_token(token), token_at=FOREVER, seen_at=FOREVER,
                made_at=clock.now(), roles_mark=mark_of_roles(roles), is_staff=bool(roles),
            )
        )  # fmt: skip
    db.session.commit()
    return tokens
