"""The form and the fields every feature builds on: strict about what comes in, plain about what is wrong.

A form is plain WTForms: no database, no session. CSRF is checked for the whole app by Flask-WTF.
"""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import ValidationError

from reading.text import forbidden_character, squeezed, with_plain_digits

Validators = Sequence[Callable[[Any, Any], None]]
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
ISO_MINUTE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[T ](\d{1,2}):(\d{2})(?::00)?", re.ASCII)
WHOLE_NUMBER = re.compile(r"[0-9]+", re.ASCII)


class _Translations:
    """Hands WTForms' own few messages to the app's catalogue."""

    def gettext(self, string: str) -> str:
        return str(_(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(ngettext(singular, plural, n))


TRANSLATIONS = _Translations()


class Form(wtforms.Form):
    """The base of every form. Its fields are made once and copied for each request, which takes a tenth of the time:
    so a field's lists, flags and labels are never changed in place."""

    class Meta:
        def get_translations(self, form: wtforms.Form) -> _Translations:
            return TRANSLATIONS

        def bind_field(
            self, form: wtforms.Form, unbound_field: Any, options: dict[str, Any]
        ) -> wtforms.Field:
            made: dict[str, wtforms.Field] = unbound_field.__dict__.setdefault("made", {})
            name = options["prefix"] + options["name"]
            if name not in made:
                made[name] = unbound_field.bind(form=form, **options)
                made[name]._form = None
            field: wtforms.Field = object.__new__(type(made[name]))
            field.__dict__.update(made[name].__dict__, _form=form, meta=self)
            return field


class CreatingForm(Form):
    """A form that makes a record: ``id`` is drawn when the form is shown, so sending it twice makes one record."""

    id = wtforms.HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.id.data:
            self.id.data = str(uuid.uuid4())

    def validate_id(self, field: wtforms.Field) -> None:
        if parse_uuid(field.data) is None:
            # What was sent is kept nowhere: under a new id the form is good as it stands.
            field.data = str(uuid.uuid4())
            raise ValidationError(_("The form was damaged on its way. Look it over and send it again."))

    @property
    def record_id(self) -> uuid.UUID:
        """The record's id; only after the form was found valid."""
        return uuid.UUID(self.id.data)


class ResidentForm(CreatingForm):
    """Somebody signs up, enrols or checks in."""

    resident = wtforms.HiddenField()

    def validate_resident(self, field: wtforms.Field) -> None:
        if parse_uuid(field.data) is None:
            raise ValidationError(_("Say who."))

    @property
    def resident_id(self) -> uuid.UUID:
        """The resident's id; only after the form was found valid."""
        return uuid.UUID(self.resident.data)


def parse_uuid(text: str | None) -> uuid.UUID | None:
    """Return the UUID written in its usual 36 characters, or None."""
    try:
        parsed = uuid.UUID(text or "")
    except ValueError:
        return None
    return parsed if str(parsed) == (text or "").lower() else None


class Text(wtforms.StringField):
    """One line of text: trimmed, composed, at most ``longest`` characters; ``needed`` says what is missing."""

    def __init__(
        self, label: Any, *, longest: int, needed: Any = None, validators: Validators = (), **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.longest = longest
        self.needed = needed
        self.too_long = False
        if needed is None:
            self.flags.optional = True

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = self.tidied(valuelist[0]) if valuelist else ""

    def tidied(self, text: str) -> str:
        """Return the text as it will be kept."""
        return squeezed(text) if not forbidden_character(text) else text

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        text = self.data or ""
        if forbidden_character(text):
            raise ValidationError(_("This holds an invisible control character. Please type it again."))
        if len(text) > self.longest:
            raise ValidationError(
                ngettext(
                    "This may be at most %(num)d character long.",
                    "This may be at most %(num)d characters long.",
                    self.longest,
                )
            )
        if self.needed is not None and not text:
            raise ValidationError(str(self.needed))


class LongText(Text):
    """Several lines of text; line breaks are kept."""

    widget = wtforms.widgets.TextArea()

    def tidied(self, text: str) -> str:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(squeezed(line) for line in lines).strip() if not forbidden_character(text) else text


class WholeNumber(wtforms.Field):
    """A whole number in plain or full-width digits, nothing else (no sign, no ``1_000``); None when left empty."""

    widget = wtforms.widgets.TextInput()

    def __init__(self, label: Any, *, least: int, most: int, too_much: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.too_much = least, most, too_much
        self.typed = ""
        self.flags.optional = True

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else str(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        self.typed = with_plain_digits(valuelist[0]).strip() if valuelist else ""
        if self.typed:
            if not WHOLE_NUMBER.fullmatch(self.typed):
                raise ValueError(_("Write a whole number in digits, such as 30."))
            self.data = int(self.typed) if len(self.typed) <= 12 else self.most + 1

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        if self.data is None:
            return
        if self.data < self.least:
            raise ValidationError(_("This must be at least %(least)d.", least=self.least))
        if self.data > self.most:
            raise ValidationError(str(self.too_much or _("This may be at most %(most)d.", most=self.most)))


class CityDate(wtforms.Field):
    """A date of the city's calendar, written ``2026-11-10`` (full-width digits are accepted)."""

    widget: Any = wtforms.widgets.DateInput()

    def __init__(self, label: Any, *, needed: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.needed = needed
        self.typed = ""
        if needed is None:
            self.flags.optional = True

    def _value(self) -> str:
        return self.typed or (self.data.isoformat() if self.data else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = with_plain_digits(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if self.typed:
            self.data = parse_date(self.typed)
            if self.data is None:
                raise ValueError(_("There is no such date. Write it as year-month-day, such as 2026-11-10."))

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        # A date that could not be read has been told as that already.
        if self.data is None and self.needed is not None and not self.process_errors:
            raise ValidationError(str(self.needed))


def parse_date(text: str) -> date | None:
    """Return the date written ``yyyy-m-d`` in plain digits, or None; no other spelling is taken."""
    match = ISO_DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


class CityMinute(CityDate):
    """A minute on the city's clock, written ``2026-11-10T19:30``; its data is a datetime without a zone."""

    widget = wtforms.widgets.DateTimeLocalInput()

    def _value(self) -> str:
        return self.typed or (self.data.strftime("%Y-%m-%dT%H:%M") if self.data else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = with_plain_digits(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if self.typed:
            self.data = _parse_minute(self.typed)
            if self.data is None:
                raise ValueError(_("There is no such time. Write it as 2026-11-10 19:30."))


def _parse_minute(text: str) -> datetime | None:
    match = ISO_MINUTE.fullmatch(text)
    day = parse_date(match[1]) if match else None
    if match is None or day is None or int(match[2]) > 23 or int(match[3]) > 59:
        return None
    return datetime(day.year, day.month, day.day, int(match[2]), int(match[3]))


class Choice(wtforms.SelectField):
    """One of a list; ``wrong`` is the sentence for anything else."""

    def __init__(self, label: Any, *, wrong: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong = wrong

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(str(self.wrong)) from None


class Ticks(wtforms.BooleanField):
    """A box to tick; any value but the usual "no" ones counts as ticked."""
