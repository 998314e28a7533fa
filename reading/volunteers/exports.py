"""Volunteers' hours as tables for a spreadsheet."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from reading.tables import Table
from reading.templating import date_words, time_words
from reading.volunteers.queries import Sum
from reading.volunteers.rules import MINUTES, total


def tables_of(
    sums: Sequence[Sum], place: str, months: tuple[str, str], by: str, at: datetime
) -> tuple[Table, Table]:
    """Return the hours by person, and each time somebody helped; both say of where and when, made by whom."""
    made = _(
        "Made by %(name)s on %(day)s at %(time)s", name=by, day=date_words(at, "plain"), time=time_words(at)
    )
    span = months[0] if months[0] == months[1] else f"{months[0]} – {months[1]}"
    title = _("Volunteers' hours")
    notes = (f"{title} · {place} · {span}", made)
    people = [
        (one.resident.name, one.resident.community.short_name, len(one.helped), _in_hours(one.minutes))
        for one in sums
    ]
    summed = (_("In all"), "", sum(row[2] for row in people), _in_hours(total(one.minutes for one in sums)))
    by_person = Table(
        title,
        (_("Name"), _("Lives at"), _("Times"), _("Hours helped")),
        [*people, summed] if people else [],
        notes,
        (14, 18, 8, 8),
    )
    return by_person, _each_time(sums, notes)


def _each_time(sums: Sequence[Sum], notes: Sequence[str]) -> Table:
    heads = (_("Name"), _("Lives at"), _("Event"), _("Where"), _("Starts"), _("Ends"), _("Hours helped"))
    rows = [
        (
            one.resident.name,
            one.resident.community.short_name,
            helper.event.title,
            helper.event.venue,
            helper.event.starts_at,
            helper.event.ends_at,
            _in_hours(helper.minutes or 0),
        )
        for one in sums
        for helper in one.helped
    ]
    return Table(_("Each time"), heads, rows, notes, (14, 18, 30, 20, 17, 17, 8))


def _in_hours(minutes: int) -> float:
    return round(minutes / MINUTES, 1)
