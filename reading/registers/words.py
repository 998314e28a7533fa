"""How a register is written: the signs of its cells, and the same as a table for a spreadsheet."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reading import clock
from reading.attendance.models import EXCUSED, LATE, PRESENT
from reading.events.models import Course
from reading.registers.queries import Register
from reading.tables import Table

# What a cell shows, and what it means.
SIGNS = {PRESENT: ("✓", _l("present")), LATE: (_l("L"), _l("late")), EXCUSED: (_l("E"), _l("excused"))}


def as_table(course: Course, found: Register, made: str) -> Table:
    """Return the register as a sheet; ``made`` is the line that says when and by whom it was made."""
    dates = [clock.city_date(one.starts_at).isoformat() for one in found.classes]
    made_up = {one.id: _("make-up") for one in found.classes if one.makes_up_id}
    heads = [
        f"{day} {made_up.get(one.id, '')}".strip() for day, one in zip(dates, found.classes, strict=True)
    ]
    rows: list[list[object]] = [
        [
            number,
            line.resident.name,
            *(str(SIGNS[line.marks[one.id]][0]) if one.id in line.marks else "" for one in found.classes),
            line.progress.hours,
            course.required_hours,
            _("yes") if line.progress.completed_at else "",
        ]
        for number, line in enumerate(found.lines, start=1)
    ]
    if any(found.guests.values()):
        rows.append(["", _("Guests by name"), *(found.guests.get(one.id, 0) for one in found.classes)])
    rows.append(["", _("Attendances"), *(found.attendances(one) for one in found.classes)])
    return Table(
        title=course.title,
        heads=[_("No."), _("Name"), *heads, _("Hours"), _("Hours needed"), _("Completed")],
        rows=rows,
        notes=[*_about(course, found), made],
        widths=[6, 16, *(14 for _one in heads), 10, 12, 10],
    )


def _about(course: Course, found: Register) -> list[str]:
    what = " · ".join(part for part in (course.title, course.term, course.venue, course.host) if part)
    people = _(
        "%(people)d people came, %(completed)d have completed it",
        people=found.people,
        completed=found.completed,
    )
    signs = "; ".join(f"{sign} {meaning}" for sign, meaning in SIGNS.values())
    return [what, people, signs]
