"""What comes in about attendance: one mark from a form, or many as JSON."""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import EXCUSED, LATE, PRESENT, STATUSES, UNDONE
from reading.attendance.rules import MarkAnswer, MarkSent
from reading.forms import Choice, ResidentForm, parse_uuid

STATUS_NAMES = {PRESENT: _l("present"), LATE: _l("late"), EXCUSED: _l("excused"), UNDONE: _l("undone")}


class MarkForm(ResidentForm):
    """One mark of the roster."""

    status = Choice(
        _l("Mark"),
        choices=[SelectChoice(status, name) for status, name in STATUS_NAMES.items()],
        wrong=_l("There is no such mark."),
    )

    def sent(self) -> MarkSent:
        """Return the mark; only after the form was found valid."""
        return MarkSent(self.record_id, self.resident_id, self.status.data)


def read_mark(raw: Any) -> MarkSent | MarkAnswer:
    """Return the mark written in ``raw``, or, for one that cannot be read, the answer to it."""
    fields = raw if isinstance(raw, dict) else {}
    written = {name: fields.get(name) for name in ("id", "resident", "status", "happened_at")}
    mark_id, resident_id = _uuid(written["id"]), _uuid(written["resident"])
    try:
        happened_at = _moment(written["happened_at"])
        if mark_id is None or resident_id is None or written["status"] not in STATUSES:
            raise ValueError("not a mark")
    except ValueError:
        shown = written["id"] if isinstance(written["id"], str) else ""
        return MarkAnswer(shown[:36], "refused", _("This mark could not be read."))
    return MarkSent(mark_id, resident_id, written["status"], happened_at)


def _uuid(value: Any) -> uuid.UUID | None:
    return parse_uuid(value) if isinstance(value, str) else None


def _moment(value: Any) -> datetime | None:
    """Return the aware moment written in ISO 8601 with its offset; None for none. Raises ValueError."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        raise ValueError("not a moment")
    return moment
