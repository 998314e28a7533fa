"""What the phone of somebody who signs in with a second step shows."""

import secrets

from reading import clock
from reading.people.models import Account
from reading.sign_ins import totp_actions, totp_queries
from reading.sign_ins.code_actions import WrongCode
from reading.sign_ins.rules import Device
from reading.sign_ins.totp_rules import DRIFT, code_at, step_at


def phone_shows(account: Account, *, number: int = 1, later: int = 0) -> str:
    """Return the six digits of the account's generator now, or some half-minutes ``later``."""
    return code_at(totp_queries.secret_of(account.id, number), step_at(clock.now()) + later)


def wrong_digits(account: Account, *, number: int = 1) -> str:
    """Return six digits that are none of those that are taken now from the account's generator."""
    taken = {phone_shows(account, number=number, later=later) for later in range(-DRIFT, DRIFT + 1)}
    return next(typed for typed in map("{:06}".format, range(len(taken) + 1)) if typed not in taken)


def is_taken(account: Account, code: str) -> bool:
    """Sign a device of its own in with a code; tell whether that was right."""
    device = Device("127.0.0.1", "", secrets.token_hex(32))
    try:
        return totp_actions.enter(account, code, device, secrets.token_urlsafe()) is not None
    except WrongCode:
        return False
