"""Every write about people themselves: joining, households, being shown, moving house, enrolment."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from reading import clock, passwords
from reading.audit import actions as audit
from reading.communities import queries as communities
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.meanwhile import refuse_if_changed
from reading.people import queries, settling
from reading.people.models import Account, Resident, Role
from reading.people.rules import MOST_IN_HOUSEHOLD
from reading.people.settling import MovedInLater as MovedInLater
from reading.people.settling import consent as consent
from reading.people.settling import number_child as number_child
from reading.people.settling import unname_minor as unname_minor


class PhoneTaken(Exception):
    """The phone number has an account already."""


class SentBefore(Exception):
    """The same id was sent before with other content; ``standing`` is what was saved then."""

    def __init__(self, standing: Resident) -> None:
        super().__init__(str(standing.id))
        self.standing = standing


def join(
    record_id: uuid.UUID, *, name: str, phone: str, password: str, home_code: str, show_as: str, nickname: str
) -> Account:
    """Return the new account with its resident; the same form sent again gives the same account.

    Raises :class:`PhoneTaken` when the phone has an account, ``Refused`` when the id is another's.
    """
    reader = {"name": name, "show_as": show_as, "nickname": nickname}
    joined = _join(record_id, phone, passwords.hash_of(password), home_code, reader)
    if joined.phone != phone or not passwords.matches(joined.password_hash, password):
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    return joined


@again_if_raced("uq_accounts_phone", "accounts.phone")
@again_if_raced("pk_accounts", "accounts.id")
@action
def _join(
    record_id: uuid.UUID, phone: str, password_hash: str, home_code: str, reader: dict[str, str]
) -> Account:
    # The phone is asked of first: a second tap of this form may be saved between the two questions.
    taken = queries.account_by_phone(phone)
    standing = db.session.get(Account, record_id)
    if standing:
        return standing
    if taken:
        raise PhoneTaken
    account = _add_account(record_id, phone, reader["name"], password_hash)
    resident = Resident(account_id=account.id, relation="self", **reader)
    settling.settle_in(resident, home_code, by=account.id)
    return account


def _add_account(account_id: uuid.UUID, phone: str, name: str, password_hash: str) -> Account:
    account = Account(
        id=account_id, phone=phone, name=name, password_hash=password_hash, created_at=clock.now()
    )
    db.session.add(account)
    db.session.flush()
    return account


def create_account(phone: str, *, name: str, role: str, code: str, password: str) -> Account:
    """Return a new account with a role and no resident of its own; for the command line.

    Raises :class:`PhoneTaken`, and ``LookupError`` for a node that is not there.
    """
    return _create_account(phone, name, role, code, passwords.hash_of(password))


@action
def _create_account(phone: str, name: str, role: str, code: str, password_hash: str) -> Account:
    if communities.get(code) is None:
        raise LookupError(code)
    if queries.account_by_phone(phone):
        raise PhoneTaken
    account = _add_account(uuid.uuid4(), phone, name, password_hash)
    db.session.add(Role(account_id=account.id, name=role, community_id=code, granted_at=clock.now()))
    audit.write("account.created", by=None, subject=account.id, community_code=code, role=role)
    return account


@again_if_raced("uq_residents_account_self", "residents.account_id")
@action
def take_part(account_id: uuid.UUID, *, home_code: str, show_as: str, nickname: str) -> Resident:
    """Let somebody who has an account only (staff) read too; for who reads already nothing changes.

    Refuses who is about to leave.
    """
    account = db.session.get_one(Account, account_id)
    own = queries.own_person(account_id)
    if own is not None and own.left_at is not None:
        raise Refused(
            _("You are about to leave. Take that back first: Me, Leave the program."), back="/me/leaving"
        )
    reader = {"account_id": account_id, "relation": "self", "name": account.name}
    shown = {"show_as": show_as, "nickname": nickname}
    return own or settling.settle_in(Resident(**reader, **shown), home_code, by=account_id)


@again_if_raced("pk_residents", "residents.id")
@action
def add_child(
    record_id: uuid.UUID, account_id: uuid.UUID, *, name: str, born_on: date | None, relation: str = "child"
) -> Resident:
    """Add a child (or, with ``relation`` "other", a grown-up) to the household: hidden, at its home.

    Raises :class:`SentBefore`, and ``Refused`` when the household has no home yet or is full.
    """
    told = {"account_id": account_id, "name": name, "born_on": born_on, "relation": relation}
    standing = _sent_before(record_id, told, account_id)
    if standing:
        return standing
    db.session.get_one(Account, account_id, with_for_update=True)
    people = queries.household(account_id)
    if not people:
        raise Refused(_("First say where you live yourself; then add your family."))
    if len(people) >= MOST_IN_HOUSEHOLD:
        raise Refused(_("A household can hold %(number)s people.", number=MOST_IN_HOUSEHOLD))
    person = Resident(id=record_id, door=people[0].door, **told)
    return settling.settle_in(person, people[0].home_code, by=account_id)


def _sent_before(record_id: uuid.UUID, told: dict[str, Any], by: uuid.UUID) -> Resident | None:
    standing = db.session.get(Resident, record_id)
    if standing is None:
        return None
    if standing.created_by != by:
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    if any(getattr(standing, column) != value for column, value in told.items()):
        raise SentBefore(standing)
    return standing


@action
def set_shown(resident_id: uuid.UUID, *, show_as: str, nickname: str, by: uuid.UUID) -> None:
    """Change how a resident stands on boards; anything but hidden is the consent to stand there."""
    resident = db.session.get_one(Resident, resident_id, with_for_update=True)
    resident.show_as, resident.nickname = show_as, nickname
    settling.consent(resident, "boards", show_as != "hidden", by)


@action
def correct(
    resident_id: uuid.UUID,
    *,
    name: str,
    born_on: date | None,
    relation: str | None = None,
    seen: str | None = None,
) -> None:
    """Correct a resident's name and birth date; the account of one's own carries the same name.

    With ``relation`` ("child", "other") also what somebody is to the account that looks after them. Who turns out to
    be a minor no longer stands on boards by their name. Raises ``Changed`` for other details than were ``seen``.
    """
    resident = db.session.get_one(Resident, resident_id, with_for_update=True)
    told = {"name": name, "born_on": born_on, "relation": relation or resident.relation}
    refuse_if_changed(resident, told, seen)
    settling.name(resident, name)
    resident.born_on = born_on
    if relation and resident.relation != "self":
        settling.relate(resident, relation)
    settling.unname_minor(resident)
    settling.number_child(resident)
    if resident.account and resident.relation == "self":
        resident.account.name = name


@action
def move_house(resident_id: uuid.UUID, home_code: str, since: date, by: uuid.UUID) -> None:
    """Let a resident live at another node from ``since`` on; what was earned before stays where it was.

    A steward who moves out of the subtree of that role loses it. Raises ``Refused`` for a date to come, and
    :class:`MovedInLater`.
    """
    settling.move(resident_id, home_code, since, by)


@action
def move_household(
    *, resident_ids: Iterable[uuid.UUID], home_code: str, since: date, by: uuid.UUID | None = None
) -> None:
    """Let several residents move together, all or none (see :func:`move_house`)."""
    for resident_id in sorted(resident_ids):
        settling.move(resident_id, home_code, since, by)


@again_if_raced("pk_residents", "residents.id")
@action
def enrol(
    record_id: uuid.UUID,
    *,
    name: str,
    home_code: str,
    phone: str | None,
    born_on: date | None,
    by: uuid.UUID,
) -> Resident:
    """Return a new resident without an account, whose spoken consent ``by`` vouches for.

    Raises :class:`SentBefore`, and ``Refused`` for a node nobody lives at.
    """
    told = {"name": name, "home_code": home_code, "phone": phone, "born_on": born_on}
    reader = {"relation": "self", "name": name, "phone": phone, "born_on": born_on}
    return _sent_before(record_id, told, by) or settling.settle_in(
        Resident(id=record_id, **reader), home_code, by=by
    )
