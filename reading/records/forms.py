"""What comes in about a record: a later correction, and who a guest turned out to be."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import EXCUSED, LATE, PRESENT, REASON_LENGTH, UNDONE
from reading.forms import Choice, CreatingForm, Text
from reading.meanwhile import ChangingForm
from reading.people.fields import WhoForm

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


class MatchingForm(WhoForm, CreatingForm, ChangingForm):
    """Who a guest turned out to be; empty for nobody known."""
