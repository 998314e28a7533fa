"""What a librarian has looked at, or is still to look at, on the stage: two entries of the neighbour."""

import uuid
from datetime import date

from reading.books.models import Book
from reading.logbook import review_actions
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from tests import logged
from tests.cast import Cast

PAGES, ON = (310, 900), date(2026, 11, 16)


def flagged(cast: Cast, book: Book) -> dict[str, LogEntry]:
    """Write one entry that waits for a librarian (`flagged`), and one that was set aside (`aside`)."""
    neighbour = cast.account("neighbour").id
    waiting, aside = (
        logged.log(
            uuid.uuid4(),
            Told(cast.neighbour.id, BookAsked(book.id), ON, Amounts(pages, None, finished=False)),
            neighbour,
        )
        for pages in PAGES
    )
    reason = "一天读九百页？可能多打了一个零。"
    review_actions.set_aside(
        review_actions.Sent(uuid.uuid4(), aside.id, aside.version, reason, cast.librarian.id)
    )
    return {"flagged": waiting, "aside": aside}
