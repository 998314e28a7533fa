"""Which entries a librarian should look at, why, and how many may be written in an hour."""

from dataclasses import dataclass
from datetime import timedelta

from reading.logbook.rules import UNUSUAL_PAGES, Amounts
from reading.logbook.title_rules import is_no_title

# More than this of one resident within an hour is a machine, or two people in one log.
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 60

# A day's total over this is looked at even where each of its entries is usual.
UNUSUAL_DAY_PAGES, UNUSUAL_DAY_MINUTES = 600, 720
# How far around an entry's day its book is looked for.
AROUND = timedelta(days=30)
# A child may hear the same picture book every evening; what is finished oftener than this is looked at once.
MOST_FINISHES = 3
# Half as much again as the book has may still be reading back; of a book of unknown length, this many pages.
BOOK_OVER = 1.5
UNUSUAL_BOOK_PAGES = 1500


@dataclass(frozen=True)
class Around:
    """What stands in the reader's log around an entry, itself included.

    ``day_pages`` and ``day_minutes`` add up its day; ``book_pages`` and ``finishes`` its book within ``AROUND`` of
    that day; ``confirmed`` says that a librarian has kept another entry of the book in that time.
    """

    day_pages: int = 0
    day_minutes: int = 0
    book_pages: int = 0
    finishes: int = 0
    confirmed: bool = False


def judge(title: str, length: int | None, amounts: Amounts, around: Around) -> str | None:
    """Return why a librarian should look at an entry, None if nobody need to.

    ``length`` is how many pages the book has, None when the catalogue does not say. The reason is "pages",
    "minutes" (of this one entry), "title", "day", "again" or "book".
    """
    if amounts.unusual:
        return amounts.unusual
    if not around.confirmed and is_no_title(title):
        return "title"
    if around.day_pages > UNUSUAL_DAY_PAGES or around.day_minutes > UNUSUAL_DAY_MINUTES:
        return "day"
    return None if around.confirmed else _of_the_book(length, amounts, around)


def _of_the_book(length: int | None, amounts: Amounts, around: Around) -> str | None:
    if amounts.finished and around.finishes > MOST_FINISHES:
        return "again"
    # A thin book read aloud again and again comes to little; only what adds up is looked at.
    most = max(length * BOOK_OVER, UNUSUAL_PAGES) if length else UNUSUAL_BOOK_PAGES
    return "book" if amounts.pages and around.book_pages > most else None
