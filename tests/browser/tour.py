"""Every page of the service, who looks at it, and where it stands: the way the browser's checks take.

A GET route that is missing here and in ``not_pages.NOT_PAGES`` fails `test_every_get_route_is_on_the_tour`.
"""

from reading.people.models import Account, Resident
from tests.browser.tour_groups import GROUPS
from tests.browser.tour_of_buildings import BUILDINGS
from tests.browser.tour_of_rights import RIGHTS
from tests.browser.tour_reading import READING
from tests.browser.tour_signing_in import SIGNING_IN, VISITOR, Where
from tests.cast import Cast
from tests.check_in.codes import link, old_link
from tests.stage import HOME

# Endpoint → (who looks, the address). Somebody who has nothing yet looks too, wherever a page can be empty.
PAGES: dict[str, list[tuple[str, Where]]] = {
    **BUILDINGS,
    **RIGHTS,
    **SIGNING_IN,
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
    "devices.mine": [("resident", lambda s: "/me/devices")],
    "desk.index": [
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
    "imports.new": [
        ("steward", lambda s: "/residents/imports/new"),
        ("admin", lambda s: "/residents/imports/new"),
    ],
    "imports.show": [
        ("steward", lambda s: f"/residents/imports/{s.list_waiting.id}"),
        ("steward", lambda s: f"/residents/imports/{s.list_taken.id}"),
    ],
    "residents.enrol": [("steward", lambda s: "/residents/new"), ("librarian", lambda s: "/residents/new")],
    "roles.index": [("admin", lambda s: "/roles"), ("steward", lambda s: "/roles")],
    "roles.grant": [("admin", lambda s: "/roles/new"), ("steward", lambda s: "/roles/new")],
    "cards.mine": [
        ("resident", lambda s: "/me/card"),
        ("neighbour", lambda s: "/me/card"),
        ("admin", lambda s: "/me/card"),
    ],
    "cards.sheet": [
        ("steward", lambda s: "/residents/cards"),
        ("librarian", lambda s: "/residents/cards?at=410581001001-1"),
        ("admin", lambda s: "/residents/cards"),
    ],
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
    **READING,
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
        ("steward", lambda s: f"/events/{s.meeting.id}"),
    ],
    **GROUPS,
    "events.new": [
        ("librarian", lambda s: "/events/new"),
        ("librarian", lambda s: f"/events/new?like={s.past.id}"),
    ],
    "events.edit": [("librarian", lambda s: f"/events/{s.coming.id}/edit")],
    "events.ask_to_cancel": [("librarian", lambda s: f"/events/{s.coming.id}/cancellation")],
    "courses.index": [(VISITOR, lambda s: "/courses"), ("outsider", lambda s: "/courses")],
    "courses.new": [("organizer", lambda s: "/courses/new")],
    "courses.edit": [("librarian", lambda s: f"/courses/{s.course.id}/edit")],
    "courses.ask_to_cancel": [("librarian", lambda s: f"/courses/{s.course.id}/cancellation")],
    "courses.new_make_up": [("librarian", lambda s: f"/courses/{s.course.id}/make-up")],
    "courses.new_date": [("librarian", lambda s: f"/events/{s.course.events[3].id}/new-date")],
    "registers.course": [
        (VISITOR, lambda s: f"/courses/{s.course.id}"),
        ("resident", lambda s: f"/courses/{s.course.id}"),
        ("librarian", lambda s: f"/courses/{s.course.id}"),
        ("librarian", lambda s: f"/courses/{s.course.id}?q=wdy"),
    ],
    "registers.register": [("librarian", lambda s: f"/courses/{s.course.id}/register")],
    "registers.certificate": [
        ("resident", lambda s: f"/courses/{s.course.id}/certificates/{s.cast.resident.id}")
    ],
    "attendance.roster": [
        ("librarian", lambda s: f"/events/{s.past.id}/roster"),
        ("librarian", lambda s: f"/events/{s.soon.id}/roster?q=wu"),
        ("librarian", lambda s: f"/events/{s.shared.id}/roster"),
        ("steward", lambda s: f"/events/{s.meeting.id}/roster"),
    ],
    "records.show": [
        ("librarian", lambda s: f"/events/{s.past.id}/record"),
        ("librarian", lambda s: f"/events/{s.coming.id}/record"),
    ],
    "records.person": [
        ("librarian", lambda s: f"/events/{s.past.id}/record/{s.readers[2].id}"),
        ("librarian", lambda s: f"/events/{s.soon.id}/record/{s.walk_in.id}?q=wdy"),
    ],
    "months.index": [
        ("librarian", lambda s: "/records"),
        ("steward", lambda s: "/records"),
        ("organizer", lambda s: "/records?month=2026-10"),
        ("admin", lambda s: "/records?community=410581001&month=2026-11"),
    ],
    "paper.index": [
        ("librarian", lambda s: f"/events/{s.soon.id}/sheets"),
        ("librarian", lambda s: f"/events/{s.past.id}/sheets?what=blank"),
    ],
    "paper.show": [("librarian", lambda s: f"/events/{s.soon.id}/sheets/1")],
    "paper.ask": [("librarian", lambda s: f"/events/{s.soon.id}/sheets/1/entry")],
    "scanning.look": [
        ("librarian", lambda s: f"/events/{s.soon.id}/card"),
        ("librarian", lambda s: f"/events/{s.soon.id}/card?card=zzzz9999"),
    ],
    "hall.screen": [
        ("librarian", lambda s: f"/events/{s.soon.id}/screen"),
        ("librarian", lambda s: f"/events/{s.past.id}/screen"),
        ("librarian", lambda s: f"/events/{s.coming.id}/screen"),
    ],
    "hall.guests": [
        ("librarian", lambda s: f"/events/{s.soon.id}/guests"),
        ("librarian", lambda s: f"/events/{s.coming.id}/guests"),
    ],
    "codes.choose": [
        (VISITOR, lambda s: "/check-in"),
        ("resident", lambda s: "/check-in"),
        (VISITOR, lambda s: "/check-in?q=beiguan"),
    ],
    "check_in.arrive": [
        (VISITOR, lambda s: link(s.soon)),
        (VISITOR, lambda s: old_link(s.soon)),
        ("resident", lambda s: old_link(s.soon)),
        ("resident", lambda s: link(s.soon)),
        ("neighbour", lambda s: link(s.soon)),
        ("resident", lambda s: link(s.past)),
        ("resident", lambda s: link(s.coming)),
        ("resident", lambda s: link(s.cancelled)),
    ],
    "calendars.mine": [("resident", lambda s: "/me/calendar"), ("admin", lambda s: "/me/calendar")],
    "rights.mine": [("resident", lambda s: "/me/leaving"), ("admin", lambda s: "/me/leaving")],
    "rights.others": [("admin", lambda s: "/residents/leaving"), ("steward", lambda s: "/residents/leaving")],
    "rights.other": [
        ("steward", lambda s: f"/residents/{s.cast.phoneless.id}/leaving"),
        ("admin", lambda s: f"/residents/{s.leaving.resident_id}/leaving"),
    ],
    "rights.erase": [("admin", lambda s: f"/leavings/{s.leaving.id}/erasure")],
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
    ("admin", "/volunteers?since=2026-11&until=2026-10", 400),
]

# Forms that are wrong when they are sent as they open, by who opens them.
FORMS: dict[str, list[str]] = {
    VISITOR: ["/join", "/sign-in", "/claim", "/sign-in/new-password"],
    "resident": [
        "/logbook/new",
        "/books/new",
        "/me/household/new",
        "/me/home",
        "/me/password",
        "/me/leaving",
    ],
    "librarian": ["/events/new", "/courses/new", "/residents/new"],
    "steward": ["/buildings/410581001001-1-1/households/new", "/groups/new"],
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
