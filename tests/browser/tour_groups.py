"""The part of the tour that leads through study groups and who helps at events; see ``tour.py``."""

from collections.abc import Callable

from tests.stage import Stage

VISITOR = "visitor"

GROUPS: dict[str, list[tuple[str, Callable[[Stage], str]]]] = {
    "groups.index": [
        (VISITOR, lambda s: "/groups"),
        ("resident", lambda s: "/groups"),
        ("outsider", lambda s: "/groups"),
    ],
    "groups.show": [
        (VISITOR, lambda s: f"/groups/{s.group.id}"),
        ("resident", lambda s: f"/groups/{s.group.id}"),
        ("steward", lambda s: f"/groups/{s.group.id}"),
    ],
    "groups.start": [("steward", lambda s: "/groups/new")],
    "groups.edit": [("steward", lambda s: f"/groups/{s.group.id}/edit")],
    "meetings.plan": [("steward", lambda s: f"/groups/{s.group.id}/meetings/new")],
    "meetings.move": [("steward", lambda s: f"/groups/{s.group.id}/meetings/{s.meeting.id}")],
    "meetings.ask_to_cancel": [
        ("steward", lambda s: f"/groups/{s.group.id}/meetings/{s.meeting.id}/cancellation")
    ],
    "volunteers.index": [
        ("resident", lambda s: f"/events/{s.coming.id}/helpers"),
        ("neighbour", lambda s: f"/events/{s.soon.id}/helpers"),
        ("resident", lambda s: f"/events/{s.past.id}/helpers"),
        ("librarian", lambda s: f"/events/{s.past.id}/helpers"),
        ("librarian", lambda s: f"/events/{s.soon.id}/helpers?q=wdy"),
        ("librarian", lambda s: f"/events/{s.full.id}/helpers"),
    ],
    "volunteers.own": [("resident", lambda s: "/me/helping"), ("admin", lambda s: "/me/helping")],
    "volunteers.hours": [
        ("librarian", lambda s: "/volunteers"),
        ("organizer", lambda s: "/volunteers"),
        ("admin", lambda s: "/volunteers?since=2026-10&until=2026-11"),
    ],
}
