"""Giving and withdrawing a consent: as easy the one way as the other."""

import uuid

from flask_babel import gettext as _

from reading import clock
from reading.audit import actions as audit
from reading.database import action
from reading.errors import Refused
from reading.events import actions as events
from reading.extensions import db
from reading.groups import actions as groups
from reading.people import consent_queries as consents
from reading.people import household_queries as households
from reading.people.actions import consent
from reading.people.models import CONSENTS, Account, Consent, Resident
from reading.people.rules import NOTICE_VERSION, is_minor
from reading.rights.consent_rules import shown_as
from reading.volunteers import actions as volunteers


@action
def decide(resident_id: uuid.UUID, kind: str, given: bool, by: Account) -> Resident:
    """Give or withdraw one consent of a resident; the same again changes nothing.

    Whoever withdraws taking part withdraws the others too: they are shown nowhere, and their seats at what is to come
    are free for who waits, since nothing of their coming could be recorded; they lead no group any more. A consent to
    an older wording of the notice is given anew. In a role nobody decides for their own household; raises ``Refused``
    for that, and for a child who can be shown by nothing yet.
    """
    if kind == "taking_part" and not given:
        groups.give_leading_up([resident_id])
        events.give_everything_up([resident_id], clock.now())
        volunteers.give_everything_up([resident_id], clock.now())
    resident = db.session.get_one(Resident, resident_id, with_for_update={"of": Resident})
    if by.id != resident.account_id:
        households.OwnHousehold(by.id).refuse(resident)
    for one in CONSENTS if kind == "taking_part" and not given else (kind,):
        _decide(resident, one, given, by)
    return resident


def _decide(resident: Resident, kind: str, given: bool, by: Account) -> None:
    standing = consents.standing([resident.id]).get((resident.id, kind))
    if kind == "boards":
        _show(resident, given)
    if given and standing is not None and standing.notice_version != NOTICE_VERSION:
        standing.withdrawn_at = clock.now()
        db.session.flush()
    consent(resident, kind, given, by.id)
    if kind == "taking_part" and not given and standing is None:
        _withdraw_unwritten(resident)
    if standing is not None and not given and by.id != resident.account_id:
        audit.write(
            "consent.written_down", by=by.id, subject=resident.id, community_code=resident.community_id,
            kind=kind, withdrawn=True,
        )  # fmt: skip


def _withdraw_unwritten(resident: Resident) -> None:
    """Note the end of a consent whose beginning was never written down: it was theirs since they take part."""
    if not consents.withdrawn([resident.id]):
        said = {"notice_version": NOTICE_VERSION, "given_at": resident.created_at}
        db.session.add(Consent(resident_id=resident.id, kind="taking_part", withdrawn_at=clock.now(), **said))


def _show(resident: Resident, given: bool) -> None:
    if not given:
        resident.show_as = "hidden"
    elif resident.show_as == "hidden":
        minor = is_minor(resident.relation, resident.born_on, clock.today())
        numbered = resident.child_number is not None
        shown = shown_as(resident.name, resident.nickname, is_minor=minor, numbered=numbered)
        if shown is None:
            choose = f"/me/household/{resident.id}/shown" if resident.account_id else None
            raise Refused(_("Choose a nickname first: a child is never shown by name."), back=choose)
        resident.show_as = shown
    db.session.flush()
