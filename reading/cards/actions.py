"""Every write of cards."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from reading import clock
from reading.cards import queries
from reading.cards.models import Card
from reading.cards.rules import draw_code
from reading.database import action, again_if_raced
from reading.extensions import db
from reading.people.models import Resident


@again_if_raced("uq_cards_standing", "cards.resident_id")
@again_if_raced("uq_cards_code", "cards.code")
@action
def issue(resident_ids: Iterable[uuid.UUID], by: uuid.UUID) -> int:
    """Make a card for each of these residents who has none, and return how many were made."""
    lacking = queries.without_card(resident_ids)
    db.session.add_all(_new(resident, by) for resident in lacking)
    return len(lacking)


@again_if_raced("uq_cards_standing", "cards.resident_id")
@again_if_raced("uq_cards_code", "cards.code")
@action
def replace(card_id: uuid.UUID, by: uuid.UUID) -> bool:
    """Revoke a lost card and make its holder a new one; tell whether the card was still good.

    Sent again for a card that is revoked already it does nothing: one loss makes one new card.
    """
    held = select(Card).where(Card.id == card_id).with_for_update(of=Card)
    lost = db.session.scalars(held).one()
    if lost.revoked_at is not None:
        return False
    lost.revoked_at, lost.revoked_by = clock.now(), by
    # One card of a resident stands: the old one must be down before the new one is written.
    db.session.flush()
    if lost.resident_id is not None:
        db.session.add_all(_new(resident, by) for resident in queries.without_card([lost.resident_id]))
    return True


def _new(resident: Resident, by: uuid.UUID) -> Card:
    return Card(
        id=uuid.uuid4(), resident_id=resident.id, community_id=resident.community_id, code=draw_code(),
        issued_at=clock.now(), issued_by=by,
    )  # fmt: skip
