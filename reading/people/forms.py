"""Forms of people; none of them asks the database."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Self

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading.communities.models import Community
from reading.forms import CityDate, CreatingForm, Form, Text, Ticks
from reading.people.fields import LONGEST_PHONE, Password, Phone, Place, Radios
from reading.people.models import NAME_LENGTH, NICKNAME_LENGTH, Resident
from reading.people.rules import (
    DAYS_BACK,
    OF_AGE,
    HeldRole,
    age_on,
    gives_away,
    is_possible_birth,
)

ROLE_NAMES = {
    "steward": _l("Steward"),
    "organizer": _l("Night-school organizer"),
    "librarian": _l("Librarian"),
    "admin": _l("Administrator"),
}
# What people call a steward of …
STEWARDS = {
    "compound": _l("Compound steward"),
    "building": _l("Building steward"),
    "unit": _l("Unit steward"),
}


class PlaceForm(Form):
    """A form that asks for a place."""

    community = Place(_l("Village or neighbourhood"))

    @property
    def home_code(self) -> str:
        """The code of the place; only after the form was found valid."""
        return self.community.node.code if self.community.node else ""


class ShownForm(Form):
    """How somebody stands on boards."""

    show_as = Radios(
        _l("How others see me on the boards"), wrong=_l("Choose one of these."), default="hidden"
    )
    nickname = Text(_l("Nickname"), longest=NICKNAME_LENGTH)

    def offer(self, resident: Resident | None = None, is_minor: bool = False) -> Self:
        """Offer what this person may choose; a minor is never shown by name."""
        self.is_minor = is_minor
        number = resident.child_number if resident else None
        self.numbered = number is not None
        young = _("As “Young reader %(number)s”, without a name", number=number)
        options = [
            SelectChoice("nickname", young if self.numbered else _("By a nickname")),
            SelectChoice("masked", _("By the name, masked: 张*三")),
            SelectChoice("hidden", _("Not at all")),
        ]
        self.show_as.choices = [one for one in options if not (is_minor and one.value == "masked")]
        self.real_name = resident.name if resident else ""
        return self

    def shown(self) -> dict[str, str]:
        """Return the choice as ``actions.set_shown`` takes it."""
        return {"show_as": self.show_as.data, "nickname": self.nickname.data or ""}

    def validate_nickname(self, field: Text) -> None:
        if self.show_as.data == "nickname" and not self.numbered and not field.data:
            raise ValidationError(_("Write the nickname that others may see."))
        if field.data and self.is_minor and gives_away(field.data, self.real_name):
            raise ValidationError(_("A child's nickname must not hold the real name."))


AGREEMENT = _l("I agree that my reading is recorded for the reading program")


class TakePartForm(PlaceForm, ShownForm):
    """Taking part: where one lives, and how one is shown."""

    agree = Ticks(AGREEMENT)

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Without this consent nothing can be recorded for you."))

    def chosen(self) -> dict[str, str]:
        """Return the content as ``actions.take_part`` takes it."""
        return {"home_code": self.home_code, **self.shown()}


class JoinForm(CreatingForm, TakePartForm):
    """Everything joining asks for."""

    name = Text(_l("Name"), longest=NAME_LENGTH, needed=_l("Write your name."))
    phone = Phone(_l("Mobile number"), needed=_l("Write your mobile number."))
    password = Password(_l("Password"), new=True)
    # Once more, so that it comes last: what is wrong is told in the order of the page.
    agree = Ticks(AGREEMENT)

    def told(self) -> dict[str, str]:
        """Return the content as ``actions.join`` takes it."""
        own = {
            "name": self.name.data or "",
            "phone": self.phone.number or "",
            "password": self.password.data or "",
        }
        return {**own, **self.chosen()}


class SignInForm(Form):
    """Phone and password."""

    phone = Text(_l("Mobile number"), longest=LONGEST_PHONE, needed=_l("Write your mobile number."))
    password = Password(_l("Password"))
    next = wtforms.HiddenField()


class PasswordForm(Form):
    """A new password; the present one proves who asks."""

    present = Password(_l("Present password"))
    password = Password(_l("New password"), new=True)


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

    def validate_born_on(self, field: CityDate) -> None:
        if field.data is None:
            if self.is_child and not field.process_errors:
                raise ValidationError(_("Write the child's date of birth."))
        elif not is_possible_birth(field.data, self.today):
            raise ValidationError(_("Nobody can be born on this day."))
        elif self.is_child and field.data != self.kept and age_on(field.data, self.today) >= OF_AGE:
            raise ValidationError(_("A child is under 18. Choose “a grown-up of the family” instead."))


class ChildForm(PersonForm):
    """A child's name and birth date."""

    @property
    def is_child(self) -> bool:
        """Always."""
        return True


