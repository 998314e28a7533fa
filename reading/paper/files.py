"""A sheet as a file for a spreadsheet."""

from collections.abc import Iterable

from flask_babel import gettext as _

from reading.paper.models import Sheet
from reading.paper.queries import SheetLine
from reading.tables import Table, made_note
from reading.templating import date_words, time_words


def sheet_table(sheet: Sheet, lines: Iterable[SheetLine], made_by: str) -> Table:
    """Return the sheet as a table to print: numbers, names, homes, and room to sign."""
    event = sheet.event
    when = f"{date_words(event.starts_at, 'full')} {time_words(event.starts_at)}–{time_words(event.ends_at)}"
    notes = [event.title, f"{when} · {event.venue}", _("Sheet %(number)d", number=sheet.number)]
    return Table(
        title=_("Sheet %(number)d", number=sheet.number),
        heads=[_("No."), _("Name"), _("Lives at"), _("Signature"), _("Late / excused")],
        rows=[(line.number, line.name, line.home, "", "") for line in lines],
        notes=[*notes, made_note(made_by)],
        widths=(6, 14, 24, 24, 12),
    )
