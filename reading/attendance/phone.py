"""The roster as a phone keeps it, and what a phone is answered: plain data, ready for JSON.

Nobody beyond the roster is in it, and nobody's phone number.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from reading import clock
from reading.account_tag import account_tag
from reading.attendance import queries
from reading.attendance.models import CAME, UNDONE, WAITING, Guest, Mark
from reading.attendance.queries import RosterLine
from reading.attendance.rules import MarkAnswer, MarkSent, marking_window
from reading.attendance.taking import state_of
from reading.cards import queries as cards
from reading.cards.rules import qr_tail
from reading.events.models import Event
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account
from reading.templating import date_words, time_words


def roster(event: Event, account: Account) -> dict[str, Any]:
    """Return the event's roster for the phone of ``account``: ``people`` in their order, ``guests``, the event.

    Of each: ``status`` (None while no mark stands), ``since``, and ``heads``, the marks a new one replaces.
    """
    lines, guests = queries.roster(event), queries.guests(event.id)
    return {
        "event": _event(event),
        "account": account_tag(account.id),
        "server_now": _moment(clock.now()),
        "people": _people(event, account, lines),
        "guests": _guests(account, guests),
        **_totals(event, queries.counts(lines), guests),
    }


def answer(
    event: Event, account: Account, sent: Iterable[MarkSent], answers: list[MarkAnswer], heads: list[MarkAnswer]
) -> dict[str, Any]:  # fmt: skip
    """Return the answer to a batch: what became of each mark, and how those stand now whom it was about."""
    touched, guests = _touched(sent, answers), queries.guests(event.id)
    shown, counts = queries.lines_and_counts(event, touched)
    return {
        "marks": [_answer(one, guests) for one in answers],
        "headcounts": [_answer(one, guests) for one in heads],
        "people": _people(event, account, shown),
        "guests": _guests(account, [one for one in guests if {one.id, one.resident_id} & touched]),
        "server_now": _moment(clock.now()),
        "cancelled": event.cancelled_at is not None,
        **_totals(event, counts, guests),
    }


def _touched(sent: Iterable[MarkSent], answers: Iterable[MarkAnswer]) -> set[uuid.UUID]:
    """Return whom these marks are about: as sent, and as kept (a merged resident's go to the other record)."""
    marks, kept = list(sent), [uuid.UUID(one.id) for one in answers if one.kept_safe or one.kept]
    found = {one for mark in marks for one in (mark.resident_id, mark.guest_id)}
    for mark in queries.marks(kept).values():
        guest = mark.guest
        found |= {mark.resident_id, mark.guest_id, guest.resident_id if guest else None}
    return {one for one in found if one is not None}


def _event(event: Event) -> dict[str, Any]:
    opens, closes = marking_window(event.starts_at, event.ends_at)
    same_day = clock.city_date(event.starts_at) == clock.city_date(event.ends_at)
    until = (
        time_words(event.ends_at) if same_day else f"{date_words(event.ends_at)} {time_words(event.ends_at)}"
    )
    return {
        "id": str(event.id),
        "title": event.title,
        "when": f"{date_words(event.starts_at)} {time_words(event.starts_at)}–{until}",
        "venue": event.venue,
        "starts_at": _moment(event.starts_at),
        "ends_at": _moment(event.ends_at),
        "opens": _moment(opens),
        "closes": _moment(closes),
        "cancelled": event.cancelled_at is not None,
    }


def _people(event: Event, account: Account, lines: Collection[RosterLine]) -> list[dict[str, Any]]:
    ids = [line.resident.id for line in lines]
    marks, standing = queries.marks_of_residents(event.id, ids), cards.standing_cards(ids)
    key = cards.signing_key()
    found, own = [], OwnHousehold(account.id)
    for line in lines:
        one, card = line.resident, standing.get(line.resident.id)
        told: dict[str, Any] = {
            "id": str(one.id),
            "name": line.name,
            "home": line.home,
            "keys": one.keys,
            "why": line.why,
        }
        told |= _state(marks.get(one.id, []))
        told["card"] = {"code": card.code, "qr": qr_tail(card.id, key)} if card else None
        found.append({**told, "mine": own.holds(one)})
    return found


def _guests(account: Account, guests: Iterable[Guest]) -> list[dict[str, Any]]:
    """Return who is known by name only; who turned out to be a resident is among the people."""
    shown = [one for one in guests if one.resident_id is None or one.status == WAITING]
    marks, own = queries.marks_of_guests(one.id for one in shown), OwnHousehold(account.id)
    return [
        {"id": str(one.id), "name": one.name, "waiting": one.status == WAITING, **_state(marks.get(one.id, [])),
         "mine": one.resident is not None and own.holds(one.resident)}
        for one in shown
    ]  # fmt: skip


def _state(marks: Collection[Mark]) -> dict[str, Any]:
    state = state_of(marks)
    stands = state is not None and state.status != UNDONE
    return {
        "status": state.status if state and stands else None,
        "since": _moment(state.since) if state and stands else None,
        "heads": [str(one) for one in state.heads] if state else [],
    }


def _totals(event: Event, counts: Mapping[str, int], guests: Iterable[Guest]) -> dict[str, Any]:
    named = sum(one.status in CAME for one in guests if one.resident_id is None)
    counted = queries.headcount(event.id)
    return {
        "counts": {**counts, "guests": named},
        "headcount": counted.number if counted else None,
    }


def _answer(one: MarkAnswer, guests: Collection[Guest]) -> dict[str, Any]:
    told: Mapping[str, Any] = {
        "id": one.id, "result": one.answer, "code": one.code, "why": one.why,
        "person": str(one.person) if one.person else "",
    }  # fmt: skip
    found = {name: value for name, value in told.items() if value}
    if one.kept is not None:
        kind = "guest" if any(guest.id == one.kept[0] for guest in guests) else "resident"
        found["kept"] = {kind: str(one.kept[0]), "status": one.kept[1]}
    return found


def _moment(moment: datetime) -> str:
    """Return the moment on the city's clock, as ISO 8601 with its offset: a phone shows it as it is."""
    return clock.city_time(moment).isoformat(timespec="seconds")
