"""Whom a search means, by the name that whoever searches may know (design §6)."""

from sqlalchemy import or_

from reading.access import reach
from reading.communities.models import Community
from reading.people import queries
from reading.people.models import Account, Resident
from reading.people.rules import masked, normal_phone

MOST_NAMED = 20


def named(account: Account, text: str, top_path: str) -> list[tuple[Resident, str]]:
    """Return the residents under ``top_path`` whom ``text`` may mean, each with the name to show."""
    seen = reach(account.roles, "residents.see")
    found = queries.find_residents(top_path, text)
    return [(one, one.name if seen.covers(one.home.path) else masked(one.name)) for one in found]


def nameable(account: Account, text: str, top_path: str) -> list[Resident]:
    """Return the residents under ``top_path`` whom ``text`` may mean and this account may name.

    By name, initials or last digits it finds only whom its roles let it see: a search must not tell who lives behind
    other people's doors. Anybody else is meant by their whole phone number alone, which they told themselves.
    """
    seen, phone = reach(account.roles, "residents.see").where(Community.path), normal_phone(text)
    among = or_(seen, Resident.phone == phone, Account.phone == phone) if phone else seen
    return queries.find_residents(top_path, text, MOST_NAMED, among)


def as_told_to_others(resident: Resident) -> str:
    """Return what somebody is called to whom may not know their name: as they chose to be shown, else masked."""
    shown = queries.shown_of(resident)
    return shown.text if shown and shown.text else masked(resident.name)
