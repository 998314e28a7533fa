"""Writes about households at the door, by staff: enrolling several people at once, their door, their moving house."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.audit import actions as audit
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.people import household_queries as households
from reading.people import queries, settling
from reading.people.models import Account, Resident
from reading.people.rules import CHILD_UNTIL, MOST_IN_HOUSEHOLD, MOST_ON_FORM, Newcomer, age_on, is_minor


class HouseholdSentBefore(Exception):
    """The same form was sent before with other content; ``standing`` are the people it enrolled."""

    def __init__(self, standing: Sequence[Resident]) -> None:
        super().__init__(", ".join(str(one.id) for one in standing))
        self.standing = standing


@again_if_raced("pk_residents", "residents.id")
@action
def enrol_household(
    form_id: uuid.UUID,
    newcomers: Sequence[Newcomer],
    *,
    home_code: str,
    door: str,
    guardian_id: uuid.UUID | None,
    by: uuid.UUID,
) -> list[Resident]:
    """Enrol the people of one form, all or none; sent again it is the same people.

    Who is under 18 becomes a child of the guardian: ``guardian_id`` (somebody who lives there already) or, if None,
    the first grown-up of the form. ``by`` vouches for the spoken consents; the guardian's stands in each child's
    consent and in the trail. Raises :class:`HouseholdSentBefore`, and ``Refused`` for a child under 14 without a
    guardian, for the own household of ``by``, and for a node nobody lives at.
    """
    ids = {one.number: uuid.uuid5(form_id, str(one.number)) for one in newcomers}
    standing = _standing(form_id, by)
    if standing:
        told = {(ids[one.number], one.name, one.phone, one.born_on, home_code, door) for one in newcomers}
        if told != {(one.id, one.name, one.phone, one.born_on, one.home_code, one.door) for one in standing}:
            raise HouseholdSentBefore(standing)
        return standing
    households.OwnHousehold(by).refuse_door(home_code, door)
    children = [one for one in newcomers if is_minor("self", one.born_on, clock.today())]
    told_first = [one for one in newcomers if one not in children] + children
    guardian = _guardian(guardian_id, home_code, by) if guardian_id else None
    enrolled: list[Resident] = []
    for one in told_first:
        person = Resident(id=ids[one.number], name=one.name, phone=one.phone, born_on=one.born_on, door=door)
        if one in children:
            _look_after(person, guardian)
        enrolled.append(settling.settle_in(person, home_code, by=by))
        guardian = guardian or person
    return enrolled


def _standing(form_id: uuid.UUID, by: uuid.UUID) -> list[Resident]:
    """Return whom this form enrolled before, in the order of its lines."""
    ids = [uuid.uuid5(form_id, str(number)) for number in range(1, MOST_ON_FORM + 1)]
    known = {one.id: one for one in db.session.scalars(select(Resident).where(Resident.id.in_(ids)))}
    if any(one.created_by != by for one in known.values()):
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    return [known[one] for one in ids if one in known]


def _guardian(guardian_id: uuid.UUID, home_code: str, by: uuid.UUID) -> Resident:
    guardian = db.session.get(Resident, guardian_id)
    if guardian is None or guardian.home_code != home_code or not households.is_possible_guardian(guardian):
        raise Refused(_("Choose a guardian who lives here."))
    households.OwnHousehold(by).refuse(guardian)
    return guardian


def _look_after(child: Resident, guardian: Resident | None) -> None:
    """Make the new resident a child of the guardian, and of the guardian's account if there is one."""
    if guardian is None:
        if child.born_on and age_on(child.born_on, clock.today()) < CHILD_UNTIL:
            raise Refused(_("A child under 14 is enrolled only with the consent of a guardian."))
        return
    if guardian.account_id:
        db.session.get_one(Account, guardian.account_id, with_for_update=True)
        if len(queries.household(guardian.account_id)) >= MOST_IN_HOUSEHOLD:
            raise Refused(_("A household can hold %(number)s people.", number=MOST_IN_HOUSEHOLD))
    child.relation, child.guardian_id, child.account_id = "child", guardian.id, guardian.account_id


@action
def set_door(resident_ids: Collection[uuid.UUID], door: str, by: uuid.UUID) -> None:
    """Say behind which door these residents live, at the node where they live. Refuses the own household of ``by``."""
    own = households.OwnHousehold(by)
    for resident in _held(resident_ids):
        own.refuse(resident)
        resident.door = door


@action
def move_neighbours(
    resident_ids: Collection[uuid.UUID], *, home_code: str, door: str, since: date, by: uuid.UUID
) -> None:
    """Let residents without an account move together, all or none (see ``settling.move``); ``by`` writes it down.

    Refuses whoever has an account, since they say it themselves, and the own household of ``by``.
    """
    own = households.OwnHousehold(by)
    for resident in _held(resident_ids):
        own.refuse(resident)
        if resident.account_id is not None:
            raise Refused(
                _("%(name)s has an account and says it there: Me, I moved house.", name=resident.name)
            )
        left = resident.community_id
        settling.move(resident.id, home_code, since, by, door)
        audit.write(
            "resident.moved", by=by, subject=resident.id, community_code=left, to=resident.community_id
        )


def _held(resident_ids: Collection[uuid.UUID]) -> list[Resident]:
    """Return the residents held for writing, in one order."""
    found = select(Resident).where(Resident.id.in_(resident_ids)).order_by(Resident.id)
    return list(db.session.scalars(found.with_for_update(of=Resident)))
