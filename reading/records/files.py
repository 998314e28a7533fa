"""Records as files for a spreadsheet. No phone numbers, and nobody's name who did not come."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reading.events.models import Event
from reading.records.month_queries import MonthList
from reading.records.person_queries import Said
from reading.records.queries import Line, Record, Told
from reading.records.words import FLAG_WORDS, METHOD_WORDS, STATUS_WORDS
from reading.tables import Table, made_note
from reading.templating import date_words, month_words, time_words


def hours_words(event: Event) -> str:
    """Return when an event was, as people say it."""
    return f"{date_words(event.starts_at, 'full')} {time_words(event.starts_at)}–{time_words(event.ends_at)}"


def _notes(event: Event, made_by: str) -> list[str]:
    notes = [event.title, f"{hours_words(event)} · {event.venue}", made_note(made_by)]
    # A file is read without the page it came from: whoever adds its lines up must see that it did not take place.
    return [*notes, _("This event has been cancelled.")] if event.cancelled_at else notes


def _notes_of(record: Record, made_by: str) -> list[str]:
    """Return the lines above what stands; nobody is named in them: what does not stand is told in the history alone."""
    notes, number = _notes(record.event, made_by), len(record.contradicted)
    unsettled = ngettext(
        "Not settled yet: of %(num)d person one phone says that they came, another that they did not. The history "
        "tells both.",
        "Not settled yet: of %(num)d people one phone says that they came, another that they did not. The history "
        "tells both.",
        number,
    )
    return [*notes, unsettled] if number else notes


def list_table(record: Record, made_by: str) -> Table:
    """Return who came and who was excused."""
    return Table(
        title=_("Attendance"),
        heads=[
            _("No."),
            _("Name"),
            _("Lives at"),
            _("Mark"),
            _("When"),
            _("Arrived"),
            _("How it is known"),
            _("Signed up"),
        ],
        rows=[
            _person_row(number, one)
            for number, one in enumerate(record.of("present", "late", "excused"), start=1)
        ],
        notes=_notes_of(record, made_by),
        widths=(6, 14, 24, 10, 18, 18, 16, 12),
    )


def _person_row(number: int, one: Line) -> tuple[Any, ...]:
    known = {"enrolled": _("enrolled"), "seated": _("signed up"), "waiting": _("waiting list")}
    why = _("guest by name") if one.is_guest else known.get(one.why, "")
    return (
        number, one.name, one.home, str(STATUS_WORDS[one.status]), one.happened_at, one.arrived_at,
        method_words(one.method), why,
    )  # fmt: skip


def method_words(method: str) -> str:
    """Return what a way of checking in is called."""
    return str(METHOD_WORDS.get(method, method))


def figures_rows(record: Record) -> list[tuple[str, int | str]]:
    """Return the figures of an event as (what, number); what was not planned or counted is left out.

    To a cancelled event nobody was expected any more, and nobody is missing.
    """
    one, held = record.figures, record.event.cancelled_at is None
    rows: list[tuple[str, int | str | None]] = [
        (_("Seats planned"), one.seats),
        (_("Signed up"), None if record.event.course_id else one.signed_up),
        (_("Waiting list"), one.waiting or None),
        (_("Expected"), one.expected if held else None),
        (_("Came, by name (different people)"), one.came),
        (_("… of them late"), one.late),
        (_("… without having signed up"), one.not_signed_up),
        (_("… guests by name"), one.guests),
        (_("Excused"), one.excused),
        (_("Expected, and neither came nor excused"), one.missing if held else None),
        (_("To be confirmed"), one.to_confirm or None),
        (_("Headcount in the hall (nobody by name)"), one.heads),
    ]
    return [(what, number) for what, number in rows if number is not None]


def figures_table(record: Record, made_by: str) -> Table:
    """Return the figures of an event, how people checked in, and who helped."""
    methods = [(method_words(method), number) for method, number in record.figures.methods.items()]
    helped = [
        (one.resident.name, _("%(hours)s hours", hours=hours_of(one.minutes))) for one in record.helpers
    ]
    rows = [*figures_rows(record), (_("How people checked in"), ""), *methods]
    rows += [(_("Helpers"), len(helped)), *helped] if helped else []
    return Table(_("Figures"), [_("What"), _("Number")], rows, _notes_of(record, made_by), (40, 12))


def hours_of(minutes: int | None) -> str:
    """Return minutes as hours, to a tenth; – where nobody has said yet."""
    return "–" if minutes is None else f"{minutes / 60:.1f}".removesuffix(".0")


def history_table(event: Event, told: Iterable[Told], made_by: str) -> Table:
    """Return every mark of the event, as it arrived."""
    return Table(
        title=_("History"),
        heads=[
            _("Name"), _("Mark"), _("When"), _("Arrived"), _("How it is known"), _("By whom"), _("Why"),
            _("Look again"),
        ],
        rows=[
            (
                one.name, str(STATUS_WORDS[one.mark.status]), one.mark.happened_at, one.mark.arrived_at,
                method_words(one.mark.method), one.by, one.mark.reason,
                _look_again(one),
            )
            for one in told
        ],
        notes=_notes(event, made_by),
        widths=(14, 10, 18, 18, 16, 14, 24, 40),
    )  # fmt: skip


def guests_table(event: Event, said: Iterable[Said], made_by: str) -> Table:
    """Return who guests were said to be, with what was taken back; the history tells their marks by their own names."""
    return Table(
        title=_("Who guests are"),
        heads=[
            _("Guest by name"), _("Said to be"), _("When"), _("By whom"), _("Taken back"), _("Taken back by"),
        ],
        rows=[
            (
                one.guest_name, one.name, one.at, one.by, one.ended_at or "",
                one.ended_by if one.ended_at else "",
            )
            for one in said
        ],
        notes=_notes(event, made_by),
        widths=(14, 14, 18, 14, 18, 14),
    )  # fmt: skip


def _look_again(one: Told) -> str:
    contradicted = ["contradicted"] if one.is_contradicted else []
    return " ".join(str(FLAG_WORDS[flag][0]) for flag in [*contradicted, *one.mark.flags])


def month_table(month: MonthList, made_by: str) -> Table:
    """Return a month's events with their figures, and the sums below."""
    rows = [
        (
            row.event.starts_at, row.event.title, row.place, row.event.venue, row.met.came, row.met.guests,
            row.met.heads, _("cancelled") if row.event.cancelled_at else "",
        )
        for row in month.rows
    ]  # fmt: skip
    one = month.sums
    total = (
        _("In all"),
        _("%(num)d events", num=one.events),
        "",
        "",
        one.visits,
        one.guests,
        one.heads,
        "",
    )
    distinct = (_("Different residents"), "", "", "", one.people, "", "", "")
    return Table(
        title=_("Events"),
        heads=[
            _("Starts"), _("Event"), _("Place"), _("Where"), _("Attendances by name"), _("… guests by name"),
            _("Headcount in the hall"), _("Remarks"),
        ],
        rows=[*rows, total, distinct],
        notes=[f"{month.place.short_name} · {month_words(month.month.key)}", made_note(made_by)],
        widths=(18, 36, 18, 24, 14, 14, 14, 10),
    )  # fmt: skip
