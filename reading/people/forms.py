"""Forms of people; none of them asks the database."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.forms import CityDate, CreatingForm, Form, Text, Ticks
from reading.meanwhile import ChangingForm
from reading.people.fields import MoversForm, Radios, SureForm
from reading.people.models import NAME_LENGTH, Resident
from reading.people.rules import (
    CHILD_UNTIL,
    OF_AGE,
    age_on,
    is_possible_birth,
)
from reading.text import match_key


class PersonForm(Form):
    """A person's name and birth date."""

    name = Text(_l("Name"), longest=NAME_LENGTH, needed=_l("Write the name."))
    born_on = CityDate(_l("Date of birth"))
    today = date.max
    kept: date | None = None

    @property
    def is_child(self) -> bool:
        """Whether the person is a child: the date is needed and holds them under eighteen."""
        return False

    def on(self, today: date, kept: date | None = None) -> Self:
        """Judge dates as of ``today``; the date that is ``kept`` already may stay, as children grow up."""
        self.today, self.kept = today, kept
        return self

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.correct`` takes it."""
        return {"name": self.name.data or "", "born_on": self.born_on.data}

    def validate_born_on(self, field: CityDate) -> None:
        if field.data is None:
            if self.is_child and not field.process_errors:
                raise ValidationError(_("Write the child's date of birth."))
        elif not is_possible_birth(field.data, self.today):
            raise ValidationError(_("Nobody can be born on this day."))
        elif self.is_child and field.data != self.kept and age_on(field.data, self.today) >= OF_AGE:
            raise ValidationError(_("A child is under 18. Choose “a grown-up of the family” instead."))


class ApartForm(SureForm, PersonForm):
    """Somebody of a household; whether they are somebody else than who bears the same name there is asked once."""

    twins: Sequence[Resident] = ()

    @property
    def answer(self) -> str:
        """What says that this is somebody else: of this name and birth date, and no other written afterwards."""
        return f"{self.name.data} {self.born_on.data}"

    def is_told_apart(self, people: Iterable[Resident], own_id: uuid.UUID) -> bool:
        """Tell whether it is sure that this is none of the household's ``people``; who may be the same are ``twins``.

        Whatever the birth dates say: one of them may be mistyped. Whose record (``own_id``) bears the name already is
        not asked about again.
        """
        called = [one for one in people if match_key(one.name) == match_key(self.name.data or "")]
        self.twins = [] if any(one.id == own_id for one in called) else called
        was_asked = self.was_asked([self.answer])
        return not self.twins or bool(was_asked)


class PresentForm(ApartForm, ChangingForm):
    """Of who is in the household already."""

    @property
    def asks_back(self) -> bool:
        """Whether it asks something before it saves."""
        return self.changed_meanwhile or bool(self.twins)


class AloneForm(PresentForm):
    """Of who has an account of their own: under 14 they would need a guardian. ``too_young`` says so, and the page
    says what to do."""

    too_young = False

    def validate_born_on(self, field: CityDate) -> None:
        super().validate_born_on(field)
        if field.data and field.data != self.kept and age_on(field.data, self.today) < CHILD_UNTIL:
            self.too_young = True
            raise ValidationError(
                _("Who is under 14 takes part with a guardian, who adds them to the household as a child.")
            )


def _relation() -> Radios:
    choices = [SelectChoice("child", _l("A child")), SelectChoice("other", _l("A grown-up of the family"))]
    return Radios(_l("Who is it?"), wrong=_l("Choose one of these."), default="child", choices=choices)


class MemberForm(PresentForm):
    """Of somebody of the household: a child, or a grown-up of the family, as was said when they were added or else."""

    relation = _relation()
    was = ""

    def of(self, relation: str) -> Self:
        """Say what they are so far: only as that may they keep their birth date whatever it is."""
        self.was = relation
        return self

    @property
    def is_child(self) -> bool:
        """Whether it is a child."""
        return bool(self.relation.data == "child")

    def validate_born_on(self, field: CityDate) -> None:
        if self.relation.data != self.was:
            self.kept = None
        super().validate_born_on(field)
        if self.is_child or (field.data and field.data == self.kept):
            return
        if field.data is None and self.was == "child" and not field.process_errors:
            raise ValidationError(_("Write the date of birth: it tells that this is no child."))
        if field.data and age_on(field.data, self.today) < self._grown_from:
            raise ValidationError(_("This is a child by their age. Choose “A child” instead."))

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.correct`` takes it."""
        return {**super().told(), "relation": self.relation.data}

    @property
    def _grown_from(self) -> int:
        # Who is one of the grown-ups may turn out to be 14; who was a child becomes none before 18.
        return CHILD_UNTIL if self.was == "other" else OF_AGE


class FamilyForm(CreatingForm, ApartForm):
    """Somebody to add to the household."""

    relation = _relation()
    agree = Ticks(_l("I am the child's guardian, or the grown-up agreed: their reading may be recorded"))

    @property
    def is_child(self) -> bool:
        """Whether a child is being added."""
        return bool(self.relation.data == "child")

    def validate_born_on(self, field: CityDate) -> None:
        super().validate_born_on(field)
        if field.data and not self.is_child and age_on(field.data, self.today) < OF_AGE:
            raise ValidationError(_("Who is under 18 is added as a child."))

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Without this consent nobody can be added."))

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.add_child`` takes it."""
        return {"name": self.name.data, "born_on": self.born_on.data, "relation": self.relation.data}


class HomeForm(MoversForm):
    """The household moves house, or some of it."""

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.move_household`` takes it."""
        movers = [uuid.UUID(one) for one in self.who.data]
        return {"resident_ids": movers, "home_code": self.home_code, "since": self.since.data}
