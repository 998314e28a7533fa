"""Every write of wishes to leave; erasing itself is in ``erasing``."""

import uuid
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.audit import actions as audit
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events import actions as events
from reading.extensions import db
from reading.people import leaving_actions as people
from reading.people.models import Account, Resident
from reading.rights import erasures, queries
from reading.rights.models import Leaving
from reading.rights.rules import NOW, due
from reading.volunteers import actions as volunteers


@again_if_raced("uq_leavings_resident_standing", "leavings.resident_id")
@again_if_raced("pk_leavings", "leavings.id")
@action
def leave(
    record_id: uuid.UUID,
    resident_id: uuid.UUID,
    when: str,
    by: uuid.UUID | None,
    due_at: datetime | None = None,
) -> Leaving:
    """Write down that a resident wishes to leave; from then on they are named nowhere and hold no seat.

    Sent again it is the same wish; who wishes so already and now says "at once" is due at once. Raises ``Refused``
    for an id that was used for something else, for the last administrator of a city, and for a guardian whose child
    would be looked after by nobody. ``by`` None with a ``due_at`` of its own: nobody wished it, they did
    nothing for too long.
    """
    known = _sent_before(record_id, resident_id, by) or queries.standing(resident_id)
    if known is not None:
        return _hurried(known, when)
    records, now = queries.records_of(resident_id), clock.now()
    events.give_everything_up(records, now)
    volunteers.give_everything_up(records, now)
    # All of the row's lock: whoever signs this person up at the same moment waits, and then sees that they left.
    locked = select(Resident).where(Resident.id == resident_id).with_for_update(of=Resident)
    resident = db.session.scalars(locked).one()
    _refuse_guardian(resident)
    if resident.account_id is not None and resident.relation == "self":
        people.end_roles(resident.account_id, by)
    hidden = people.hide(resident, now)
    audit.write(
        "leaving.wished", by=by, subject=resident.id, community_code=resident.community_id, at_once=when == NOW
    )  # fmt: skip
    wish = Leaving(
        id=record_id, resident_id=resident_id, wished_at=now, wished_by=by,
        due_at=due_at or due(now, when), **vars(hidden),
    )  # fmt: skip
    db.session.add(wish)
    return wish


@again_if_raced("uq_leavings_account_standing", "leavings.account_id")
@again_if_raced("pk_leavings", "leavings.id")
@action
def leave_account(record_id: uuid.UUID, account_id: uuid.UUID, when: str) -> Leaving:
    """As :func:`leave`, for an account that looks after nobody: its roles end, its sign-in goes."""
    known = _sent_before(record_id, account_id, account_id) or queries.standing(account_id)
    if known is not None:
        return _hurried(known, when)
    account = db.session.get_one(Account, account_id, with_for_update={"of": Account})
    people.end_roles(account_id, account_id)
    audit.write("leaving.wished", by=account_id, subject=account_id, at_once=when == NOW)
    now = clock.now()
    wish = Leaving(
        id=record_id, account_id=account_id, name=account.name, wished_at=now, wished_by=account_id,
        due_at=due(now, when),
    )  # fmt: skip
    db.session.add(wish)
    return wish


def _sent_before(record_id: uuid.UUID, subject_id: uuid.UUID, by: uuid.UUID | None) -> Leaving | None:
    known = db.session.get(Leaving, record_id)
    if known is None:
        return None
    same = subject_id in (known.resident_id, known.account_id) and known.wished_by == by
    if not same or known.taken_back_at is not None:
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    return known


def _hurried(wish: Leaving, when: str) -> Leaving:
    if when == NOW:
        wish.due_at = min(wish.due_at, clock.now())
    return wish


def _refuse_guardian(resident: Resident) -> None:
    wards = queries.wards_staying(resident.id)
    if wards:
        names = _(", ").join(one.name for one in wards)
        raise Refused(
            _(
                "Nobody else looks after %(names)s. Let them leave first, or give them another guardian.",
                names=names,
            )
        )


@action
def take_back(leaving_id: uuid.UUID, by: uuid.UUID) -> Leaving:
    """Take a wish back: the person is named and takes part as before; roles and seats do not come back.

    Again is a no-op. Raises ``Refused`` once the erasure has begun.
    """
    locked = select(Leaving).where(Leaving.id == leaving_id).with_for_update(of=Leaving)
    wish = db.session.scalar(locked)
    subject = (wish.resident_id or wish.account_id) if wish else None
    if wish is None or subject is None or erasures.holds(subject):
        raise Refused(_("The erasure has begun and can no longer be taken back."))
    if wish.taken_back_at is not None:
        return wish
    if wish.resident_id is not None:
        resident = db.session.get_one(Resident, wish.resident_id, with_for_update={"of": Resident})
        people.show_again(resident, people.Hidden(wish.name, wish.phone, wish.show_as, wish.nickname))
    wish.taken_back_at, wish.name, wish.phone, wish.nickname = clock.now(), "", None, ""
    audit.write("leaving.taken_back", by=by, subject=subject)
    return wish
