"""The pages of duplicates, consents and one's own data, and who looks at them: part of the tour."""

from collections.abc import Callable

from tests.stage import Stage

RIGHTS: dict[str, list[tuple[str, Callable[[Stage], str]]]] = {
    "merges.duplicates": [("steward", lambda s: "/residents/duplicates")],
    "merges.pair": [
        ("steward", lambda s: f"/residents/duplicates/{s.cast.resident.id}/{s.cast.phoneless.id}"),
        ("librarian", lambda s: f"/residents/duplicates/{s.cast.resident.id}/{s.cast.neighbour.id}"),
    ],
    "consents.notice": [("visitor", lambda s: "/notice")],
    "consents.notice_of": [("resident", lambda s: "/notice/2026-11")],
    "consents.mine": [("resident", lambda s: "/me/consents"), ("admin", lambda s: "/me/consents")],
    "consents.of_other": [("steward", lambda s: f"/residents/{s.cast.phoneless.id}/consents")],
    "own_data.mine": [("resident", lambda s: "/me/data"), ("admin", lambda s: "/me/data")],
    "own_accounts.give": [("outsider", lambda s: f"/me/household/{s.grown.id}/account")],
    "trail.index": [("admin", lambda s: "/audit")],
    "merges.index": [("admin", lambda s: "/residents/merges")],
}
