"""Forms that ask for a code given in person; none of them asks the database."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from reading.forms import CreatingForm, Text, Ticks
from reading.people.fields import AGREEMENT, Password, Phone, SureForm
from reading.people.models import Resident
from reading.sign_ins.code_rules import CODE_LENGTH, as_typed
from reading.sign_ins.fields import refuse_guessable
from reading.text import match_key

LONGEST_TYPED = 40


class Code(Text):
    """A code as somebody typed it; ``code`` is its plain form."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_TYPED, needed=_l("Write the code you were given."), **kwargs)

    @property
    def code(self) -> str:
        """The code, empty for what cannot be one."""
        return as_typed(self.data or "") or ""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.code:
            length = CODE_LENGTH
            raise ValidationError(
                _("A code has %(number)d letters and digits. Look once more.", number=length)
            )


class CodeForm(CreatingForm):
    """A code, typed by who is signed in."""

    code = Code(_l("Code"))
    agree = Ticks(AGREEMENT)

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Without this consent nothing can be recorded for you."))


class IntoForm(CodeForm, SureForm):
    """A code that brings a record into a household; whether somebody there is the same person is asked once."""

    # Whom the code brings, and who of the household bears the same name.
    twins: Sequence[tuple[Resident, Sequence[Resident]]] = ()

    def is_told_apart(self, newcomers: Sequence[Resident], people: Sequence[Resident]) -> bool:
        """Tell whether it is sure that none of the ``newcomers`` is one of the household's ``people``.

        Who may be the same are ``twins``; the birth dates decide nothing, as one of them may be mistyped.
        """
        pairs = [
            (new, one) for new in newcomers for one in people if match_key(one.name) == match_key(new.name)
        ]
        questions = [f"{new.id} {one.id}" for new, one in pairs]
        if self.was_asked(questions).issuperset(questions):
            return True
        asked = dict.fromkeys(new for new, _one in pairs)
        self.twins = [(new, [one for other, one in pairs if other is new]) for new in asked]
        return False


class ClaimForm(CodeForm):
    """A code, and what an account needs: a phone number and a password of one's own.

    ``kept`` is a form that waits, as at sign-in.
    """

    phone = Phone(_l("Mobile number"), needed=_l("Write your mobile number."))
    password = Password(_l("Password"), new=True)
    # Once more, so that it comes last: what is wrong is told in the order of the page.
    agree = Ticks(AGREEMENT)
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()

    def validate_password(self, field: Password) -> None:
        refuse_guessable(field, self.phone.number or "")

    def told(self) -> dict[str, str]:
        """Return the content as ``code_actions.claim`` takes it."""
        return {
            "code": self.code.code,
            "phone": self.phone.number or "",
            "password": self.password.data or "",
        }


class NewPasswordForm(CreatingForm):
    """A code for a forgotten password, and the new one; ``kept`` is a form that waits, as at sign-in."""

    phone = Phone(_l("Mobile number"), needed=_l("Write your mobile number."))
    code = Code(_l("Code"))
    password = Password(_l("New password"), new=True)
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()

    def validate_password(self, field: Password) -> None:
        refuse_guessable(field, self.phone.number or "")

    def told(self) -> dict[str, str]:
        """Return the content as ``code_actions.reset_password`` takes it."""
        return {
            "code": self.code.code,
            "phone": self.phone.number or "",
            "password": self.password.data or "",
        }
