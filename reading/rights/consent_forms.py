"""The form of one consent."""

import uuid

import wtforms
from flask_babel import gettext as _
from wtforms import ValidationError

from reading.forms import Form, parse_uuid
from reading.people.models import CONSENTS


class ConsentForm(Form):
    """One consent of one person, given or withdrawn with one tap; ``sure`` once asked what may be lost."""

    resident = wtforms.HiddenField()
    kind = wtforms.HiddenField()
    given = wtforms.HiddenField()
    sure = wtforms.HiddenField()

    def validate_kind(self, field: wtforms.Field) -> None:
        decided = self.given.data in ("yes", "no")
        if field.data not in CONSENTS or not decided or parse_uuid(self.resident.data) is None:
            raise ValidationError(_("Say which consent is meant."))

    @property
    def resident_id(self) -> uuid.UUID:
        """Whose consent it is; only after the form was found valid."""
        return uuid.UUID(self.resident.data)

    @property
    def is_given(self) -> bool:
        """Whether it is given, or withdrawn."""
        return bool(self.given.data == "yes")

    @property
    def takes_part(self) -> bool:
        """Whether it is agreed to take part, without which nothing new is recorded."""
        return self.is_given and bool(self.kind.data == "taking_part")

    @property
    def may_lose_places(self) -> bool:
        """Whether places at what is to come, or leading a group, go with it, which was not said to be right yet."""
        return not self.is_given and bool(self.kind.data == "taking_part" and self.sure.data != "yes")
