"""Forms of the reading log."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Self

import wtforms
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.books.models import AUTHOR_LENGTH, TITLE_LENGTH
from reading.books.rules import NO_NUMBER, BadNumber, read_number
from reading.forms import CityDate, CreatingForm, Form, LongText, Text, Ticks, WholeNumber, parse_uuid
from reading.logbook.models import MOST_MINUTES, MOST_PAGES, REFLECTION_LENGTH, LogEntry
from reading.logbook.rules import BACK_DAYS, Amounts, days_offered, earliest_day
from reading.meanwhile import ChangingForm

NUMBER_LENGTH = 40


class EntryForm(Form):
    """What was read, when and how much. ``book_id`` is a book chosen instead of, or before, a typed title."""

    book_id = wtforms.StringField()
    book = Text(_l("Title of the book"), longest=TITLE_LENGTH)
    author = Text(_l("Author"), longest=AUTHOR_LENGTH)
    isbn = Text(_l("ISBN or unified book number"), longest=NUMBER_LENGTH)
    read_on = CityDate(_l("On which day?"))
    pages = WholeNumber(
        _l("Pages read"),
        least=1,
        most=MOST_PAGES,
        too_much=_l("One record takes at most 1,000 pages. Please look at the number again."),
    )
    minutes = WholeNumber(
        _l("Minutes read"),
        least=1,
        most=MOST_MINUTES,
        too_much=_l(
            "One record takes at most 960 minutes, which is 16 hours. Please look at the number again."
        ),
    )
    finished = Ticks(_l("I have finished the book"))
    reflection = LongText(_l("A few words about it"), longest=REFLECTION_LENGTH)
    sure = wtforms.StringField()

    number = NO_NUMBER

    def __init__(self, *args: Any, today: date, record: LogEntry | None = None, **kwargs: Any) -> None:
        """``today`` is the city's; ``record`` the one to correct: its day and its amounts may stay."""
        super().__init__(*args, **kwargs)
        self.today, self.kept = today, record.read_on if record else None
        self.confirmed = (record.pages, record.minutes) if record else None

    def validate_isbn(self, field: Any) -> None:
        try:
            self.number = read_number(field.data) if field.data else NO_NUMBER
        except BadNumber as error:
            raise ValidationError(_(str(error))) from None

    def validate_read_on(self, field: Any) -> None:
        if field.data is None or field.data == self.kept:
            return
        if field.data > self.today:
            raise ValidationError(_("This day is still to come. Choose today or a day before."))
        if field.data < earliest_day(self.today):
            raise ValidationError(
                ngettext(
                    "Only the last %(num)d day can be written down later: from %(day)s on.",
                    "Only the last %(num)d days can be written down later: from %(day)s on.",
                    BACK_DAYS,
                    day=format_date(earliest_day(self.today), "medium"),
                )
            )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        sound = super().validate(*args, **kwargs)
        if not (self.book.data or self.book_id.data or self.isbn.data):
            self.book.errors = [_("Please choose a book or write its title.")]
            sound = False
        if not (self.amounts.told or self.pages.errors or self.minutes.errors):
            self.pages.errors = [
                _("Write how many pages or minutes, or tick that you have finished the book.")
            ]
            sound = False
        return bool(sound)

    @property
    def amounts(self) -> Amounts:
        """How much was read."""
        return Amounts(self.pages.data, self.minutes.data, bool(self.finished.data))

    @property
    def unsure(self) -> str | None:
        """The amount ("pages", "minutes") that is to be asked about, unless the answer came with the form."""
        settled = self.sure.data == self.answer or self.amounts.counted == self.confirmed
        return None if settled else self.amounts.unusual

    @property
    def answer(self) -> str:
        """What says that the amounts are right: these, and no others that are written afterwards."""
        return "/".join(str(one or 0) for one in self.amounts.counted)

    @property
    def days(self) -> list[date]:
        """The days that can be chosen with one tap."""
        return days_offered(self.today)

    @property
    def first_day(self) -> date:
        """The first day that may be chosen."""
        return min(earliest_day(self.today), self.kept or self.today)

    @property
    def day(self) -> date:
        """The day that was read on: when none is told the one that was kept, of a new record today."""
        return self.read_on.data or self.kept or self.today

    def without_title(self) -> Self:
        """Return the form saying that the book's number is not enough."""
        self.book.errors = [
            _("No book with this number is in the catalogue yet. Please write its title too.")
        ]
        return self


class CorrectedForm(ChangingForm, EntryForm):
    """A record that stands."""

    unseen = ("book_id",)


class NewEntryForm(CreatingForm, EntryForm):
    """A new record of a resident."""

    resident: wtforms.Field = wtforms.HiddenField()

    def validate_resident(self, field: wtforms.Field) -> None:
        if field.data and parse_uuid(field.data) is None:
            raise ValidationError(_("Say who was reading."))

    def renewed(self) -> Self:
        """Return the form under a new id, so that it makes a record of its own."""
        self.id.data = str(uuid.uuid4())
        return self


class ReaderAsked(NewEntryForm):
    """The same as it was sent for nobody one may write for: it asks who was reading."""

    resident = wtforms.RadioField(_l("Who was reading?"), validate_choice=False)

    def offer(self, people: Sequence[tuple[str, str]]) -> Self:
        """Offer these people (id, name), and say what else is wrong."""
        self.resident.choices = [SelectChoice(one, name) for one, name in people]
        self.validate()
        self.resident.errors = [_("Say who was reading.")] if people else []
        return self
