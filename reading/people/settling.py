"""Writes that several actions share: a resident gets a name, a home and consents. All inside the caller's action."""

import uuid
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from reading import clock
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.errors import Refused
from reading.extensions import db
from reading.people import queries
from reading.people.models import Consent, Residence, Resident
from reading.people.rules import NOTICE_VERSION, gives_away, is_minor, is_numbered_child
from reading.text import pinyin_keys, sort_key

KEYS_LENGTH, SORT_KEY_LENGTH = 600, 300


def settle_in(resident: Resident, home_code: str, by: uuid.UUID | None) -> Resident:
    """Add a new resident at their home from today on, with their consents.

    Raises ``Refused`` when nobody can live at ``home_code``.
    """
    home, community = _home(home_code)
    resident.home_code, resident.community_id = home.code, community.code
    resident.created_at, resident.created_by = clock.now(), by
    name(resident, resident.name)
    number_child(resident)
    db.session.add(resident)
    db.session.flush()
    _live_at(resident, home, community, clock.today())
    consent(resident, "taking_part", True, by)
    consent(resident, "boards", resident.show_as != "hidden", by)
    return resident


def name(resident: Resident, new: str) -> None:
    """Give a resident a name, and what finds and sorts it."""
    resident.name = new
    resident.keys = pinyin_keys(new)[:KEYS_LENGTH]
    resident.sort_key = sort_key(new)[:SORT_KEY_LENGTH]


def number_child(resident: Resident) -> None:
    """Draw a number within the community for a young child who has none."""
    if resident.child_number is None and is_numbered_child(
        resident.relation, resident.born_on, clock.today()
    ):
        resident.child_number = _next_child_number(resident.community_id)


def unname_minor(resident: Resident) -> None:
    """Take whoever turns out to be a minor off the boards if they stand there by their name."""
    by_name = resident.show_as == "masked" or gives_away(resident.nickname, resident.name)
    if by_name and is_minor(resident.relation, resident.born_on, clock.today()):
        resident.show_as = "hidden"
        consent(resident, "boards", False, None)


def _next_child_number(community_code: str) -> int:
    # The community's row is locked, so that two children never draw the same number.
    db.session.scalar(select(Community).where(Community.code == community_code).with_for_update())
    drawn = select(func.max(Resident.child_number)).where(Resident.community_id == community_code)
    return (db.session.scalar(drawn) or 0) + 1


def consent(resident: Resident, kind: str, given: bool, by: uuid.UUID | None) -> None:
    """Record that a consent is given, or withdrawn; what stands already is left."""
    standing = queries.open_consent(resident.id, kind)
    if given and standing is None:
        given_now = {"notice_version": NOTICE_VERSION, "given_at": clock.now(), "given_by": by}
        db.session.add(Consent(resident_id=resident.id, kind=kind, **given_now))
    elif standing and not given:
        standing.withdrawn_at = clock.now()


def move(resident_id: uuid.UUID, home_code: str, since: date) -> None:
    """Let a resident live at another node from ``since`` on.

    Raises ``Refused`` for a date to come, or one before they moved into the present home.
    """
    resident = db.session.get_one(Resident, resident_id, with_for_update=True)
    home, community = _home(home_code)
    left = queries.open_residence(resident_id)
    if resident.home_code == home.code:
        return
    if since > clock.today():
        raise Refused(_("A move can be entered once it has happened."))
    if left and since < left.since:
        raise Refused(_("%(name)s moved into the present home after that day.", name=resident.name))
    if left:
        left.until, left.end_recorded_at = since, clock.now()
        db.session.flush()
    if community.code != resident.community_id and resident.child_number is not None:
        resident.child_number = _next_child_number(community.code)
    resident.home_code, resident.community_id = home.code, community.code
    _live_at(resident, home, community, since)


def _home(code: str) -> tuple[Community, Community]:
    home = communities.get(code)
    community = communities.community_of(home) if home else None
    if home is None or community is None:
        raise Refused(_("There is no such community."))
    return home, community


def _live_at(resident: Resident, home: Community, community: Community, since: date) -> None:
    place = {"community_id": community.code, "home_code": home.code}
    db.session.add(Residence(resident_id=resident.id, since=since, recorded_at=clock.now(), **place))
    db.session.flush()
