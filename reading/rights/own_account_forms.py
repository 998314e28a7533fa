"""The form that gives a member of a household an account of their own."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from reading.forms import CreatingForm, Ticks
from reading.people.fields import Password, Phone
from reading.sign_ins.fields import refuse_guessable


class OwnAccountForm(CreatingForm):
    """The phone number and the first password of somebody who has been looked after until now."""

    phone = Phone(_l("Their mobile number"), needed=_l("Write a mobile number."))
    password = Password(_l("Their password"), new=True)
    agree = Ticks(
        _l("They agree themselves that their reading is recorded, and know that it is theirs from now on")
    )

    def validate_password(self, field: Password) -> None:
        refuse_guessable(field, self.phone.number or "")

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("From 14 on they decide themselves: without their word nothing changes."))

    def told(self) -> dict[str, str]:
        """Return the content as ``own_account_actions.hand_over`` takes it."""
        return {"phone": self.phone.number or "", "password": self.password.data or ""}
