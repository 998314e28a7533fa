"""Forms of a steward's pages; none of them asks the database."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Self

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.forms import Choice, CityDate, CreatingForm, Form, Text, Ticks, parse_uuid
from reading.people.fields import MoversForm, OthersForm, Phone, Radios
from reading.people.models import DOOR_LENGTH, NAME_LENGTH, Resident
from reading.people.rules import (
    CHILD_UNTIL,
    MOST_ON_FORM,
    Newcomer,
    age_on,
    is_minor,
    is_possible_birth,
    plain_door,
)

ROWS_AT_FIRST = 3


class Door(Text):
    """The number on a door, without the word for it: 302, not 302室."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, longest=DOOR_LENGTH, **kwargs)

    def tidied(self, text: str) -> str:
        return plain_door(super().tidied(text))


class LinesForm(CreatingForm):
    """Where a household lives, and a line for each of up to ``MOST_ON_FORM`` people: name, phone, date of birth."""

    home = Radios(_l("Where"), wrong=_l("Choose one of these."))
    door = Door(_l("Door number"), needed=_l("Write the number on the door."))
    rows = wtforms.HiddenField()


for _number in range(1, MOST_ON_FORM + 1):
    setattr(LinesForm, f"name_{_number}", Text(_l("Name"), longest=NAME_LENGTH))
    setattr(LinesForm, f"phone_{_number}", Phone(_l("Mobile number")))
    setattr(LinesForm, f"born_on_{_number}", CityDate(_l("A child's date of birth")))


class HouseholdForm(OthersForm, LinesForm):
    """Everybody behind one door; ``rows`` says how many lines are shown."""

    guardian = Choice(_l("Guardian of the children"), wrong=_l("Choose one of these."), default="")
    agree = Ticks(_l("I explained the reading program; everybody written here agreed"))
    guardian_agrees = Ticks(_l("The guardian agreed that the children take part"))
    another = Ticks(_l("These are other people of the same name"))
    today = date.max

    @property
    def lines(self) -> range:
        """The numbers of the lines that are shown: those asked for, and every one that is filled."""
        asked = (
            int(self.rows.data)
            if (self.rows.data or "").isascii() and (self.rows.data or "").isdigit()
            else 0
        )
        filled = max((number for number in range(1, MOST_ON_FORM + 1) if self._is_filled(number)), default=0)
        return range(1, min(max(asked, filled, ROWS_AT_FIRST), MOST_ON_FORM) + 1)

    def line(self, number: int) -> tuple[Any, Any, Any]:
        """Return the fields of a line: name, phone, date of birth."""
        return self[f"name_{number}"], self[f"phone_{number}"], self[f"born_on_{number}"]

    def _is_filled(self, number: int) -> bool:
        name, phone, born_on = self.line(number)
        return bool(name.data or phone.data or born_on.typed)

    def offer(self, homes: Iterable[tuple[str, str]], guardians: Sequence[Resident], today: date) -> Self:
        """Offer where to enrol (code, name) and, beside the first grown-up of the form, who may be guardian."""
        self.today = today
        self.home.choices = [SelectChoice(code, name) for code, name in homes]
        if len(self.home.choices) == 1:
            self.home.data = self.home.choices[0].value
        first = SelectChoice("", _("the first grown-up on this form"))
        self.guardian.choices = [first, *(SelectChoice(str(one.id), one.name) for one in guardians)]
        return self

    def with_one_more(self) -> Self:
        """Show one more line."""
        self.rows.data = str(min(len(self.lines) + 1, MOST_ON_FORM))
        return self

    def renewed(self) -> Self:
        """Take a new id, so that what is written makes records of its own."""
        self.id.data = str(uuid.uuid4())
        return self

    @property
    def newcomers(self) -> list[Newcomer]:
        """The people written down; only after the form was found valid."""
        lines = ((number, *self.line(number)) for number in self.lines if self._is_filled(number))
        return [
            Newcomer(number, name.data, phone.number, born_on.data) for number, name, phone, born_on in lines
        ]

    @property
    def guardian_id(self) -> uuid.UUID | None:
        """The resident chosen as guardian, None for the first grown-up of the form."""
        return parse_uuid(self.guardian.data)

    def told(self) -> dict[str, Any]:
        """Return where, and who is guardian, as ``household_actions.enrol_household`` takes it."""
        return {"home_code": self.home.data, "door": self.door.data, "guardian_id": self.guardian_id}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        sound = super().validate(*args, **kwargs)
        filled = [number for number in self.lines if self._is_filled(number)]
        if not filled:
            self["name_1"].errors = [_("Write the name.")]
        for number in filled:
            self._check_line(number)
        if filled and not any(field.errors for number in filled for field in self.line(number)):
            self._check_guardian()
        return sound and not self.errors

    def _check_line(self, number: int) -> None:
        name, _phone, born_on = self.line(number)
        if not name.data and not name.errors:
            name.errors = [_("Write the name.")]
        if born_on.data and not is_possible_birth(born_on.data, self.today):
            born_on.errors = [_("Nobody can be born on this day.")]

    def _check_guardian(self) -> None:
        people = self.newcomers
        children = [one for one in people if is_minor("self", one.born_on, self.today)]
        young = [one for one in children if one.born_on and age_on(one.born_on, self.today) < CHILD_UNTIL]
        if young and len(children) == len(people) and not self.guardian_id:
            self.guardian.errors = [
                *self.guardian.errors,
                _(
                    "Who is under 14 is enrolled together with a guardian: write one down too, or choose one who lives "
                    "behind this door."
                ),
            ]
        if young and not self.guardian_agrees.data:
            self.guardian_agrees.errors = [
                _("A child under 14 is enrolled only with the consent of a guardian.")
            ]

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Nobody is enrolled without having agreed."))


class DoorForm(Form):
    """Behind which door a household lives."""

    door = Door(_l("Door number"), needed=_l("Write the number on the door."))


class MoveForm(MoversForm):
    """Neighbours without an account move house, behind a door of their own."""

    door = Door(_l("Door number"))
    # Once more, so that it comes last: what is wrong is told in the order of the page.
    since = CityDate(_l("From which day?"), needed=_l("Write the day of the move."))

    def told(self) -> dict[str, Any]:
        """Return the content as ``household_actions.move_neighbours`` takes it."""
        movers = [uuid.UUID(one) for one in self.who.data]
        where = {"home_code": self.home_code, "door": self.door.data or ""}
        return {"resident_ids": movers, "since": self.since.data, **where}
