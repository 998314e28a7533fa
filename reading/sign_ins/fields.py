"""What a new password owes its account: not to be the first thing somebody tries."""

import wtforms
from flask_babel import gettext as _
from wtforms import ValidationError

from reading.sign_ins.guessable import folded, is_common
from reading.sign_ins.rules import is_personal


def is_guessable(password: str, phone: str = "", name: str = "") -> bool:
    """Tell whether a password is common, or the phone number or the name of whoever chooses it."""
    return is_common(password) or is_personal(folded(password), phone, name)


def refuse_guessable(field: wtforms.Field, phone: str = "", name: str = "") -> None:
    """Raise ``ValidationError`` for a guessable password; one of a wrong length has been told as that already."""
    if not field.errors and is_guessable(field.data or "", phone, name):
        raise ValidationError(
            _("This password is easily guessed. Choose another one: a few words that only you put together.")
        )
