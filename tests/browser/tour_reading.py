"""The part of the tour that leads through the reading log and its points; see ``tour.py``."""

from collections.abc import Callable

from tests.stage import Stage

READING: dict[str, list[tuple[str, Callable[[Stage], str]]]] = {
    "logbook.index": [
        ("resident", lambda s: "/logbook"),
        ("resident", lambda s: "/logbook?month=2026-10"),
        ("resident", lambda s: "/logbook?day=2026-11-10"),
        ("resident", lambda s: f"/logbook?resident={s.cast.child.id}"),
        ("steward", lambda s: f"/logbook?resident={s.cast.phoneless.id}"),
        ("librarian", lambda s: f"/logbook?resident={s.readers[0].id}"),
        ("admin", lambda s: "/logbook"),
    ],
    "logbook.new": [
        ("resident", lambda s: "/logbook/new"),
        ("resident", lambda s: f"/logbook/new?book={s.books[2].id}"),
        ("steward", lambda s: f"/logbook/new?resident={s.cast.phoneless.id}"),
        ("neighbour", lambda s: "/logbook/new"),
    ],
    "logbook.edit": [
        ("resident", lambda s: f"/logbook/{s.entry.id}"),
        ("steward", lambda s: f"/logbook/{s.entered.id}"),
        ("neighbour", lambda s: f"/logbook/{s.flagged.id}"),
        ("neighbour", lambda s: f"/logbook/{s.aside.id}"),
    ],
    "reviews.index": [
        ("librarian", lambda s: "/logbook/review"),
        ("librarian", lambda s: "/logbook/review?view=set-aside"),
    ],
    "reviews.show": [
        ("librarian", lambda s: f"/logbook/review/{s.flagged.id}"),
        ("librarian", lambda s: f"/logbook/review/{s.aside.id}"),
    ],
    "reviews.edit": [("librarian", lambda s: f"/logbook/review/{s.flagged.id}/correction")],
    "logbook.ask_removal": [("resident", lambda s: f"/logbook/{s.entry.id}/removal")],
    "points.why": [
        ("resident", lambda s: "/points"),
        ("resident", lambda s: f"/points?resident={s.cast.child.id}&period=2026-10"),
        ("admin", lambda s: "/points"),
    ],
}
