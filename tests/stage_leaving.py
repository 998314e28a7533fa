"""Somebody of the stage who leaves."""

import uuid

from reading.extensions import db
from reading.rights import actions
from reading.rights.models import Leaving
from reading.rights.rules import LATER
from tests.cast import Cast, add_resident


def leave(cast: Cast) -> Leaving:
    """Let somebody without an account say that they leave; an administrator writes it down."""
    person = add_resident("何思退", "410581106200")
    db.session.commit()
    return actions.leave(uuid.uuid4(), person.id, LATER, cast.admin.id)
