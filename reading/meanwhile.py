"""A form that was opened before somebody else changed the same thing is never saved over it without a word.

It carries ``seen``: a few digits of what each of its fields said when it was opened. The action compares them with the
row it holds; where another says something else now, the form comes back with what was typed and what stands, and on
it one tap saves. A form without them (a script, a page of before) is saved as it is; one whose digits were damaged on
their way is not.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import wtforms
from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reading import clock
from reading.extensions import db
from reading.forms import Form
from reading.templating import date_words

DIGITS = 8
NOTE = re.compile(rf"[^:\s]+:[0-9a-f]{{{DIGITS}}}", re.ASCII)
Fields = Mapping[str, Any]


class Changed(Exception):
    """Somebody changed it since the form was opened; ``fields`` is what they say now."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self.fields = fields


class Kept(Protocol):
    """What stands and can be changed; ``fields`` is what its form says of it, by the names of the form's fields."""

    @property
    def fields(self) -> dict[str, Any]: ...


class ChangingForm(Form):
    """A form that changes what stands. ``news`` is what others made of it meanwhile: label and value."""

    seen = wtforms.HiddenField()
    changed_meanwhile = False
    news: tuple[tuple[str, str], ...] = ()
    # Fields a person does not see; what they say another one says too.
    unseen: tuple[str, ...] = ()


F = TypeVar("F", bound=ChangingForm)


def opened(fields: Fields) -> dict[str, Any]:
    """Return what a form is opened with: these fields, and what it says of them when it comes back."""
    return {**fields, "seen": " ".join(_noted(name, value) for name, value in fields.items())}


def refuse_if_changed(kept: Kept, columns: Mapping[str, Any], seen: str | None) -> None:
    """Raise ``Changed`` where ``kept``, a row held, says something else than its form has ``seen``.

    What says all of ``columns`` already is what was sent: the same twice is no change of anybody else.
    """
    if not seen:
        return
    # What was joined to a row one had to wait for is of before: PostgreSQL reads only the row itself anew.
    db.session.refresh(kept)
    is_sent = all(getattr(kept, name) == value for name, value in columns.items())
    refuse_unless_seen(kept.fields, seen, is_sent=is_sent)


def refuse_unless_seen(fields: Fields, seen: str | None, *, is_sent: bool) -> None:
    """As :func:`refuse_if_changed`, of what is no single row; ``is_sent``: it says what was sent already."""
    if not is_sent and changed(fields, seen):
        raise Changed(fields)


def reopened(form: F, make: Callable[[MultiDict[str, str]], F], now: Fields) -> F:
    """Return the form as it was sent, opened on what stands ``now``; ``make`` makes such a form of what is sent.

    Where its writer touched nothing it says what others wrote, so that saving it takes nothing of theirs back.
    """
    now = {name: value for name, value in now.items() if name in form}
    seen, typed = form.seen.data, {name: form[name].data for name in now}
    others, touched = changed(now, seen), changed(typed, seen)
    fresh = {name: _sent(now[name]) for name in others if name not in touched}
    again = make(MultiDict({**request.form, **fresh, "seen": opened(now)["seen"]}))
    told = [one for one in others if one not in form.unseen and _sent(typed[one]) != _sent(now[one])]
    again.news = tuple((str(again[one].label.text), _in_words(again[one], now[one])) for one in told)
    again.changed_meanwhile = True
    return again


def changed(fields: Fields, seen: str | None) -> list[str]:
    """Return the fields that say something else than was seen, of those of which anything was noted.

    Where what was seen cannot be read it may have been anything: then every field may say something else.
    """
    notes = (seen or "").split()
    if not all(NOTE.fullmatch(one) for one in notes):
        return list(fields)
    noted = {one.partition(":")[0]: one for one in notes}
    return [
        name for name, value in fields.items() if noted.get(name, _noted(name, value)) != _noted(name, value)
    ]


def _noted(name: str, value: Any) -> str:
    return f"{name}:{hashlib.sha256(_sent(value).encode()).hexdigest()[:DIGITS]}"


def _sent(value: Any) -> str:
    """Return a field's value as a browser sends it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    return "" if value is None or value is False else str(value)


def _in_words(field: wtforms.Field, value: Any) -> str:
    if isinstance(field, wtforms.SelectField):
        return next((str(one.label) for one in field.choices if one.value == value), str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{date_words(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        # Of another year than this one, as a birth date is, the year is what it is about.
        return date_words(value, "day" if value.year == clock.today().year else "plain")
    return str(value or _("nothing"))
