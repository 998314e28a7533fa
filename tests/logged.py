"""Log entries written as the form writes them, and read again as rows."""

import uuid

from reading.extensions import db
from reading.logbook import actions
from reading.logbook.models import LogEntry
from reading.logbook.rules import Told
from reading.people.models import Resident


def log(entry_id: uuid.UUID, told: Told, by: uuid.UUID) -> LogEntry:
    """Keep an entry and return its row; with its reader's, it is good beyond the session's end."""
    entry = db.session.get_one(LogEntry, actions.log(entry_id, told, by).id)
    assert db.session.get(Resident, told.resident_id)
    # Nothing is held open: what others write afterwards is seen.
    db.session.commit()
    return entry
