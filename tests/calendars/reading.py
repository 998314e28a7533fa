"""Reading a feed as a calendar does: with the library that made it, and with one that knows nothing of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import icalendar
import vobject
from werkzeug.test import TestResponse

from tests.pages import Visitor

LONGEST_LINE = 75
# What each library calls the fields that matter to whoever looks at their calendar.
FIELDS = ("uid", "summary", "location", "description", "url", "status")


@dataclass(frozen=True)
class Entry:
    """One event as a calendar shows it; times are aware."""

    uid: str
    summary: str
    location: str
    description: str
    url: str
    status: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    changed_at: datetime
    sequence: int


@dataclass(frozen=True)
class Read:
    """A whole calendar: what it is called, and its events by what they are called."""

    name: str
    entries: dict[str, Entry]
    text: str
    response: TestResponse


def subscribe(visitor: Visitor, path: str) -> Read:
    """Fetch a calendar, check its form, and return what both libraries agree that it says."""
    response = visitor.client.get(path, headers=visitor.headers)
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    check_lines(response.data)
    text = response.data.decode("utf-8")
    name, entries = _with_vobject(text)
    assert _with_icalendar(text) == entries
    return Read(name, entries, text, response)


def check_lines(content: bytes) -> None:
    """Check RFC 5545's lines: each ends with CR LF and has at most 75 bytes, cut between characters."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    for line in content.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE, line
        line.decode("utf-8")


def _with_icalendar(text: str) -> dict[str, Entry]:
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    entries = {}
    for one in calendar.walk("VEVENT"):
        assert not one.errors
        times = [one.decoded(name) for name in ("dtstart", "dtend", "dtstamp", "last-modified")]
        told = {name: str(one.get(name, "")) for name in FIELDS}
        entries[told["summary"]] = _entry(told, times, str(one["sequence"]))
    return entries


def _entry(told: dict[str, str], times: list[Any], sequence: str) -> Entry:
    starts_at, ends_at, stamped_at, changed_at = times
    return Entry(
        **told, starts_at=starts_at, ends_at=ends_at, stamped_at=stamped_at, changed_at=changed_at,
        sequence=int(sequence),
    )  # fmt: skip


def _with_vobject(text: str) -> tuple[str, dict[str, Entry]]:
    calendar = vobject.readOne(text, validate=True)
    entries = {}
    for one in calendar.contents.get("vevent", []):
        assert one.validate(raiseException=True)
        values: dict[str, Any] = {name: lines[0].value for name, lines in one.contents.items()}
        times = [values[name] for name in ("dtstart", "dtend", "dtstamp", "last-modified")]
        told = {name: values.get(name, "") for name in FIELDS}
        entries[told["summary"]] = _entry(told, times, values["sequence"])
    return calendar.contents["x-wr-calname"][0].value, entries
