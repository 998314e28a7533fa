"""Forms of the catalogue."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.books.models import AUTHOR_LENGTH, PUBLISHER_LENGTH, TITLE_LENGTH
from reading.books.rules import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MOST_PAGES,
    NO_NUMBER,
    BadNumber,
    Details,
    read_number,
)
from reading.forms import Choice, CreatingForm, Form, Text, WholeNumber
from reading.meanwhile import ChangingForm

SHELF_NAMES = {
    "classics": _l("Chinese classics"),
    "fiction": _l("Modern fiction"),
    "children": _l("Children's books"),
    "farming": _l("Farming"),
    "health": _l("Health"),
    "local": _l("Local reading"),
}
NUMBER_LENGTH = 40


class BookFields(Form):
    """What may be said of a book."""

    title = Text(_l("Title"), longest=TITLE_LENGTH, needed=_l("Please write the title of the book."))
    author = Text(_l("Author"), longest=AUTHOR_LENGTH)
    isbn = Text(_l("ISBN or unified book number"), longest=NUMBER_LENGTH)
    publisher = Text(_l("Publisher"), longest=PUBLISHER_LENGTH)
    year = WholeNumber(_l("Year of this edition"), least=EARLIEST_YEAR, most=LATEST_YEAR)
    pages = WholeNumber(_l("Number of pages"), least=1, most=MOST_PAGES)

    number = NO_NUMBER

    def validate_isbn(self, field: Any) -> None:
        try:
            self.number = read_number(field.data) if field.data else NO_NUMBER
        except BadNumber as error:
            raise ValidationError(_(str(error))) from None

    def details(self, shelf: str) -> Details:
        """Return what the form says of the book; only after it was found valid."""
        return Details(
            title=self.title.data or "",
            author=self.author.data or "",
            number=self.number,
            publisher=self.publisher.data or "",
            year=self.year.data,
            pages=self.pages.data,
            shelf=shelf,
        )


class NewBookForm(CreatingForm, BookFields):
    """Adds a book that is not there."""


class CorrectionForm(BookFields, ChangingForm):
    """Corrects what the catalogue says of a book."""

    shelf = Choice(
        _l("Shelf"),
        choices=[SelectChoice(value, name) for value, name in {"": _l("on no shelf"), **SHELF_NAMES}.items()],
        wrong=_l("Please choose one of the shelves."),
    )
