"""What the hall's screen shows now, read without looking at it."""

from datetime import timedelta

from flask import current_app

from reading import clock
from reading.check_in.rules import CODE_LIFE, MINUTE, code_at, derived_key, token_at
from reading.events.models import Event


def key() -> bytes:
    """Return the key the app under test signs with."""
    return derived_key(current_app.config["SECRET_KEY"].encode())


def link(event: Event) -> str:
    """Return where the code on the event's screen leads at this moment."""
    return f"/check-in/{token_at(event.id, clock.now(), key())}"


def old_link(event: Event) -> str:
    """Return where the code led that was on the event's screen a minute ago."""
    return f"/check-in/{token_at(event.id, clock.now() - timedelta(minutes=1), key())}"


def six_digits(event: Event) -> str:
    """Return the six digits on the event's screen at this moment."""
    return code_at(event.id, clock.now(), key())


def taken_digits(event: Event) -> set[str]:
    """Return all six digits that are the event's now: this minute's, and those of the ones before."""
    minutes = range(CODE_LIFE // MINUTE)
    return {code_at(event.id, clock.now() - one * MINUTE, key()) for one in minutes}


def wrong_digits(event: Event) -> str:
    """Return six digits that are not the event's now, nor in these minutes."""
    taken = taken_digits(event)
    return next(typed for typed in map("{:06}".format, range(len(taken) + 1)) if typed not in taken)
