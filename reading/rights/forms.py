"""Forms of leaving; none of them asks the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice

from reading.forms import CreatingForm, Form, Ticks
from reading.people.fields import Radios
from reading.people.models import Resident
from reading.rights.rules import LATER, NOW
from reading.templating import date_words


class SureForm(Form):
    """Whether somebody means it."""

    sure = Ticks(_l("I know that nothing can be brought back after that."))

    def validate_sure(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Tick this box as well if everything is to be erased at once."))


class WhenForm(CreatingForm):
    """When somebody is to be erased: within fifteen days, or at once, which must be meant."""

    when = Radios(_l("When"), wrong=_l("Choose one of the two."), default=LATER)
    sure = Ticks(_l("I know that nothing can be brought back after that."))

    def until(self, due_at: datetime) -> Self:
        """Name the day until which the wish can be taken back."""
        later = _("On %(day)s; until then I can take it back", day=date_words(due_at))
        self.when.choices = [SelectChoice(LATER, later), SelectChoice(NOW, _("At once"))]
        return self

    def validate_when(self, field: Field) -> None:
        if not field.raw_data:  # what stands there first is an offer, nobody's choice
            raise ValidationError(_("Choose one of the two."))

    def validate_sure(self, field: Field) -> None:
        if self.when.data == NOW and not field.data:
            raise ValidationError(_("Tick this box as well if everything is to be erased at once."))


class LeavingForm(WhenForm):
    """Who of the household leaves, and when."""

    who = Radios(_l("Who leaves?"), wrong=_l("Choose who leaves."))

    def offer(self, people: Sequence[Resident], account_id: Any) -> Self:
        """Offer the people of a household; for an account without any, itself."""
        names = [SelectChoice(str(one.id), one.name) for one in people]
        self.who.choices = names or [SelectChoice(str(account_id), _("My sign-in"))]
        if len(self.who.choices) == 1 and self.who.data is None:
            self.who.data = str(self.who.choices[0].value)
        return self
