"""What a phone keeps of the halls it was in: which event's page it opened and when, and whom it told of.

A signed cookie of its own, not the session: it survives signing in, which empties the session.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from reading import keys
from reading.check_in.rules import came_at, still_counts
from reading.forms import parse_uuid

# A phone that goes from hall to hall keeps the last of them.
MOST_EVENTS = 4
MOST_CLAIMS = 20
KEPT_SECONDS = 12 * 60 * 60


@dataclass(frozen=True)
class Opening:
    """The page was opened in the hall at ``at`` (aware); ``method`` is "screen" or "code"."""

    at: datetime
    method: str


@dataclass
class Phone:
    """What this phone keeps, by event: the page's opening, and the ids of the claims made on it."""

    openings: dict[uuid.UUID, Opening] = field(default_factory=dict)
    claims: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    # What the phone keeps already, in its order: the last hall of a cookie is the one it was in last.
    _kept: str = field(default="", init=False, repr=False, compare=False)

    @classmethod
    def here(cls) -> Self:
        """Return what the phone that asks keeps; one whose cookie was changed keeps nothing."""
        phone = cls()
        try:
            told = _serializer().loads(request.cookies.get(_name(), ""))
        except BadSignature:
            return phone
        phone._kept = str(told)
        for event, opened in told["openings"].items():
            phone.openings[uuid.UUID(event)] = Opening(datetime.fromtimestamp(opened[0], UTC), opened[1])
        for event, claims in told["claims"].items():
            phone.claims[uuid.UUID(event)] = [one for one in map(parse_uuid, claims) if one]
        return phone

    def opening(self, event_id: uuid.UUID, now: datetime) -> Opening | None:
        """Return the opening of the event's page that still counts."""
        found = self.openings.get(event_id)
        return found if found and still_counts(found.at, now) else None

    def open(self, event_id: uuid.UUID, method: str, now: datetime) -> Opening:
        """Note that the event's page is opened now, by the ``method``."""
        before = self.openings.pop(event_id, None)
        moment = came_at(before.at if before else None, now)
        self.openings[event_id] = before if before and moment == before.at else Opening(moment, method)
        return self.openings[event_id]

    def claim(self, event_id: uuid.UUID, guest_id: uuid.UUID) -> None:
        """Note that the phone told of somebody."""
        before = [one for one in self.claims.pop(event_id, []) if one != guest_id]
        self.claims[event_id] = [*before, guest_id][-MOST_CLAIMS:]

    def kept_by(self, response: Response) -> Response:
        """Let the phone keep this; return the answer that tells it so, where it does not know."""
        openings = {str(one): [kept.at.timestamp(), kept.method] for one, kept in self.openings.items()}
        claims = {str(one): [str(guest_id) for guest_id in kept] for one, kept in self.claims.items()}
        told = {"openings": _last(openings), "claims": _last(claims)}
        if str(told) == self._kept:
            return response
        production = current_app.config["PRODUCTION"]
        response.set_cookie(
            _name(), str(_serializer().dumps(told)), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
            secure=production,
        )  # fmt: skip
        return response


def _last(kept: dict[str, Any]) -> dict[str, Any]:
    return dict(list(kept.items())[-MOST_EVENTS:])


def _name() -> str:
    return "__Host-hall" if current_app.config["PRODUCTION"] else "hall"


def _serializer() -> URLSafeSerializer:
    return _signing_with(keys.every())


@lru_cache(8)
def _signing_with(known: tuple[bytes, ...]) -> URLSafeSerializer:
    # The last of these signs.
    return URLSafeSerializer(known[::-1], salt="check-in phone")
