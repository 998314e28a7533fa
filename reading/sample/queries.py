"""What the sample must know of the database before it writes."""

from sqlalchemy import exists, select

from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Account, Resident


def has_city() -> bool:
    """Tell whether there is a city already, or anybody in it."""
    return any(db.session.scalar(select(exists().where(key.is_not(None)))) for key in
               (Community.code, Account.id, Resident.id))  # fmt: skip
