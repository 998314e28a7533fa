"""What comes in when people check in by phone."""

import uuid
from collections.abc import Mapping
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import REASON_LENGTH
from reading.check_in.rules import code_as_typed
from reading.forms import Choice, CreatingForm, Form, Text, parse_uuid
from reading.people.fields import WhoForm
from reading.people.models import NAME_LENGTH
from reading.text import with_plain_digits

LAST_DIGITS = 4
LONGEST_CODE = 20


class CodeForm(Form):
    """The event, and the six digits its hall shows."""

    event = Choice(
        _l("Which event are you at?"),
        wrong=_l("Choose the event you are at."),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.RadioInput(),
    )
    code = Text(_l("Six digits on the screen"), longest=LONGEST_CODE, needed=_l("Type the six digits."))

    def offer(self, words: Mapping[uuid.UUID, str]) -> Self:
        """Offer these events, by id with what each is called; a single one is chosen already."""
        self.event.choices = [SelectChoice(str(one), name) for one, name in words.items()]
        if len(self.event.choices) == 1 and not self.event.data:
            self.event.data = self.event.choices[0].value
        return self

    @property
    def event_id(self) -> uuid.UUID | None:
        """The chosen event's id."""
        return parse_uuid(self.event.data)

    @property
    def digits(self) -> str:
        """The six digits; only after the form was found valid."""
        return code_as_typed(self.code.data or "") or ""

    def validate_code(self, field: Text) -> None:
        if field.data and code_as_typed(field.data) is None:
            raise ValidationError(_("The code is six digits, such as 042 317."))


class ClaimForm(CreatingForm):
    """Somebody who is not signed in tells their name, for the organizer to confirm."""

    name = Text(_l("Name"), longest=NAME_LENGTH, needed=_l("Write your name."))
    last_four = Text(
        _l("Last four digits of your phone"), longest=LONGEST_CODE, needed=_l("Write the last four digits.")
    )

    @property
    def digits(self) -> str:
        """The four digits, plain."""
        return with_plain_digits(self.last_four.data or "").strip()

    def validate_last_four(self, field: Text) -> None:
        typed = self.digits
        if field.data and not (len(typed) == LAST_DIGITS and typed.isascii() and typed.isdigit()):
            raise ValidationError(_("Write four digits, such as 0423."))


class ConfirmForm(WhoForm, CreatingForm):
    """The organizer confirms a claim: as a resident, or by name only when ``resident`` is empty."""


class DeclineForm(CreatingForm):
    """The organizer says that somebody is not here."""

    reason = Text(_l("Reason"), longest=REASON_LENGTH, needed=_l("Say why."))
