"""Forms of the second step at sign-in; none of them asks the database."""

import wtforms
from flask_babel import lazy_gettext as _l

from reading.forms import CreatingForm, Form, Text

LONGEST_CODE = 40


class SecondStepForm(Form):
    """A code of the phone, or a recovery code."""

    code = Text(_l("Code from the app"), longest=LONGEST_CODE, needed=_l("Write the code."))
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()


class ConfirmForm(CreatingForm):
    """The first code of a phone that is set up."""

    code = Text(_l("The 6 digits the app shows"), longest=LONGEST_CODE, needed=_l("Write the code."))
    next = wtforms.HiddenField()
    kept = wtforms.HiddenField()
