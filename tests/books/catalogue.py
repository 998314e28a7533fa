"""Books put into the catalogue for tests, and the numbers they use."""

from reading import clock
from reading.books import actions
from reading.books.models import Book
from reading.database import action

# Sound numbers: 红楼梦 of 1996 in both forms, and 活着 of 2012.
DREAM_13, DREAM_10 = "9787020002207", "702000220X"
TO_LIVE = "9787506365437"


@action
def add(title: str, author: str = "", **details: str | int | None) -> Book:
    """Add a book to the catalogue, or find it there."""
    return actions.find_or_add(title, author, by=None, at=clock.now(), **details)  # type: ignore[arg-type]
