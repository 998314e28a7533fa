"""The pages of a building door by door, and who looks at them: part of the tour."""

from collections.abc import Callable

from tests.stage import Stage

BUILDINGS: dict[str, list[tuple[str, Callable[[Stage], str]]]] = {
    "buildings.index": [("steward", lambda s: "/buildings?q=szc"), ("admin", lambda s: "/buildings?q=1hl")],
    "buildings.show": [
        ("steward", lambda s: "/buildings/410581001001-1-1"),
        ("librarian", lambda s: "/buildings/410581001001"),
        ("admin", lambda s: "/buildings/410581"),
    ],
    "buildings.enrol": [
        ("steward", lambda s: "/buildings/410581001001-1-1/households/new"),
        ("librarian", lambda s: "/buildings/410581001001/households/new?door=302"),
    ],
    "neighbours.show": [
        ("steward", lambda s: f"/buildings/people/{s.cast.phoneless.id}"),
        ("steward", lambda s: f"/buildings/people/{s.cast.resident.id}"),
    ],
    "neighbours.move": [
        ("steward", lambda s: f"/buildings/people/{s.cast.phoneless.id}/home"),
        ("steward", lambda s: f"/buildings/people/{s.cast.resident.id}/home"),
    ],
}
