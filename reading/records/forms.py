"""What comes in about a record: a later correction, and who a guest turned out to be."""

import uuid
from collections.abc import Collection

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import EXCUSED, LATE, PRESENT, REASON_LENGTH, UNDONE
from reading.forms import Choice, CreatingForm, Text, parse_uuid
from reading.meanwhile import ChangingForm

CORRECTIONS = {
    PRESENT: _l("was present"),
    LATE: _l("came late"),
    EXCUSED: _l("was excused"),
    UNDONE: _l("was not here: take it back"),
}


class CorrectionForm(CreatingForm, ChangingForm):
    """A mark corrected afterwards, with the reason."""

    status = Choice(
        _l("What is right"),
        choices=[SelectChoice(status, name) for status, name in CORRECTIONS.items()],
        wrong=_l("Say what is right."),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.RadioInput(),
    )
    reason = Text(_l("Why"), longest=REASON_LENGTH, needed=_l("Say why the record is corrected."))

    def offer(self, statuses: Collection[str]) -> "CorrectionForm":
        """Offer only these corrections, in their usual order."""
        self.status.choices = [
            SelectChoice(one, name) for one, name in CORRECTIONS.items() if one in statuses
        ]
        return self


class WhoForm(CreatingForm, ChangingForm):
    """Who a guest turned out to be; empty for nobody known."""

    resident = wtforms.HiddenField()

    @property
    def resident_id(self) -> uuid.UUID | None:
        """The resident's id; only after the form was found valid."""
        return parse_uuid(self.resident.data)

    def validate_resident(self, field: wtforms.Field) -> None:
        if field.data and parse_uuid(field.data) is None:
            raise ValidationError(_("Say who."))
