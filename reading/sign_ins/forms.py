"""Forms of joining and signing in; none of them asks the database."""

from typing import Self

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from reading.forms import CreatingForm, Form, Text, Ticks
from reading.people.fields import AGREEMENT, AnyPhone, Password, Phone, TakePartForm
from reading.people.models import NAME_LENGTH, Account
from reading.sign_ins.fields import refuse_guessable


class JoinForm(CreatingForm, TakePartForm):
    """Everything joining asks for; ``kept`` is a form that waits, as at sign-in."""

    name = Text(_l("Name"), longest=NAME_LENGTH, needed=_l("Write your name."))
    phone = Phone(_l("Mobile number"), needed=_l("Write your mobile number."))
    password = Password(_l("Password"), new=True)
    # Once more, so that it comes last: what is wrong is told in the order of the page.
    agree = Ticks(AGREEMENT)
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()

    def validate_password(self, field: Password) -> None:
        refuse_guessable(field, self.phone.number or "", self.name.data or "")

    def told(self) -> dict[str, str]:
        """Return the content as ``actions.join`` takes it."""
        own = {
            "name": self.name.data or "",
            "phone": self.phone.number or "",
            "password": self.password.data or "",
        }
        return {**own, **self.chosen()}


class SignInForm(Form):
    """Phone and password; ``kept`` is a form that waits, sealed, for whoever wrote it to sign in."""

    phone = AnyPhone(_l("Mobile number"), needed=_l("Write your mobile number."))
    password = Password(_l("Password"))
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()


class PasswordForm(Form):
    """A new password; the present one proves who asks."""

    present = Password(_l("Present password"))
    password = Password(_l("New password"), new=True)
    # Stands for the password that held when the form was opened; it tells nothing of it.
    opened_on = wtforms.HiddenField()

    def of(self, account: Account, stands: list[str]) -> Self:
        """Say whose password it will be, and what may stand for the one that holds now, the newest first."""
        self.account = account
        self.is_of_before = bool(self.opened_on.data) and self.opened_on.data not in stands
        self.opened_on.data = stands[0]
        return self

    def validate_password(self, field: Password) -> None:
        # What was typed twice is told before any password is looked at: so it tells nothing of the one that holds.
        if not field.errors and field.data == self.present.data:
            raise ValidationError(_("The new password is the same as the present one. Choose another one."))
        refuse_guessable(field, self.account.phone, self.account.name)
