"""Somebody who comes to a check-in page: by which event's code, and whether it still opens the page."""

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.attendance import queries as attendance
from reading.attendance.models import LATE_CODE, NOT_SIGNED_IN, WAITING, Guest
from reading.attendance.rules import check_in_window
from reading.check_in import queries
from reading.check_in.phone import Opening, Phone
from reading.check_in.rules import GOOD, MOST_WAITING, MOST_WAITING_OF_PHONE
from reading.errors import Refused
from reading.events import queries as events
from reading.events.models import Event
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.models import Resident

CANCELLED, EARLY, OVER, OPEN, LATE = "cancelled", "early", "over", "open", "late"


class NoSuchCode(Exception):
    """What was scanned opens nothing; ``state`` is "bad" or "future"."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@dataclass
class Arrival:
    """A phone at a check-in page. ``stage``: "open" where it may check in (``opening`` says since when), "late"
    where the code was too old, "early", "over" or "cancelled". ``is_new``: the phone does not know of it yet."""

    event: Event
    phone: Phone
    stage: str
    opening: Opening | None = None
    is_new: bool = False

    @property
    def account_id(self) -> uuid.UUID | None:
        """The account that is signed in."""
        return current_user.id if current_user.is_authenticated else None

    def claims(self) -> list[Guest]:
        """Return what was told on this phone or by this account, for the organizer to confirm."""
        return queries.claims_of(self.event.id, self.phone.claims.get(self.event.id, []), self.account_id)

    def shown(self) -> dict[str, Any]:
        """Return what the page tells: the household, who of it is in or may not be, and what waits to be confirmed."""
        everybody = people.household(self.account_id) if self.account_id else []
        household = [one for one in everybody if one.left_at is None and one.merged_into_id is None]
        ids = [one.id for one in household]
        came, claims = attendance.came(ids, self.event.id), self.claims()
        withdrawn = consents.withdrawn(ids) if ids else {}
        opens, closes = check_in_window(self.event.starts_at, self.event.ends_at)
        page = {"household": household, "came": came, "opens": opens, "closes": closes, "now": clock.now()}
        told = {one.resident_id for one in claims if one.status == WAITING}
        page |= {"told": told, "reasons": queries.reasons(one.id for one in claims), "withdrawn": withdrawn}
        return {"event": self.event, "stage": self.stage, "claims": claims, **page}

    def refuse_claim(self) -> None:
        """Refuse a claim outside the window, and where too many wait already."""
        sentences = {
            CANCELLED: _("This event has been cancelled."),
            EARLY: _("Check-in has not opened yet."),
            OVER: _("Check-in closed when the event ended. Ask the host to note that you came."),
        }
        if self.stage in sentences:
            raise Refused(sentences[self.stage])
        mine = sum(one.status == WAITING for one in self.claims())
        if self.account_id is None and mine >= MOST_WAITING_OF_PHONE:
            raise Refused(
                _(
                    "%(num)d names told on this phone wait to be confirmed already. Go to the organizer.",
                    num=mine,
                ),
                status=429,
            )
        if queries.number_waiting(self.event.id) >= MOST_WAITING:
            raise Refused(_("Too many people wait to be confirmed already. Go to the organizer."), status=429)

    def told(self, resident: Resident | None) -> dict[str, Any]:
        """Return why and since when a claim waits; with the resident of one's own household, who it is."""
        why = NOT_SIGNED_IN if self.opening else LATE_CODE
        at = self.opening.at if self.opening else None
        if resident is None or not resident.account:
            return {"why": why, "opened_at": at, "by": None}
        last_four = resident.account.phone[-people.LAST_DIGITS :]
        own = {"resident_id": resident.id, "last_four": last_four, "by": people.signed_in()}
        return {"why": why, "opened_at": at, **own}


class Coming(NamedTuple):
    """A phone that a good code, or one that was good when its page was opened, lets into an event's page."""

    event_id: uuid.UUID
    phone: Phone
    opening: Opening


def coming(text: str) -> Coming | None:
    """Return who comes by this token, where that needs no look at the event; None leaves it to :func:`arrival`."""
    now, phone = clock.now(), Phone.here()
    token = queries.read(text, now)
    if token.event_id is None or token.state not in (GOOD, "old"):
        return None
    opening = phone.opening(token.event_id, now)
    if opening is None and token.state == GOOD:
        opening = phone.open(token.event_id, "screen", now)
    return Coming(token.event_id, phone, opening) if opening else None


def arrival(text: str) -> Arrival:
    """Return who comes by this token. Raises ``NoSuchCode`` for one that opens nothing."""
    now, phone = clock.now(), Phone.here()
    token = queries.read(text, now)
    event = events.event(token.event_id) if token.event_id and token.shown_at else None
    if event is None or token.state not in (GOOD, "old"):
        raise NoSuchCode(token.state if event else "bad")
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    opening = phone.opening(event.id, now)
    if event.cancelled_at is not None:
        return Arrival(event, phone, CANCELLED)
    if opening is None and not opens <= now <= closes:
        return Arrival(event, phone, EARLY if now < opens else OVER)
    if opening is None and token.state == GOOD:
        return Arrival(event, phone, OPEN, phone.open(event.id, "screen", now), is_new=True)
    return Arrival(event, phone, OPEN if opening else LATE, opening)
