"""What a log entry may say, and when it is asked again."""

import calendar
import hashlib
import json
import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reading.books.rules import NO_NUMBER, Number

BACK_DAYS = 31
# Design §7: more than this is asked once, then kept and flagged for the librarian.
UNUSUAL_PAGES = 300
UNUSUAL_MINUTES = 480


@dataclass(frozen=True)
class Amounts:
    """How much was read: pages, minutes (None when not told) and whether the book was finished."""

    pages: int | None
    minutes: int | None
    finished: bool

    @property
    def told(self) -> bool:
        """Whether they say anything at all."""
        return self.pages is not None or self.minutes is not None or self.finished

    @property
    def unusual(self) -> str | None:
        """What should be asked again: "pages", "minutes" or None."""
        if (self.pages or 0) > UNUSUAL_PAGES:
            return "pages"
        return "minutes" if (self.minutes or 0) > UNUSUAL_MINUTES else None

    @property
    def counted(self) -> tuple[int | None, int | None]:
        """The pages and minutes alone."""
        return self.pages, self.minutes


@dataclass(frozen=True)
class BookAsked:
    """The book as it was told: one chosen from the catalogue, or a number, title and author as typed."""

    book_id: uuid.UUID | None = None
    title: str = ""
    author: str = ""
    number: Number = NO_NUMBER


@dataclass(frozen=True)
class Told:
    """One entry as it was told, before it is kept."""

    resident_id: uuid.UUID
    book: BookAsked
    read_on: date
    amounts: Amounts
    reflection: str = ""

    @property
    def digest(self) -> str:
        """A fingerprint of all of it: the same content has the same."""
        book = self.book
        parts: list[Any] = [
            str(self.resident_id), str(book.book_id or ""), book.title, book.author, book.number.isbn,
            book.number.unified_number, self.read_on.isoformat(), self.amounts.pages, self.amounts.minutes,
            self.amounts.finished, self.reflection,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def earliest_day(today: date) -> date:
    """Return the first day that may still be logged on ``today``."""
    return today - timedelta(days=BACK_DAYS)


def days_offered(today: date) -> list[date]:
    """Return the days that can be chosen with one tap: today and the two before."""
    return [today - timedelta(days=back) for back in range(3)]


def says_more(was: Any, new: Mapping[str, Any]) -> bool:
    """Tell whether an entry that is to say ``new`` (its columns by name) says more than it ``was``, in any of them.

    More is another book or day, more pages or minutes, finished only now, or words that were not there; fewer, and
    words left out, are less.
    """
    if (was.book_id, was.read_on) != (new["book_id"], new["read_on"]):
        return True
    amounts = ("pages", "minutes", "finished")
    if any((new[name] or 0) > (getattr(was, name) or 0) for name in amounts):
        return True
    before = iter(was.reflection)
    return not all(letter in before for letter in new["reflection"])


def month_cells(
    month: date, *, today: date, records: Mapping[date, int], learning_days: Container[date],
    stamped: Container[date], urls: Mapping[date, str],
) -> list[list[dict[str, Any]]]:  # fmt: skip
    """Return the weeks (Monday first) of the month that ``month`` lies in, as the month card draws them."""
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [
        [
            {
                "day": day.day,
                "state": "" if day.month == month.month else "out",
                "records": records.get(day, 0),
                "is_today": day == today,
                "is_learning_day": day in learning_days,
                "stamped": day in stamped,
                "url": urls.get(day),
            }
            for day in week
        ]
        for week in weeks
    ]
