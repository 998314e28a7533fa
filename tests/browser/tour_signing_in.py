"""The stops of the tour about signing in, and about codes given in person."""

from collections.abc import Callable

from tests.stage import HOME, Stage

Where = Callable[[Stage], str]

VISITOR = "visitor"

SIGNING_IN: dict[str, list[tuple[str, Where]]] = {
    "sign_ins.join": [
        (VISITOR, lambda s: "/join"),
        (VISITOR, lambda s: f"/join?community={HOME}"),
    ],
    "sign_ins.sign_in": [(VISITOR, lambda s: "/sign-in?next=/logbook")],
    "given_codes.for_resident": [
        ("steward", lambda s: f"/residents/{s.cast.phoneless.id}/code"),
        ("librarian", lambda s: f"/residents/{s.cast.neighbour.id}/code"),
    ],
    "given_codes.for_account": [("admin", lambda s: f"/accounts/{s.cast.librarian.id}/code")],
    "accounts.show": [("admin", lambda s: f"/accounts/{s.cast.librarian.id}")],
    "given_codes.claim": [
        (VISITOR, lambda s: "/claim"),
        ("neighbour", lambda s: "/claim"),
        ("organizer", lambda s: "/claim"),
    ],
    "given_codes.new_password": [(VISITOR, lambda s: "/sign-in/new-password")],
    "sign_ins.password": [("resident", lambda s: "/me/password")],
    "second_factor.mine": [
        ("librarian", lambda s: "/me/second-factor"),
        ("admin", lambda s: "/me/second-factor"),
    ],
}
