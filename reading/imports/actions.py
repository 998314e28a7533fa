"""Every write of lists handed in: kept until somebody confirms them, then taken in whole, once."""

import uuid

from flask_babel import gettext as _
from sqlalchemy import delete, select

from reading import clock
from reading.access import reach
from reading.audit import actions as audit
from reading.communities.models import Community
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.extensions import db
from reading.imports import queries
from reading.imports.models import RosterImport
from reading.imports.rules import ENCODINGS
from reading.imports.sheets import Handed
from reading.people.import_actions import enrol_listed
from reading.people.models import Account


@again_if_raced("pk_roster_imports", "roster_imports.id")
@action
def keep(import_id: uuid.UUID, account_id: uuid.UUID, base_code: str, handed: Handed) -> RosterImport:
    """Keep a list until it is confirmed, for a day at most; what is older goes.

    Raises ``Refused`` for an id that stands for another list.
    """
    wipe_old()
    standing = db.session.get(RosterImport, import_id)
    if standing is not None:
        lines = [(line, cells) for line, cells in standing.lines]
        if (standing.account_id, standing.base_code, lines) != (account_id, base_code, handed.lines):
            raise Refused(_("This form was used before. Please open the page again and write it once more."))
        return standing
    kept = RosterImport(
        id=import_id, account_id=account_id, base_code=base_code, lines=handed.lines, told=handed.told,
        unused=handed.unused, read_as=handed.encoding, encoding=handed.encoding, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    return kept


@action
def choose_encoding(import_id: uuid.UUID, encoding: str) -> None:
    """Read the lines of a list in another encoding; one that is not offered is left alone."""
    kept = db.session.get_one(RosterImport, import_id, with_for_update={"of": RosterImport})
    if encoding in ENCODINGS and kept.read_as in ENCODINGS and kept.confirmed_at is None:
        kept.encoding = encoding


@action
def confirm(import_id: uuid.UUID, by: Account) -> RosterImport:
    """Enrol the people of a list who are not known yet, all of them or none; a second time it does nothing.

    What the lines said is wiped. Raises ``Refused`` when the place is no longer in reach, or the list is gone.
    """
    # Two taps, or two copies of a list, are told apart one after the other.
    kept = db.session.scalar(
        select(RosterImport).where(RosterImport.id == import_id).with_for_update(of=RosterImport)
    )
    if kept is None or not reach(by.roles, "residents.enrol").covers(kept.base.path):
        raise Refused(_("This list is no longer here. Please hand it in again."))
    if kept.confirmed_at is not None:
        return kept
    _lock_communities(kept.base)
    found = queries.judge(kept)
    enrol_listed(found.new, found.guardians, found.records, by=by.id)
    kept.added, kept.known, kept.refused = len(found.new), len(found.known), len(found.refused)
    kept.confirmed_at, kept.lines = clock.now(), []
    counts = {"added": kept.added, "known": kept.known, "refused": kept.refused}
    audit.write("residents.imported", by=by.id, subject=kept.id, community_code=kept.base_code, **counts)
    return kept


def _lock_communities(base: Community) -> None:
    """Let one list at a time be compared with the people of its communities."""
    codes = base.path.strip("/").split("/")
    below = Community.path.startswith(base.path, autoescape=True)
    near = select(Community.code).where(Community.level == "community", Community.code.in_(codes) | below)
    db.session.scalars(near.order_by(Community.code).with_for_update()).all()


@action
def discard(import_id: uuid.UUID) -> None:
    """Forget a list that is not wanted; one that is gone already is none either."""
    db.session.execute(delete(RosterImport).where(RosterImport.id == import_id))


def wipe_old() -> None:
    """Forget the lists that came more than a day ago, inside the caller's action."""
    old = RosterImport.created_at <= clock.now() - queries.KEPT_FOR
    db.session.execute(delete(RosterImport).where(old))
