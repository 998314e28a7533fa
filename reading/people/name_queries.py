"""Whom a search means, by the name that whoever searches may know (design §6)."""

from reading.access import reach
from reading.people import queries
from reading.people.models import Account, Resident
from reading.people.rules import masked


def named(account: Account, text: str, top_path: str) -> list[tuple[Resident, str]]:
    """Return the residents under ``top_path`` whom ``text`` may mean, each with the name to show."""
    seen = reach(account.roles, "residents.see")
    found = queries.find_residents(top_path, text)
    return [(one, one.name if seen.covers(one.home.path) else masked(one.name)) for one in found]
