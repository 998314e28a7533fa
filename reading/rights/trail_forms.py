"""The form that looks through the audit trail."""

import uuid

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.audit.words import DEEDS
from reading.forms import Choice, CityDate, Form, Text, parse_uuid

LONGEST_NAME, LONGEST_PLACE = 40, 120


class TrailForm(Form):
    """Which lines to show: of a deed, a person (who did it, or on whom), a place with all below it, a day."""

    deed = Choice(_l("What"), wrong=_l("Choose one of the list."), default="")
    name = Text(_l("Who, or on whom"), longest=LONGEST_NAME)
    place = Text(_l("Where"), longest=LONGEST_PLACE)
    day = CityDate(_l("Day"))
    person = wtforms.HiddenField()

    def offer(self) -> "TrailForm":
        """Let every known deed be chosen, by what people call it."""
        named = sorted(((str(words), deed) for deed, words in DEEDS.items()))
        self.deed.choices = [
            SelectChoice("", _l("everything")),
            *(SelectChoice(deed, words) for words, deed in named),
        ]
        return self

    def validate_person(self, field: wtforms.Field) -> None:
        if field.data and parse_uuid(field.data) is None:
            raise ValidationError(_l("The address was damaged on its way. Open the page again."))

    @property
    def person_id(self) -> uuid.UUID | None:
        """The one person whose lines are asked for."""
        return parse_uuid(self.person.data)

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, as the address of another page of it says it."""
        told = {
            "deed": self.deed.data,
            "name": self.name.data,
            "place": self.place.data,
            "person": self.person.data,
        }
        told["day"] = self.day.data.isoformat() if self.day.data else ""
        return {name: value for name, value in told.items() if value}
