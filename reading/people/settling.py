"""Writes that several actions share: a resident gets a name, a home and consents. All inside the caller's action."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from reading import clock
from reading.access import STEWARD
from reading.audit import actions as audit
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.errors import Refused
from reading.extensions import db
from reading.people import household_queries as households
from reading.people import queries
from reading.people.models import Consent, Residence, Resident
from reading.people.rules import NOTICE_VERSION, gives_away, is_minor, is_numbered_child
from reading.templating import date_words
from reading.text import pinyin_keys, sort_key

KEYS_LENGTH, SORT_KEY_LENGTH = 600, 300


class MovedInLater(Refused):
    """The day of a move lies before the one on which they joined, or moved into the present home (``since``)."""

    def __init__(self, name: str, since: date) -> None:
        told = {"name": name, "day": date_words(since, "plain")}
        super().__init__(
            _("%(name)s has lived in the present home since %(day)s. Choose that day or a later one.", **told)
        )


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
    _live_at(resident, home, community, clock.today(), clock.now())
    consent(resident, "taking_part", True, by)
    consent(resident, "boards", resident.show_as != "hidden", by)
    return resident


def settle_all(people: Iterable[tuple[Resident, str]], by: uuid.UUID | None) -> None:
    """Add many new residents, each at their home from today on; all at once, in a few statements.

    Nobody among them is the guardian of another. Whoever calls writes one line of the trail for all of them. Raises
    ``Refused`` as :func:`settle_in`.
    """
    settled = list(people)
    places = {code: _home(code) for code in dict.fromkeys(code for _resident, code in settled)}
    numbers: dict[str, int] = {}
    for resident, code in settled:
        home, community = places[code]
        resident.home_code, resident.community_id = home.code, community.code
        resident.created_at, resident.created_by = clock.now(), by
        name(resident, resident.name)
        if is_numbered_child(resident.relation, resident.born_on, clock.today()):
            drawn = numbers.get(community.code) or _next_child_number(community.code)
            resident.child_number, numbers[community.code] = drawn, drawn + 1
    db.session.add_all([resident for resident, _code in settled])
    db.session.flush()
    given = {"kind": "taking_part", "notice_version": NOTICE_VERSION, "given_at": clock.now(), "given_by": by}
    since = {"since": clock.today(), "recorded_at": clock.now()}
    for one, _code in settled:
        place = {"community_id": one.community_id, "home_code": one.home_code}
        db.session.add(Residence(resident_id=one.id, **place, **since))
        db.session.add(Consent(resident_id=one.id, guardian_id=one.guardian_id, **given))
    db.session.flush()


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


def relate(resident: Resident, relation: str) -> None:
    """Let somebody of a household be a child, or a grown-up, from now on.

    Who stood on boards by a child's number alone stands there no longer: a grown-up has none, and chose nothing else.
    """
    if relation == "other" and resident.relation == "child":
        resident.relation, resident.guardian_id = relation, None
        if resident.show_as != "hidden" and not resident.nickname:
            resident.show_as = "hidden"
            consent(resident, "boards", False, resident.account_id)
    resident.relation = relation


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
        # Whoever has an account told it there; what staff wrote down for a child was said by the guardian.
        said_by = resident.guardian_id if by is None or by != resident.account_id else None
        given_now = {
            "notice_version": NOTICE_VERSION, "given_at": clock.now(), "given_by": by, "guardian_id": said_by,
        }  # fmt: skip
        db.session.add(Consent(resident_id=resident.id, kind=kind, **given_now))
        if by is not None and by != resident.account_id:
            audit.write(
                "consent.written_down", by=by, subject=resident.id, community_code=resident.community_id,
                kind=kind, guardian=str(said_by) if said_by else None,
            )  # fmt: skip
    elif standing and not given:
        standing.withdrawn_at = clock.now()


def give_account(resident: Resident, account_id: uuid.UUID) -> None:
    """Let an account look after a resident who had none, and after the children this resident is the guardian of."""
    for one in (resident, *households.wards(resident.id)):
        one.account_id = one.account_id or account_id


def move(
    resident_id: uuid.UUID, home_code: str, since: date, by: uuid.UUID | None = None, door: str = ""
) -> None:
    """Let a resident live at another node, behind another door, from ``since`` on; ``by`` is who says so.

    A steward who moves out of the subtree of that role loses it at once; the other roles are bound to no home.
    Raises ``Refused`` for a date to come, and :class:`MovedInLater`.
    """
    resident = db.session.get_one(Resident, resident_id, with_for_update={"of": Resident})
    home, community = _home(home_code)
    left = queries.open_residence(resident_id)
    if resident.home_code == home.code:
        resident.door = door or resident.door
        return
    if since > clock.today():
        raise Refused(_("A move can be entered once it has happened."))
    if left and since < left.since:
        raise MovedInLater(resident.name, left.since)
    now = clock.now()
    if left:
        # At the very moment the next one begins: so the two are known as one move.
        left.until, left.end_recorded_at = since, now
        db.session.flush()
    if community.code != resident.community_id and resident.child_number is not None:
        resident.child_number = _next_child_number(community.code)
    _end_stewardships(resident, resident.home.path, home.path, by)
    resident.home_code, resident.community_id, resident.door = home.code, community.code, door
    _live_at(resident, home, community, since, now)


def _end_stewardships(resident: Resident, old_path: str, new_path: str, by: uuid.UUID | None) -> None:
    """End the steward's roles whose holder lived in their subtree and lives there no more."""
    if resident.account_id is None or resident.relation != "self":
        return
    for role in queries.roles_held(resident.account_id, STEWARD):
        if old_path.startswith(role.path) and not new_path.startswith(role.path):
            role.ended_at, role.ended_by = clock.now(), by
            audit.write(
                "role.ended", by=by, subject=resident.account_id, community_code=role.community_id,
                role=role.name, moved=True,
            )  # fmt: skip


def _home(code: str) -> tuple[Community, Community]:
    home = communities.get(code)
    community = communities.community_of(home) if home else None
    if home is None or community is None:
        raise Refused(_("There is no such community."))
    if home.closed_at is not None:
        raise Refused(_("%(place)s has been closed. Choose another place.", place=home.short_name))
    return home, community


def _live_at(resident: Resident, home: Community, community: Community, since: date, at: datetime) -> None:
    place = {"community_id": community.code, "home_code": home.code}
    db.session.add(Residence(resident_id=resident.id, since=since, recorded_at=at, **place))
    db.session.flush()
