"""An event that is over, with something of everything in its record."""

import io
import uuid
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import Guest
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Event
from reading.people.models import Account, Resident
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor, fields_of

START, END = at("2026-11-18 14:30"), at("2026-11-18 16:00")


def sent(person: Resident | None, status: str = "present", **other: Any) -> MarkSent:
    """Return a mark of a resident, or, with ``guest_name``, of a new guest."""
    guest = {"guest_id": uuid.uuid4()} if "guest_name" in other else {}
    return MarkSent(uuid.uuid4(), person.id if person else None, status, **{**guest, **other})


def mark(event: Event, by: Account, *marks: MarkSent) -> None:
    """Keep these marks, each of which must be taken."""
    answers = attendance.mark(event.id, marks, by)
    assert all(answer.kept_safe for answer in answers), answers


def status_of(event: Event, resident_id: uuid.UUID) -> str:
    """Return what stands of a resident at the event."""
    return rosters.attendances(event.id)[resident_id].status


def guest_of(event: Event, name: str) -> Guest:
    """Return the event's guest of this name."""
    return next(one for one in rosters.guests(event.id) if one.name == name)


def an_event(cast: Cast, clock: TestClock, **other: Any) -> Event:
    """Return an event of this afternoon at which three signed up: one came, one is excused, one is missing."""
    event = planned(cast, **{"starts_at": START, "ends_at": END, "capacity": 20, **other})
    for one in (cast.resident, cast.neighbour, cast.phoneless):
        events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    clock.set(at("2026-11-18 14:20"))
    mark(event, cast.librarian, sent(cast.resident))
    clock.set(at("2026-11-18 15:00"))
    mark(event, cast.librarian, sent(cast.neighbour, "excused"), sent(None, "late", guest_name="李四"))
    return event


def correct(
    visitor: Visitor, page: Page, right: str, reason: str, answer: int = 200, **typed: str | None
) -> Page:
    """Send the page's correction (or the one of a page that shows both) and return where it leads."""
    form = page.form(holding="reason")
    values = {**fields_of(form), "status": right, "reason": reason, **typed}
    data = {name: value for name, value in values.items() if value is not None}
    path = str(form.get("action"))
    response = visitor.client.post(path, data=data, headers=visitor.headers, follow_redirects=True)
    return visitor._page(response, answer)


def sheets(visitor: Visitor, path: str) -> list[Worksheet]:
    """Return the sheets of a workbook that is handed out."""
    answer = visitor.client.get(path, headers=visitor.headers)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return load_workbook(io.BytesIO(answer.data)).worksheets


def values(sheet: Worksheet) -> list[list[Any]]:
    """Return a sheet's cells, row by row."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def lines(visitor: Visitor, path: str) -> list[str]:
    """Return the lines of a CSV file that is handed out."""
    answer = visitor.client.get(path, headers=visitor.headers)
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return answer.data.decode("utf-8-sig").splitlines()
