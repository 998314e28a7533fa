"""Forms with which a librarian decides about a flagged entry."""

import wtforms
from flask_babel import lazy_gettext as _l

from reading.forms import CreatingForm, Text
from reading.logbook.forms import EntryForm
from reading.logbook.models import REASON_LENGTH


class DecisionForm(CreatingForm):
    """A decision, about the version of the entry that was looked at."""

    seen = wtforms.HiddenField()


class SetAsideForm(DecisionForm):
    """Why an entry is to count nothing."""

    reason = Text(
        _l("Why? The reader will read this."),
        longest=REASON_LENGTH,
        needed=_l("Write the reason: the reader will read it and can answer."),
    )


class CorrectionForm(DecisionForm, EntryForm):
    """What a reader and a librarian have found together; the reader's own words are not shown and stay."""

    reflection = None  # type: ignore[assignment]
    reason = Text(
        _l("What was corrected, and why? The reader will read this."),
        longest=REASON_LENGTH,
        needed=_l("Write what was corrected and why: the reader will read it."),
    )
