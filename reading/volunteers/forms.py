"""Forms of helping: the hours of an event's helpers, and which hours are to be shown or taken along."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.forms import Choice, Form
from reading.meanwhile import ChangingForm, changed, opened
from reading.text import with_plain_digits
from reading.volunteers.rules import LONGEST_HOURS, MINUTES, hours_words, minutes_in, month_span


class Hours(wtforms.Field):
    """Hours with one decimal at most, in plain or full-width digits; its data are minutes, None when left empty.

    Where hours were ``kept`` before, empty is no answer.
    """

    widget = wtforms.widgets.TextInput()

    def __init__(self, label: Any, *, kept: bool, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.kept = kept
        self.typed = ""

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else hours_words(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        self.typed = with_plain_digits(valuelist[0]).replace("。", ".").strip() if valuelist else ""
        if self.typed:
            self.data = minutes_in(self.typed)
            if self.data is None:
                raise ValueError(_("Write hours with one decimal at most, such as 2 or 1.5."))

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        if self.data is not None and self.data > LONGEST_HOURS * MINUTES:
            raise ValidationError(_("This may be at most %(most)d hours.", most=LONGEST_HOURS))
        if self.data is None and self.kept and not self.process_errors:
            raise ValidationError(_("Write 0 if they did not help."))


class HoursForm(ChangingForm):
    """The hours of an event's helpers: one field each, called by the helper's id.

    ``usual`` are the minutes offered for those of whom nothing was written down yet.
    """

    usual: int

    def minutes(self) -> Mapping[uuid.UUID, int]:
        """Return the minutes by helper, without those left empty; only after the form was found valid."""
        return {uuid.UUID(name): told for name, told in self.typed().items() if told is not None}

    def typed(self) -> dict[str, int | None]:
        """Return what each field says, by its name."""
        return {field.name: field.data for field in self if isinstance(field, Hours)}

    def touched(self) -> set[uuid.UUID]:
        """Return whose hours its writer changed: another's are none of theirs to say, what was offered neither."""
        typed = self.typed()
        told = {name for name in changed(typed, self.seen.data) if typed[name] is not None}
        offered = {one for one in told if typed[one] == self.usual and _was_unsaid(one, self.seen.data)}
        return set(map(uuid.UUID, told - offered))


def _was_unsaid(name: str, seen: str | None) -> bool:
    """Tell whether a form had seen that nothing was written down yet."""
    return opened({name: None})["seen"] in (seen or "").split()


def hours_form(sent: Any, helpers: Iterable[tuple[uuid.UUID, str, int | None]], usual: int) -> HoursForm:
    """Return the form of these helpers: id, name, and minutes written down before; others begin with ``usual``."""
    listed, seen = [(str(one), name, kept) for one, name, kept in helpers], (sent or {}).get("seen")
    # Who left a field empty that was so when they opened the form need not know what was written down since.
    fields: dict[str, Any] = {
        one: Hours(name, kept=kept is not None and not _was_unsaid(one, seen)) for one, name, kept in listed
    }
    made: type[HoursForm] = type("HoursForm", (HoursForm,), {**fields, "usual": usual})
    shown = {one: usual if kept is None else kept for one, _name, kept in listed}
    return made(sent, data={**shown, "seen": opened({one: kept for one, _name, kept in listed})["seen"]})


def hours_as_sent(form: HoursForm, now: Mapping[str, int | None]) -> dict[str, str]:
    """Return what a form of hours sends that says what ``form`` does, opened on what stands ``now``.

    Where its writer touched nothing it says what others wrote.
    """
    touched = set(map(str, form.touched()))
    said = {name: told if name in touched else now.get(name) for name, told in form.typed().items()}
    # What stands nowhere yet stays as it was typed: what is offered, or nothing.
    said = {name: form[name].data if told is None else told for name, told in said.items()}
    words = {name: "" if told is None else hours_words(told) for name, told in said.items()}
    return {**words, "seen": opened(now)["seen"]}


class Month(wtforms.StringField):
    """A month written ``2026-11``, full-width digits too; what is none is for the form to tell."""

    widget = wtforms.widgets.MonthInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = with_plain_digits(valuelist[0]).strip() if valuelist else ""


class SpanForm(Form):
    """Which hours: of the events in a place, from a month to a month."""

    community = Choice(_l("Where"), wrong=_l("Choose a place from the list."))
    since = Month(_l("From the month"))
    until = Month(_l("To the month"))

    def offer(self, places: Iterable[tuple[str, str, str]]) -> "SpanForm":
        """Offer these places (code, name, the township or city it is listed under)."""
        self.community.choices = [SelectChoice(code, name, optgroup=group) for code, name, group in places]
        return self

    def validate_until(self, field: wtforms.Field) -> None:
        if month_span(self.since.data, self.until.data) is None:
            raise ValidationError(_("Write two months such as 2026-09 and 2026-11, two years apart at most."))

    def span(self) -> tuple[date, date]:
        """Return the first day of the first month, and of the month after the last; only after it was found valid."""
        found = month_span(self.since.data, self.until.data)
        assert found is not None
        return found
