"""Every page of the service, who looks at it, and where it stands: the way the browser's checks take.

A GET route that is missing here, and is no entry of ``NOT_PAGES``, fails `test_every_get_route_is_on_the_tour`.
"""

from collections.abc import Callable

from reading.people.models import Account, Resident
from tests.cast import Cast
from tests.stage import HOME, Stage

Where = Callable[[Stage], str]

VISITOR = "visitor"

# Nothing a person looks at: files, JSON, and switches that send back to where one was.
NOT_PAGES = (
    "static",
    "books.search",
    "communities.search",
    "home.healthy",
    "home.ready",
    "home.language",
    "home.text_size",
)

# Endpoint → (who looks, the address). Somebody who has nothing yet looks too, wherever a page can be empty.
PAGES: dict[str, list[tuple[str, Where]]] = {
    "home.index": [
        (VISITOR, lambda s: "/"),
        ("resident", lambda s: "/"),
        ("resident", lambda s: f"/?reader={s.cast.child.id}"),
        ("librarian", lambda s: "/"),
    ],
    "home.community": [
        (VISITOR, lambda s: f"/communities/{HOME}"),
        ("resident", lambda s: "/communities/410581001"),
    ],
    "home.learning_days": [(VISITOR, lambda s: "/learning-days"), ("resident", lambda s: "/learning-days")],
    "home.learning_day": [
        (VISITOR, lambda s: "/learning-days/2026-10"),
        ("resident", lambda s: "/learning-days/2026-11"),
        ("resident", lambda s: "/learning-days/2026-12"),
    ],
    "people.join": [
        (VISITOR, lambda s: "/join"),
        (VISITOR, lambda s: f"/join?community={HOME}"),
    ],
    "people.sign_in": [(VISITOR, lambda s: "/sign-in?next=/logbook")],
    "people.me": [("resident", lambda s: "/me"), ("admin", lambda s: "/me")],
    "people.take_part": [("admin", lambda s: "/me/taking-part")],
    "people.household": [("resident", lambda s: "/me/household"), ("admin", lambda s: "/me/household")],
    "people.add_person": [("resident", lambda s: "/me/household/new")],
    "people.person": [
        ("resident", lambda s: f"/me/household/{s.cast.resident.id}"),
        ("resident", lambda s: f"/me/household/{s.cast.child.id}"),
    ],
    "people.shown": [
        ("resident", lambda s: f"/me/household/{s.cast.resident.id}/shown"),
        ("resident", lambda s: f"/me/household/{s.cast.child.id}/shown"),
    ],
    "people.home": [("resident", lambda s: "/me/home")],
    "people.password": [("resident", lambda s: "/me/password")],
    "people.staff_home": [
        ("steward", lambda s: "/staff"),
        ("organizer", lambda s: "/staff"),
        ("librarian", lambda s: "/staff"),
        ("admin", lambda s: "/staff"),
    ],
    "residents.index": [
        ("librarian", lambda s: "/residents"),
        ("steward", lambda s: "/residents?q=wdy"),
        ("admin", lambda s: "/residents?q=nobody"),
    ],
    "residents.enrol": [("steward", lambda s: "/residents/new"), ("librarian", lambda s: "/residents/new")],
    "residents.roles": [("admin", lambda s: "/roles"), ("steward", lambda s: "/roles")],
    "residents.grant": [("admin", lambda s: "/roles/new"), ("steward", lambda s: "/roles/new")],
    "communities.index": [
        (VISITOR, lambda s: "/communities"),
        (VISITOR, lambda s: "/communities?under=410581001&next=/join"),
        (VISITOR, lambda s: "/communities?q=kysq"),
        (VISITOR, lambda s: "/communities?q=xyzzy&next=/join"),
    ],
    "books.index": [
        (VISITOR, lambda s: "/books"),
        (VISITOR, lambda s: "/books?q=xyj"),
        ("resident", lambda s: "/books?q=没有这本书"),
    ],
    "books.show": [
        (VISITOR, lambda s: f"/books/{s.books[0].id}"),
        ("librarian", lambda s: f"/books/{s.books[2].id}"),
    ],
    "books.new": [("resident", lambda s: "/books/new")],
    "books.edit": [("librarian", lambda s: f"/books/{s.books[0].id}/edit")],
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
    ],
    "logbook.ask_removal": [("resident", lambda s: f"/logbook/{s.entry.id}/removal")],
    "points.why": [
        ("resident", lambda s: "/points"),
        ("resident", lambda s: f"/points?resident={s.cast.child.id}&period=2026-10"),
        ("admin", lambda s: "/points"),
    ],
    "events.index": [
        (VISITOR, lambda s: "/events"),
        ("resident", lambda s: "/events"),
        ("resident", lambda s: "/events?view=mine"),
        ("resident", lambda s: "/events?view=past&kind=learning_day"),
        ("resident", lambda s: "/events?kind=class&community=410500"),
        ("librarian", lambda s: "/events"),
    ],
    "events.show": [
        (VISITOR, lambda s: f"/events/{s.coming.id}"),
        *(
            ("resident", lambda s, name=name: f"/events/{getattr(s, name).id}")
            for name in ("past", "soon", "coming", "full", "shared", "cancelled", "meeting")
        ),
        ("resident", lambda s: f"/events/{s.course.events[2].id}"),
        ("librarian", lambda s: f"/events/{s.full.id}"),
    ],
    "events.new": [
        ("librarian", lambda s: "/events/new"),
        ("librarian", lambda s: f"/events/new?like={s.past.id}"),
    ],
    "events.edit": [("librarian", lambda s: f"/events/{s.coming.id}/edit")],
    "events.ask_to_cancel": [("librarian", lambda s: f"/events/{s.coming.id}/cancellation")],
    "courses.index": [(VISITOR, lambda s: "/courses"), ("outsider", lambda s: "/courses")],
    "courses.new": [("organizer", lambda s: "/courses/new")],
    "attendance.course": [
        (VISITOR, lambda s: f"/courses/{s.course.id}"),
        ("resident", lambda s: f"/courses/{s.course.id}"),
        ("librarian", lambda s: f"/courses/{s.course.id}"),
        ("librarian", lambda s: f"/courses/{s.course.id}?q=wdy"),
    ],
    "attendance.roster": [
        ("librarian", lambda s: f"/events/{s.past.id}/roster"),
        ("librarian", lambda s: f"/events/{s.soon.id}/roster?q=wu"),
        ("librarian", lambda s: f"/events/{s.shared.id}/roster"),
    ],
    "attendance.screen": [
        ("librarian", lambda s: f"/events/{s.soon.id}/screen"),
        ("librarian", lambda s: f"/events/{s.past.id}/screen"),
    ],
    "attendance.type_key": [(VISITOR, lambda s: "/check-in")],
    "attendance.arrive": [
        ("resident", lambda s: f"/check-in/{s.soon.check_in_key}"),
        ("resident", lambda s: f"/check-in/{s.past.check_in_key}"),
        ("resident", lambda s: f"/check-in/{s.coming.check_in_key}"),
    ],
    "leaderboards.index": [(VISITOR, lambda s: "/leaderboards"), ("resident", lambda s: "/leaderboards")],
    "leaderboards.board": [
        (VISITOR, lambda s: f"/communities/{HOME}/leaderboard"),
        ("resident", lambda s: f"/communities/{HOME}/leaderboard?period=2026&by=pages"),
        ("resident", lambda s: "/communities/410581001/leaderboard?period=all&by=books"),
        ("outsider", lambda s: "/communities/410581106210/leaderboard"),
    ],
    "leaderboards.participation": [
        (VISITOR, lambda s: "/communities/410581/participation"),
        ("resident", lambda s: "/communities/410581001/participation?period=2026-10"),
    ],
}

