"""Forms of duplicates: which two records are meant."""

import uuid

import wtforms
from flask_babel import gettext as _
from wtforms import ValidationError

from reading.forms import CreatingForm, parse_uuid


class PairForm(CreatingForm):
    """Two records that are one person, or are not."""

    first = wtforms.HiddenField()
    second = wtforms.HiddenField()

    def validate_second(self, field: wtforms.Field) -> None:
        ids = {parse_uuid(one.data) for one in (self.first, self.second)}
        if None in ids or len(ids) != 2:
            raise ValidationError(_("Say which two records are meant."))

    @property
    def pair(self) -> tuple[uuid.UUID, uuid.UUID]:
        """The ids of both; only after the form was found valid."""
        return uuid.UUID(self.first.data), uuid.UUID(self.second.data)
