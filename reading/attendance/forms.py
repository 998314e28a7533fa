"""What comes in about attendance: one mark from a form, or what a phone kept, as JSON."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import (
    EXCUSED,
    LATE,
    MOST_HEADS,
    PRESENT,
    REASON_LENGTH,
    STATUSES,
    UNDONE,
)
from reading.attendance.rules import MOST_SEEN, MarkAnswer, MarkSent
from reading.cards.rules import QR_LENGTH
from reading.forms import Choice, CreatingForm, Text, WholeNumber, parse_uuid
from reading.people.models import NAME_LENGTH
from reading.text import forbidden_character, squeezed

STATUS_NAMES = {PRESENT: _l("present"), LATE: _l("late"), EXCUSED: _l("excused"), UNDONE: _l("undone")}
# What names a person in a button of the roster's one form: "r-" and a resident's id, "g-" and a guest's.
PREFIXES = {"r-": "resident", "g-": "guest"}
# A phone whose battery was out begins in 1970; sixty years of seconds also fit the database's integer.
EARLIEST, LATEST = 1970, 2100
MOST_OFFSET = 60 * 366 * 86_400


def as_pressed(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the fields of a mark: a button of the roster's one form says whom it marks by its name."""
    fields = MultiDict(sent)
    for name, status in sent.items():
        kind = PREFIXES.get(name[:2])
        if kind:
            fields[kind], fields["status"] = name[2:], status
    return fields


class MarkForm(CreatingForm):
    """One mark of the roster: of a resident, or of a guest who is on it already."""

    resident = wtforms.HiddenField()
    guest = wtforms.HiddenField()
    status = Choice(
        _l("Mark"),
        choices=[SelectChoice(status, name) for status, name in STATUS_NAMES.items()],
        wrong=_l("There is no such mark."),
    )
    reason = Text(_l("Reason"), longest=REASON_LENGTH)

    def validate_resident(self, field: wtforms.Field) -> None:
        if sum(parse_uuid(one.data) is not None for one in (self.resident, self.guest)) != 1:
            raise ValidationError(_("Say who."))

    def sent(self) -> MarkSent:
        """Return the mark; only after the form was found valid."""
        resident_id, guest_id = parse_uuid(self.resident.data), parse_uuid(self.guest.data)
        told = self.status.data, None, guest_id
        return MarkSent(self.record_id, resident_id, *told, reason=self.reason.data or "")


