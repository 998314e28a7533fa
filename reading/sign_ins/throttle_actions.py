"""Every write about wrong passwords."""

from datetime import datetime

from sqlalchemy import delete

from reading import clock
from reading.database import action, done_before, own_id
from reading.extensions import db
from reading.sign_ins import throttle_queries
from reading.sign_ins.models import WrongPassword
from reading.sign_ins.throttle_rules import COUNTED_FOR


@action
def count_try(counted_as: str, address: str, is_known: bool) -> datetime | None:
    """Count a try before it is made, as a wrong one: so many at the same moment are no more than so many in a row.

    Return when to come back if it may not be made now; such a try does not count. A known device minds its own wrong
    tries alone.
    """
    if done_before(WrongPassword):
        return None
    now = clock.now()
    throttle_queries.one_at_a_time(counted_as)
    waits = [throttle_queries.account_waits_until(counted_as, now)]
    waits += [None if is_known else throttle_queries.address_waits_until(address, now)]
    until = max((moment for moment in waits if moment and moment > now), default=None)
    if until is None:
        db.session.execute(delete(WrongPassword).where(WrongPassword.at <= now - COUNTED_FOR))
        db.session.add(WrongPassword(id=own_id(), counted_as=counted_as, address=address, at=now))
    return until


def forgive(counted_as: str) -> None:
    """Take back what was counted, inside the caller's action: the password was right."""
    db.session.execute(delete(WrongPassword).where(WrongPassword.counted_as == counted_as))


@action
def forgive_now(counted_as: str) -> None:
    """As :func:`forgive`, by itself."""
    forgive(counted_as)
