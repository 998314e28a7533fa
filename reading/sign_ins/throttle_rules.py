"""How often a password may be tried; pure. Nobody is ever locked out for good."""

from datetime import datetime, timedelta

# ASVS 5.0, 6.1.1 and 6.3.1. Five tries for one account are free; then one waits, each time twice as long.
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
COUNTED_FOR = timedelta(days=1)
# A village shares one address.
MOST_OF_ADDRESS, ADDRESS_COUNTED_FOR = 100, timedelta(minutes=10)


def wait_after(failures: int) -> timedelta:
    """Return how long the next try waits after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT)


def next_try_at(failures: int, last: datetime | None) -> datetime | None:
    """Return when an account may be tried again; None while it may at once."""
    wait = wait_after(failures)
    return last + wait if last and wait else None


def whole_minutes(wait: timedelta) -> int:
    """Return the minutes to tell, never fewer than it takes."""
    return max(1, -(-wait // timedelta(minutes=1)))
