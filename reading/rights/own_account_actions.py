"""Handing a record over to the person it is of: from 14 on they may have an account of their own."""

import uuid
from datetime import timedelta

from flask_babel import gettext as _

from reading import clock, passwords
from reading.audit import actions as audit
from reading.calendars import actions as calendars
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.people import claim_actions
from reading.people import queries as people
from reading.people.actions import PhoneTaken
from reading.people.models import Account, Resident
from reading.people.rules import may_stand_alone

# A form is sent again within moments; later nobody learns here whether a password is the right one.
SENT_AGAIN_WITHIN = timedelta(minutes=10)


def hand_over(
    account_id: uuid.UUID, resident_id: uuid.UUID, *, phone: str, password: str, by: uuid.UUID
) -> Account:
    """Return the new account that holds the resident's record from now on, with all that it holds.

    The household of ``by`` sees it no more. The same form sent again gives the same account. Raises ``PhoneTaken``,
    and ``Refused`` for a child under 14, for who is no longer of the household, and for an id used otherwise.
    """
    made = _hand_over(account_id, resident_id, phone, passwords.hash_of(password), by)
    same_form = made.phone == phone and made.created_at > clock.now() - SENT_AGAIN_WITHIN
    if not same_form or not passwords.matches(made.password_hash, password):
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    return made


@again_if_raced("uq_accounts_phone", "accounts.phone")
@again_if_raced("pk_accounts", "accounts.id")
@action
def _hand_over(
    account_id: uuid.UUID, resident_id: uuid.UUID, phone: str, password_hash: str, by: uuid.UUID
) -> Account:
    resident = db.session.get_one(Resident, resident_id, with_for_update={"of": Resident})
    made = db.session.get(Account, account_id)
    if made is not None and resident.account_id == account_id:
        return made
    if made is not None or resident.account_id != by:
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    if not may_stand_alone(resident.relation, resident.born_on, clock.today()):
        raise Refused(_("An account of their own is for who is 14 or older."))
    if people.account_by_phone(phone):
        raise PhoneTaken
    told = {"phone": phone, "name": resident.name, "password_hash": password_hash}
    made = Account(id=account_id, created_at=clock.now(), **told)
    db.session.add(made)
    db.session.flush()
    claim_actions.stand_alone(resident, made)
    calendars.revoke_all(resident.id)
    place = {"subject": resident.id, "community_code": resident.community_id}
    audit.write("account.handed_over", by=by, account=str(made.id), **place)  # type: ignore[arg-type]
    return made
