"""Events as iCalendar (RFC 5545): what a phone's calendar subscribes to or keeps."""

import uuid
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING

from flask import Response, make_response, request, url_for
from flask_babel import gettext as _

from reading import clock
from reading.calendars.rules import REFRESH, fingerprint
from reading.communities import queries as communities
from reading.events.models import Event
from reading.late import Late

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Late("icalendar")

PRODUCT = "-//Shuxiang//Community reading program//EN"
KEPT = "max-age=900"


@cache
def _text_kind() -> "type[icalendar.vText]":
    class Text(icalendar.vText):
        def to_ical(self) -> bytes:
            text = str(self)
            for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
                text = text.replace(plain, escaped)
            return text.encode()

    return Text


def _text(told: str) -> "icalendar.vText":
    r"""Return a TEXT as RFC 5545 escapes it; the library takes a ``\N`` that somebody typed for a line break."""
    return _text_kind()(told)


def feed(name: str, events: Sequence[Event], waits: Collection[uuid.UUID] = ()) -> bytes:
    """Return the calendar called ``name`` with these events; those of ``waits`` are not certain yet.

    It says nothing of who else comes, and the same events make the same bytes.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _text(name))
    calendar.add("x-wr-calname", _text(name))
    calendar.add("x-wr-timezone", str(clock.city_zone()))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    places = communities.told_apart(event.community for event in events)
    for event in events:
        calendar.add_component(_entry(event, places[event.community_id], event.id in waits))
    return calendar.to_ical()


def _entry(event: Event, place: str, waits: bool) -> "icalendar.Event":
    entry, changed_at = icalendar.Event(), event.changed_at or event.cancelled_at or event.created_at
    entry.add("uid", str(event.id))
    entry.add("dtstamp", changed_at)
    entry.add("created", event.created_at)
    entry.add("last-modified", changed_at)
    entry.add("sequence", event.sequence)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", _text(event.title))
    entry.add("location", _text(f"{event.venue}, {place}"))
    entry.add("description", _text("\n".join(_lines(event, waits))))
    entry.add("url", url_for("events.show", event_id=event.id, _external=True))
    entry.add("status", "CANCELLED" if event.cancelled_at else "TENTATIVE" if waits else "CONFIRMED")
    return entry


def _lines(event: Event, waits: bool) -> list[str]:
    """Return what the entry says of the event, line by line."""
    cancelled = _("This event has been cancelled: %(why)s", why=event.cancel_reason)
    book = f"《{event.book.title}》{event.book.author}" if event.book else ""
    told = (
        (event.cancelled_at, cancelled if event.cancel_reason else _("This event has been cancelled.")),
        (waits and not event.cancelled_at, _("On the waiting list")),
        (event.host, _("Host: %(name)s", name=event.host)),
        (book, book),
        (event.about, event.about),
    )
    return [line for holds, line in told if holds]


def answer(content: bytes, file_name: str, *, private: bool = False) -> Response:
    """Answer with a feed; who has it already is told so. A ``private`` one is kept by nobody on its way."""
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers.set("Content-Disposition", "inline", filename=f"{file_name}.ics")
    response.headers["Cache-Control"] = "private, no-cache" if private else f"public, {KEPT}"
    if private:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.set_etag(fingerprint(content))
    response.make_conditional(request)
    return response
