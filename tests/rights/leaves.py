"""Filling in the form of leaving, and what came of it."""

from typing import Any

from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Resident
from reading.rights.models import Leaving
from tests.pages import Visitor, fields_of

PATH = "/me/leaving"


def filled(visitor: Visitor, path: str = PATH, **told: str) -> dict[str, Any]:
    """Return the form of this page as it opens, with what is told."""
    return {**fields_of(visitor.get(path).form()), **told}


def wish_of(resident: Resident) -> Leaving | None:
    db.session.expire_all()
    return db.session.scalar(
        select(Leaving).where(Leaving.resident_id == resident.id, Leaving.taken_back_at.is_(None))
    )