class FamilyForm(CreatingForm, PersonForm):
    """Somebody to add to the household."""

    relation = Radios(
        _l("Who is it?"),
        wrong=_l("Choose one of these."),
        default="child",
        choices=[
            SelectChoice("child", _l("A child")),
            SelectChoice("other", _l("A grown-up of the family")),
        ],
    )
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


class HomeForm(PlaceForm):
    """Moving house: who, where to, from which day."""

    who = wtforms.SelectMultipleField(
        _l("Who moves?"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validate_choice=False,
    )
    community = Place(_l("New home"))
    since = CityDate(_l("From which day?"), needed=_l("Write the day of the move."))

    def offer(self, people: Sequence[Resident], today: date) -> None:
        """Offer the people who may move."""
        self.today = today
        self.who.choices = [SelectChoice(str(one.id), one.name) for one in people]
        self.known = {str(one.id) for one in people}

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.move_household`` takes it."""
        movers = [uuid.UUID(one) for one in self.who.data]
        return {"resident_ids": movers, "home_code": self.home_code, "since": self.since.data}

    def validate_who(self, field: wtforms.SelectMultipleField) -> None:
        if not field.data or not self.known.issuperset(field.data):
            raise ValidationError(_("Choose who moves."))

    def validate_since(self, field: CityDate) -> None:
        if field.data and not self.today - timedelta(days=DAYS_BACK) <= field.data <= self.today:
            raise ValidationError(
                _("The day of the move is today or up to %(days)d days ago.", days=DAYS_BACK)
            )


class EnrolForm(CreatingForm, PersonForm, PlaceForm):
    """A resident without an account, enrolled by staff."""

    community = Place(_l("Lives at"))
    phone = Phone(_l("Mobile number"))
    agree = Ticks(_l("I explained the reading program; this person agreed"))
    another = Ticks(_l("This is another person of the same name"))

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Nobody is enrolled without having agreed."))

    def offer(self, homes: Sequence[Community], few: int) -> None:
        """Offer all the homes there are, where they are few."""
        if 0 < len(homes) <= few:
            self.community.show_all(homes)

    def told_apart(self, namesakes: Sequence[Resident]) -> bool:
        """Tell whether it is sure that this is none of the residents of the same name and home."""
        self.namesakes = [one for one in namesakes if one.id != self.record_id]
        if self.namesakes and not self.another.data:
            self.another.errors = [
                _("Somebody of this name is enrolled at this home. Is it the same person?")
            ]
        return not self.another.errors

    def told(self) -> dict[str, Any]:
        """Return the content as ``actions.enrol`` takes it."""
        person = {"name": self.name.data, "born_on": self.born_on.data}
        return {**person, "home_code": self.home_code, "phone": self.phone.number}


class RoleForm(PlaceForm):
    """A role for an account, at a place."""

    phone = Phone(_l("Mobile number of the account"), needed=_l("Write a mobile number."))
    role = Radios(_l("Role"), wrong=_l("Choose one of these."), default="steward")
    community = Place(_l("Where"))

    def offer(self, held: Iterable[HeldRole]) -> Self:
        """Offer the roles that who holds these may grant: an admin every one, a steward stewards."""
        names = ROLE_NAMES if any(role.name == "admin" for role in held) else ["steward"]
        self.role.choices = [SelectChoice(name, ROLE_NAMES[name]) for name in names]
        return self

    def has_account(self, holder: object | None) -> bool:
        """Tell whether an account was found for the phone."""
        if holder is None:
            self.phone.errors = [_("Nobody has joined with this number yet.")]
        return holder is not None
