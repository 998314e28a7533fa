"""Writes about a record that somebody takes over: theirs from now on, or of their household.

Plain functions, inside the caller's action: what entitles somebody to a record is for the caller to know.
"""

from flask_babel import gettext as _

from reading import clock
from reading.audit import actions as audit
from reading.errors import Refused
from reading.extensions import db
from reading.people import household_queries as households
from reading.people import queries, settling
from reading.people.models import CONSENTS, Account, Resident
from reading.people.rules import MOST_IN_HOUSEHOLD, is_minor


def take_over(resident: Resident, account: Account) -> None:
    """Let an account hold a record that had none, and the children that person is the guardian of.

    It becomes the account's own; where the account has one of its own, the record joins its household, hidden from
    the boards. What was logged stays with the record. Raises ``Refused`` for a household that would be too large.
    """
    household = queries.household(account.id)
    if len(household) + 1 + len(households.wards(resident.id)) > MOST_IN_HOUSEHOLD:
        raise Refused(_("A household can hold %(number)s people.", number=MOST_IN_HOUSEHOLD))
    own = queries.own_person(account.id)
    # Before anything is asked of the database: a record between two states breaks its constraints.
    is_child = is_minor("self", resident.born_on, clock.today())
    resident.account_id = account.id
    if own is None:
        resident.relation, resident.guardian_id, resident.phone = "self", None, None
    else:
        resident.relation, resident.guardian_id = ("child", own.id) if is_child else ("other", None)
        _hide(resident, account)
    settling.give_account(resident, account.id)
    settling.number_child(resident)
    _agree(resident, account)


def stand_alone(resident: Resident, account: Account) -> None:
    """Let a new account hold the record of somebody who belonged to a household until now, with all it holds.

    What others agreed to in their place ends; taking part they agree to themselves, the rest they may choose.
    """
    for kind in CONSENTS:
        settling.consent(resident, kind, False, account.id)
    resident.account_id, resident.relation, resident.guardian_id = account.id, "self", None
    resident.phone, resident.show_as = None, "hidden"
    db.session.flush()
    settling.consent(resident, "taking_part", True, account.id)


def _hide(resident: Resident, account: Account) -> None:
    if resident.show_as != "hidden":
        resident.show_as = "hidden"
        settling.consent(resident, "boards", False, account.id)


def _agree(resident: Resident, account: Account) -> None:
    """From now on the consent to take part is the person's own (the guardian's), no longer a spoken one."""
    settling.consent(resident, "taking_part", False, account.id)
    db.session.flush()
    settling.consent(resident, "taking_part", True, account.id)
    place = resident.community_id
    audit.write("record.claimed", by=account.id, subject=resident.id, community_code=place)
