"""How often codes may be typed wrong: counted from rows, by address and by whom they were typed for."""

from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _

from reading import clock, origin
from reading.errors import Refused
from reading.forms import Text
from reading.sign_ins import code_actions, code_queries
from reading.sign_ins.code_rules import MOST_WRONG_OF_ADDRESS, MOST_WRONG_OF_ONE
from reading.sign_ins.keyed import digest


class AsksForCode(Protocol):
    """A form with a field for a code."""

    code: Text


def refuse_more(one: str | None) -> None:
    """Raise ``Refused`` (429) when too many wrong codes came from here, or for this phone number or account."""
    now = clock.now()
    waits = [code_queries.wait_until(key, most, now) for key, most in _counted(one)]
    until = max((moment for moment in waits if moment), default=None)
    if until:
        raise Refused(
            _("Too many wrong codes. Wait ten minutes and try again."),
            status=429, retry_after=_seconds(now, until),
        )  # fmt: skip


def count_wrong(form: AsksForCode, one: str | None, said: str | None = None) -> None:
    """Count a wrong code, and say the same (``said``) of whatever was wrong with it."""
    code_actions.note_wrong(tuple(key for key, _most in _counted(one)))
    usual = _("This code is not right, or it is over. Look once more, or ask for a new one.")
    form.code.errors = [said or usual]


def _counted(one: str | None) -> list[tuple[str, int]]:
    found = [(digest("address", origin.address()), MOST_WRONG_OF_ADDRESS)]
    return found + ([(digest("typed for", one), MOST_WRONG_OF_ONE)] if one else [])


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, round((until - now).total_seconds()))