# Pages nobody wants to see: who looks, the address, the status.
DEAD_ENDS: list[tuple[str, str, int]] = [
    (VISITOR, "/no-such-page", 404),
    ("resident", "/check-in/xxxxxxxx", 404),
    ("resident", "/staff", 403),
    (VISITOR, f"/communities/{HOME}/leaderboard?period=2026-13", 404),
]

# Forms that are wrong when they are sent as they open, by who opens them.
FORMS: dict[str, list[str]] = {
    VISITOR: ["/join", "/sign-in"],
    "resident": ["/logbook/new", "/books/new", "/me/household/new", "/me/home", "/me/password"],
    "librarian": ["/events/new", "/courses/new", "/residents/new"],
    "admin": ["/me/taking-part", "/roles/new"],
}


def legs(most: int) -> dict[str, tuple[str, list[Where]]]:
    """Return the tour in legs of at most ``most`` stops, each of one person: name → (who looks, where)."""
    found: dict[str, tuple[str, list[Where]]] = {}
    for who in dict.fromkeys(who for stops in PAGES.values() for who, _where in stops):
        whole = [where for stops in PAGES.values() for looker, where in stops if looker == who]
        for first in range(0, len(whole), most):
            found[f"{who}-{first // most + 1}"] = (who, whole[first : first + most])
    return found


def person(who: str, cast: Cast) -> Account | Resident | None:
    """Return the person of the cast, None for a visitor."""
    return None if who == VISITOR else getattr(cast, who)
