"""Forms of the staff's pages about people; none of them asks the database."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.communities.models import Community
from reading.forms import CityDate, CreatingForm, Ticks
from reading.people.fields import OthersForm, Phone, Place, PlaceForm, Radios
from reading.people.forms import PersonForm
from reading.people.rules import CHILD_UNTIL, HeldRole, Newcomer, age_on

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


class EnrolForm(OthersForm, CreatingForm, PersonForm, PlaceForm):
    """A resident without an account, enrolled by staff."""

    community = Place(_l("Lives at"))
    phone = Phone(_l("Mobile number"))
    agree = Ticks(_l("I explained the reading program; this person agreed"))
    too_young = False

    def validate_born_on(self, field: CityDate) -> None:
        super().validate_born_on(field)
        if field.data and age_on(field.data, self.today) < CHILD_UNTIL:
            self.too_young = True
            raise ValidationError(
                _(
                    "Who is under 14 is enrolled with their household, on the building's page: a guardian agrees there."
                )
            )

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Nobody is enrolled without having agreed."))

    def offer(self, homes: Sequence[Community], few: int) -> None:
        """Offer all the homes there are, where they are few."""
        if 0 < len(homes) <= few:
            self.community.show_all(homes)

    @property
    def person(self) -> Newcomer:
        """The person written down; only after the form was found valid."""
        return Newcomer(1, self.name.data or "", self.phone.number, self.born_on.data)

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
