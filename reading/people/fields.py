"""Fields that ask about people: a phone number, a password, where somebody lives."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets

from reading.communities.models import Community
from reading.forms import Choice, Text
from reading.people.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, normal_phone

LONGEST_PHONE = 30
LONGEST_PLACE = 60


class Radios(Choice):
    """One of a few, all in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.RadioInput()


class Password(wtforms.PasswordField):
    """A password as typed, any characters; a new one is 8 to 128 characters long."""

    def __init__(self, label: Any, *, new: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.new = new

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        length = len(self.data or "")
        if self.new and length < SHORTEST_PASSWORD:
            raise ValidationError(_("A password has at least %(least)d characters.", least=SHORTEST_PASSWORD))
        if self.new and length > LONGEST_PASSWORD:
            raise ValidationError(_("A password has at most %(most)d characters.", most=LONGEST_PASSWORD))


class Phone(Text):
    """A mainland mobile number; ``number`` is its eleven digits."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_PHONE, **kwargs)

    @property
    def number(self) -> str | None:
        """The number as it is kept, None when there is none."""
        return normal_phone(self.data or "")

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        super().pre_validate(form)
        if self.data and not self.number:
            raise ValidationError(_("Write a mobile number of 11 digits."))


class Place(Text):
    """Where somebody lives: a code, or a name as typed. The view looks up what is meant: :meth:`settle`.

    The page may show radios and a line to type in, both under this name: the last one filled counts.
    """

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_PLACE, needed=_l("Say where you live."), **kwargs)
        self.errors: Sequence[str]
        self.node: Community | None = None
        self.candidates: list[Community] = []
        self.is_short_list = False

    def show_all(self, nodes: Sequence[Community]) -> None:
        """Offer these places alone, as radios; a single one is chosen already."""
        self.candidates, self.is_short_list = list(nodes), True
        if len(nodes) == 1 and not self.data:
            self.data = nodes[0].code

    def process_formdata(self, valuelist: list[str]) -> None:
        filled = [value for value in valuelist if value.strip()]
        super().process_formdata(filled[-1:])

    def settle(self, found: Sequence[Community]) -> bool:
        """Take the one place that was found; else show the candidates, or say that there is none."""
        if len(found) == 1 and not self.errors:
            self.node = found[0]
        if self.node or self.errors:
            return not self.errors
        if not self.is_short_list:
            self.candidates = list(found)
        several = _("Several places have this name. Which one is yours?")
        none = _("There is no such place. Write fewer characters, or choose by township.")
        self.errors = [several if found else none]
        return False
