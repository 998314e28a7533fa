"""Every write about wrong passwords."""

from datetime import datetime

from reading import clock
from reading.database import action, done_before, own_id
from reading.plain import together
from reading.sign_ins import throttle_queries
from reading.sign_ins.models import WrongPassword


@action
def count_try(counted_as: str, address: str, is_known: bool) -> datetime | None:
    """Count a try before it is made, as a wrong one: so many at the same moment are no more than so many in a row.

    Return when to come back if it may not be made now; such a try does not count. A known device minds its own wrong
    tries alone.
    """
    if done_before(WrongPassword):
        return None
    now = clock.now()
    until = throttle_queries.next_try(counted_as, throttle_queries.NO_ADDRESS if is_known else address, now)
    if until is None:
        together(*throttle_queries.counting(own_id(), counted_as, address, now), last=True)
    return until


@action
def forgive(counted_as: str) -> None:
    """Take back what was counted: the password was right."""
    together(throttle_queries.forgiving(counted_as), last=True)