class WalkInForm(CreatingForm):
    """Somebody came who is on no list: a name is enough. ``guest`` is drawn when the form is shown, as ``id`` is."""

    guest = wtforms.HiddenField()
    name = Text(_l("Name"), longest=NAME_LENGTH, needed=_l("Write the name."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parse_uuid(self.guest.data) is None:
            self.guest.data = str(uuid.uuid4())

    def sent(self) -> MarkSent:
        """Return the mark; only after the form was found valid."""
        guest_id = uuid.UUID(self.guest.data)
        return MarkSent(self.record_id, None, PRESENT, guest_id=guest_id, guest_name=self.name.data or "")


class HeadcountForm(CreatingForm):
    """How many heads are in the hall."""

    number = WholeNumber(_l("Heads in the hall"), least=0, most=MOST_HEADS)

    def validate_number(self, field: wtforms.Field) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Write a whole number in digits, such as 30."))


@dataclass(frozen=True)
class HeadsSent:
    """A count of heads as a phone sent it."""

    id: uuid.UUID
    number: int
    happened_at: datetime | None = None
    clock_offset: int = 0
    downloaded_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """What a phone kept and sends at once. What could not be read stands in it as the answer to it.

    ``account`` is the tag of the account whose phone kept it, "" when it does not say.
    """

    account: str = ""
    marks: list[MarkSent | MarkAnswer] = field(default_factory=list)
    headcounts: list[HeadsSent | MarkAnswer] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many marks and counts there are."""
        return len(self.marks) + len(self.headcounts)


def read_batch(body: Any) -> Batch | None:
    """Return what is written in ``body``, None when that is no batch at all."""
    fields = body if isinstance(body, dict) else {}
    marks, heads, account = fields.get("marks"), fields.get("headcounts", []), fields.get("account", "")
    if not isinstance(marks, list) or not isinstance(heads, list) or not isinstance(account, str):
        return None
    told = {"downloaded_at": fields.get("downloaded_at")}
    read_heads = [_or_answer(_heads, {**told, **one} if isinstance(one, dict) else one) for one in heads]
    return Batch(account, [read_mark(one, told) for one in marks], read_heads)


def read_mark(raw: Any, of_batch: dict[str, Any] | None = None) -> MarkSent | MarkAnswer:
    """Return the mark written in ``raw``, or, for one that cannot be read, the answer to it.

    What ``raw`` does not say is taken from the batch.
    """
    return _or_answer(_mark, {**(of_batch or {}), **raw} if isinstance(raw, dict) else raw)


def _or_answer(read: Callable[[dict[str, Any]], Any], raw: Any) -> Any:
    fields = raw if isinstance(raw, dict) else {}
    try:
        return read(fields)
    except ValueError:
        shown = fields["id"] if isinstance(fields.get("id"), str) else ""
        return MarkAnswer(shown[:36], "refused", _("This mark could not be read."), code="unreadable")


def _mark(fields: dict[str, Any]) -> MarkSent:
    if fields.get("status") not in STATUSES:
        raise ValueError("no such status")
    sent = MarkSent(
        _uuid(fields.get("id")), None, fields["status"], _moment(fields.get("happened_at")),
        reason=_line(fields.get("reason"), REASON_LENGTH), clock_offset=_offset(fields.get("clock_offset")),
        downloaded_at=_moment(fields.get("downloaded_at")), seen=_seen(fields.get("seen")),
    )  # fmt: skip
    whom = [name for name in ("resident", "guest", "card") if fields.get(name) is not None]
    if whom == ["resident"]:
        return replace(sent, resident_id=_uuid(fields["resident"]))
    if whom == ["guest"]:
        name = _line(fields.get("name"), NAME_LENGTH)
        return replace(sent, guest_id=_uuid(fields["guest"]), guest_name=name)
    if whom == ["card"]:
        return replace(sent, card=_card(fields["card"]))
    raise ValueError("not of one person")


def _card(value: Any) -> str:
    text = _line(value, 2 * QR_LENGTH)
    if not text:
        raise ValueError("not a card")
    return text


def _heads(fields: dict[str, Any]) -> HeadsSent:
    number = fields.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_HEADS:
        raise ValueError("not a number of heads")
    happened_at, downloaded_at = _moment(fields.get("happened_at")), _moment(fields.get("downloaded_at"))
    offset = _offset(fields.get("clock_offset"))
    return HeadsSent(_uuid(fields.get("id")), number, happened_at, offset, downloaded_at)


def _uuid(value: Any) -> uuid.UUID:
    found = parse_uuid(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not an id")
    return found


def _moment(value: Any) -> datetime | None:
    """Return the aware moment written in ISO 8601 with its offset; None for none. Raises ValueError."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None or not EARLIEST <= moment.year <= LATEST:
        raise ValueError("not a moment")
    return moment


def _offset(value: Any) -> int:
    """Return the seconds by which the phone's clock is behind. Raises ValueError."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST_OFFSET:
        raise ValueError("not an offset")
    return value


def _seen(value: Any) -> tuple[uuid.UUID, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_SEEN:
        raise ValueError("not what was seen")
    return tuple(dict.fromkeys(map(_uuid, value)))


def _line(value: Any, longest: int) -> str:
    """Return the line of text, tidied; "" for none. Raises ValueError for what nobody types."""
    text = squeezed(value) if isinstance(value, str) and not forbidden_character(value) else None
    if value is None:
        return ""
    if text is None or len(text) > longest:
        raise ValueError("not a line")
    return text
