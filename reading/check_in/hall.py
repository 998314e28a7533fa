"""What the hall's screen shows at a moment, as the page and its script get it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from reading.attendance.models import Attendance
from reading.attendance.rules import check_in_window
from reading.check_in import queries
from reading.check_in.rules import code_at, code_in_groups, seconds_left, token_at
from reading.events.models import Event
from reading.late import Late
from reading.people.queries import shown_of
from reading.templating import time_words

segno: Any = Late("segno")
NAMES = 8
# The screen asks again after so many seconds, and always when the code changes.
ASK_AGAIN = 5
QUIET_ZONE = 2


@dataclass(frozen=True)
class HallState:
    """``phase``: "early", "open", "over" or "cancelled". ``code``: the six digits in two groups, ``svg`` the QR
    of ``link``; empty unless the phase is "open". ``names``: who came last, with the time, as each chose to be
    shown. ``seconds``: after how many to ask again; ``link_seconds`` and ``code_seconds``: for how many the QR
    and the six digits still count."""

    phase: str
    count: int
    names: list[str]
    seconds: float = ASK_AGAIN
    link: str = ""
    svg: str = ""
    code: str = ""
    link_seconds: float = 0
    code_seconds: float = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as the script reads it."""
        return asdict(self)


def hall_state(event: Event, now: datetime) -> HallState:
    """Return what the event's screen shows at ``now`` (aware)."""
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    names = [_as_shown(one) for one in queries.last_to_come(event.id, NAMES)]
    phase = (
        "cancelled" if event.cancelled_at else "early" if now < opens else "over" if now > closes else "open"
    )
    count = queries.number_here(event.id)
    if phase != "open":
        return HallState(phase, count, names)
    key, (changes, link_seconds, code_seconds) = queries.signing_key(), seconds_left(now)
    link = url_for("check_in.arrive", token=token_at(event.id, now, key), _external=True)
    return HallState(
        phase, count, names, round(min(changes, ASK_AGAIN), 1), link, _qr(link),
        code_in_groups(code_at(event.id, now, key)), round(link_seconds, 1), round(code_seconds, 1),
    )  # fmt: skip


def _qr(link: str) -> str:
    return segno.make(link, error="m").svg_inline(omitsize=True, border=QUIET_ZONE)


def _as_shown(one: Attendance) -> str:
    """Return a name as its bearer chose to be shown; a child's number, and nothing of who is hidden."""
    shown = shown_of(one.resident)
    if shown is None:
        name = _("a resident")
    elif shown.child_number is not None:
        name = _("Young reader %(number)s", number=shown.child_number)
    else:
        name = shown.text
    return f"{time_words(one.happened_at)} {name}"
