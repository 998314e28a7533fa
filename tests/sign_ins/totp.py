"""What the phone of somebody who signs in with a second step shows."""

from reading import clock
from reading.people.models import Account
from reading.sign_ins import totp_queries
from reading.sign_ins.totp_rules import code_at, step_at

WRONG_DIGITS = "000000"


def phone_shows(account: Account, *, number: int = 1, later: int = 0) -> str:
    """Return the six digits of the account's generator now, or some half-minutes ``later``."""
    return code_at(totp_queries.secret_of(account.id, number), step_at(clock.now()) + later)
