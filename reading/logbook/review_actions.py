"""What librarians decide about flagged entries. The first decision stands; whoever comes second is told of it."""

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _

from reading import clock
from reading.audit import actions as audit
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.learning_days import actions as learning_days_actions
from reading.logbook import actions, review_queries
from reading.logbook.models import KEPT, LogDecision, LogEntry
from reading.logbook.rules import Told

_once = again_if_raced("pk_log_decisions", "log_decisions.id")


@dataclass(frozen=True)
class Sent:
    """A decision as a librarian sent it: its id, on which entry, seen in which version, why, and by which account."""

    id: uuid.UUID
    entry_id: uuid.UUID
    seen: str
    reason: str
    by: uuid.UUID


@_once
@action
def keep(sent: Sent) -> LogEntry:
    """Let an entry stand as it is; one that was set aside counts again.

    As each decision: sent again it is the same one; ``Refused`` when somebody else was faster, the reader or another
    librarian.
    """
    entry = actions.locked(sent.entry_id)
    if not _decided_before(sent, entry, ("kept", "taken_back")):
        decision = "taken_back" if entry.standing == "set_aside" else "kept"
        _decide(sent, entry, decision)
        entry.review, entry.set_aside_at = KEPT, None
        learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


@_once
@action
def set_aside(sent: Sent) -> LogEntry:
    """Let an entry count nothing: it stays with its reader, who is told ``reason`` and may answer by correcting it."""
    entry = actions.locked(sent.entry_id)
    if not _decided_before(sent, entry, ("set_aside",)):
        _decide(sent, entry, "set_aside")
        entry.review, entry.set_aside_at = None, clock.now()
        learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


@_once
@action
def correct(sent: Sent, told: Told) -> LogEntry:
    """Let an entry say what its reader and the librarian have found together, and count so.

    What it said is kept with it, as after a correction of the reader's own. Raises ``actions.TitleMissing``, and
    as ``actions.say`` for more than was said of who no longer agrees to take part: finding out together is no consent.
    """
    entry = actions.locked(sent.entry_id)
    if not _decided_before(sent, entry, ("corrected",)):
        _decide(sent, entry, "corrected")
        entry.review, entry.set_aside_at = KEPT, None
        if not actions.say(entry, told, sent.by):
            learning_days_actions.settle(entry.resident_id, {entry.read_on})
    return entry


def _decided_before(sent: Sent, entry: LogEntry, decisions: tuple[str, ...]) -> bool:
    """Tell whether this very decision is made already; refuse one about an entry that has changed since."""
    saved = review_queries.decision(sent.id)
    if saved is not None:
        if (saved.entry_id, saved.by) != (sent.entry_id, sent.by) or saved.decision not in decisions:
            raise Refused(_("This form was used before. Please open the page again and write it once more."))
        return True
    if entry.removed_at is not None:
        raise Refused(_("The reader has removed this record meanwhile; there is nothing left to decide."))
    if entry.version != sent.seen:
        raise Refused(_who_was_faster(entry))
    return False


def _who_was_faster(entry: LogEntry) -> str:
    last = next(iter(review_queries.decisions_of(entry.id)), None)
    if last is None or entry.review == "waiting":
        return _("The reader has changed this record meanwhile. Please look at it again.")
    name = last.decider.name if last.decider else ""
    return {
        "kept": _("%(name)s has kept this record already.", name=name),
        "taken_back": _("%(name)s has let this record count again already.", name=name),
        "corrected": _("%(name)s has corrected this record already.", name=name),
        "set_aside": _("%(name)s has set this record aside already.", name=name),
    }[last.decision]


def _decide(sent: Sent, entry: LogEntry, decision: str) -> None:
    db.session.add(
        LogDecision(
            id=sent.id, entry_id=entry.id, community_id=entry.community_id, at=clock.now(), by=sent.by,
            decision=decision, flag=entry.flag, reason=sent.reason,
        )
    )  # fmt: skip
    audit.write(
        f"log.{decision}",
        by=sent.by,
        subject=entry.resident_id,
        community_code=entry.community_id,
        entry=str(entry.id),
    )
    db.session.flush()
