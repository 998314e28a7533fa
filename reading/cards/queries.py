"""Every SELECT of cards."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from reading import keys
from reading.access import in_subtree, reach
from reading.cards.models import Card
from reading.cards.rules import code_as_typed, id_in_qr, is_qr
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.people.record_queries import has_withdrawn

UNKNOWN, FOREIGN, REVOKED, LEFT = "unknown", "foreign", "revoked", "left"


@dataclass(frozen=True)
class Scan:
    """What a scanned or typed card is: ``card``, and what is wrong with it.

    ``trouble``: "unknown" (no card), "foreign" (signed by another service, or forged), "revoked" (reported
    lost), "left" (the holder takes part no more), "" for a good card.
    """

    card: Card | None
    trouble: str = ""


def signing_key() -> bytes:
    """Return the key cards are signed with."""
    return keys.newest()


def scanned(text: str) -> Scan:
    """Return the card whose QR or short code is ``text``."""
    return scans([text])[text]


def scans(texts: Iterable[str]) -> dict[str, Scan]:
    """Return, by what was scanned or typed, the card it is of."""
    ids = {text: _id_in_qr(text) for text in texts}
    codes = {text: code_as_typed(text) for text, card_id in ids.items() if card_id is None}
    wanted = or_(Card.id.in_(set(ids.values()) - {None}), Card.code.in_(set(codes.values()) - {None}))
    known = list(db.session.scalars(select(Card).where(wanted))) if ids else []
    found: dict[uuid.UUID | str, Card] = {key: card for card in known for key in (card.id, card.code)}
    return {text: _scan(found.get(one or codes[text] or ""), text, one is None) for text, one in ids.items()}


def _id_in_qr(text: str) -> uuid.UUID | None:
    return next((one for one in (id_in_qr(text, key) for key in keys.every()) if one), None)


def _scan(card: Card | None, text: str, unsigned: bool) -> Scan:
    if card is None:
        return Scan(None, FOREIGN if unsigned and is_qr(text) else UNKNOWN)
    holder = holder_of(card)
    if holder is None or holder.left_at is not None:
        return Scan(card, LEFT)
    return Scan(card, REVOKED if card.revoked_at is not None else "")


def holder_of(card: Card) -> Resident | None:
    """Return who holds a card: the resident it was made for, or the record theirs was merged into."""
    made_for = card.resident
    if made_for is None or made_for.merged_into_id is None:
        return made_for
    return db.session.get(Resident, people.standing_for([made_for.id])[made_for.id])


def get(card_id: uuid.UUID) -> Card | None:
    """Return the card with this id."""
    return db.session.get(Card, card_id)


def standing_cards(resident_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Card]:
    """Return, by resident, the card that stands."""
    found = select(Card).where(Card.resident_id.in_(list(resident_ids)), Card.revoked_at.is_(None))
    return {card.resident_id: card for card in db.session.scalars(found) if card.resident_id}


def without_card(resident_ids: Iterable[uuid.UUID]) -> list[Resident]:
    """Return those residents who may have a card and have none; who left, was merged or withdrew may not."""
    has = select(Card.resident_id).where(Card.revoked_at.is_(None), Card.resident_id.is_not(None))
    lacking = (
        Resident.id.in_(list(resident_ids)),
        Resident.id.not_in(has),
        ~has_withdrawn(Resident.__table__.c.id),
    )
    found = _taking_part().where(*lacking)
    return list(db.session.scalars(found.order_by(Resident.id)))


def places_to_see(account: Account) -> list[Community]:
    """Return the places at the top of where the account sees residents."""
    found = select(Community).where(Community.path.in_(reach(account.roles, "residents.see").tops))
    return list(db.session.scalars(found.order_by(Community.path)))


def place_to_see(account: Account, code: str) -> Community | None:
    """Return the place with this code if the account sees residents there."""
    place = communities.get(code)
    return place if place and reach(account.roles, "residents.see").covers(place.path) else None


def residents_at(place: Community, *, limit: int, offset: int = 0) -> list[Resident]:
    """Return who lives at a place and below it, house by house, by name within each."""
    found = _taking_part().join(Community, Community.code == Resident.home_code)
    found = found.where(in_subtree(Community.path, place.path)).options(
        joinedload(Resident.home), joinedload(Resident.community)
    )
    ordered = found.order_by(Community.path, Resident.sort_key, Resident.id)
    return list(db.session.scalars(ordered.limit(limit).offset(offset)))


def _taking_part() -> Select[Resident]:
    return select(Resident).where(Resident.left_at.is_(None), Resident.merged_into_id.is_(None))
