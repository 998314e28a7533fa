"""Every SELECT about people."""

import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar, cast

from flask_login import current_user
from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, case, false, or_, select
from sqlalchemy.orm import joinedload, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from reading.access import in_subtree, reach
from reading.communities.models import Community
from reading.communities.queries import LIVED_AT, OPEN
from reading.extensions import Model, db
from reading.people.merged_queries import held_standing as held_standing
from reading.people.merged_queries import holding as holding
from reading.people.merged_queries import merged_into as merged_into
from reading.people.merged_queries import standing_for as standing_for
from reading.people.models import Account, Consent, PlainAccount, Residence, Resident, Role
from reading.people.rules import Shown, may_grant, normal_phone, shown_name
from reading.text import like_pattern, squeezed

M = TypeVar("M", bound=Model)
LAST_DIGITS = 4
MOST_SEARCHED = 40


def signed_in() -> Account:
    """Return the account that is signed in, as the ORM knows it; only in a view that requires it.

    Where its id or its name is all that is wanted, ``current_user`` has them for less.
    """
    held = current_user._get_current_object()
    if not isinstance(held, PlainAccount):
        return cast(Account, held)
    account = attached(Account, {field.name: getattr(held, field.name) for field in fields(held)})
    set_committed_value(account, "roles", [])
    return account


def attached(model: type[M], columns: Mapping[str, Any]) -> M:
    """Return the session's own object of a row whose columns were just read; no statement asks for them again."""
    one = model(**columns)
    known = db.session.identity_map.get(identity_key(instance=one))
    if known is not None:
        return known
    make_transient_to_detached(one)
    db.session.add(one)
    return one


def account_by_phone(phone: str | None) -> Account | None:
    """Return the account with this normalised phone number."""
    return db.session.scalar(select(Account).where(Account.phone == phone)) if phone else None


# Made once: whoever is signed in and opens a page of their own is looked for with it.
_HOUSEHOLD = (
    select(Resident)
    .where(Resident.account_id == bindparam("account", type_=Uuid()), Resident.left_at.is_(None))
    .order_by(case((Resident.relation == "self", 0), else_=1), Resident.created_at, Resident.id)
    .options(joinedload(Resident.home), joinedload(Resident.community))
)


def household(account_id: uuid.UUID) -> list[Resident]:
    """Return the residents an account looks after: oneself first, then in the order they were added.

    Who wished to leave is no longer among them.
    """
    return list(db.session.scalars(_HOUSEHOLD, {"account": account_id}))


def own_person(account_id: uuid.UUID) -> Resident | None:
    """Return the account's own person, also one who wished to leave."""
    found = select(Resident).where(Resident.account_id == account_id, Resident.relation == "self")
    return db.session.scalar(found)


def shown_of(resident: Resident) -> Shown | None:
    """Return how a resident is shown to others, None when hidden."""
    one = resident
    return shown_name(one.name, one.show_as, one.nickname, one.relation, one.child_number)


def own_resident(account: Account, resident_id: uuid.UUID | None) -> Resident | None:
    """Return the resident if the account's household holds them."""
    resident = taking_part(resident_id)
    return resident if resident and resident.account_id == account.id else None


def taking_part(resident_id: uuid.UUID | None) -> Resident | None:
    """Return the resident, or the record theirs was merged into (a form opened before means that one).

    Who wished to leave is none.
    """
    resident = db.session.get(Resident, resident_id) if resident_id else None
    if resident is not None and resident.merged_into_id is not None:
        resident = db.session.get(Resident, standing_for([resident.id])[resident.id])
    return resident if resident and resident.left_at is None else None


def resident_for(account: Account, resident_id: uuid.UUID | None, permission: str) -> Resident | None:
    """Return the resident if they are of the own household or live where a role carries ``permission``."""
    resident = taking_part(resident_id)
    if resident is None or resident.account_id == account.id:
        return resident
    return resident if reach(account.roles, permission).covers(resident.home.path) else None


def residents_in_reach(account: Account, permission: str) -> Select[Resident]:
    """Return the SELECT of the residents who live where the account's roles carry ``permission``."""
    where = reach(account.roles, permission).where(Community.path)
    return _with_home().where(where).order_by(Resident.sort_key, Resident.id)


def find_residents(top_path: str, text: str, limit: int = 20, *among: ColumnElement[bool]) -> list[Resident]:
    """Return the residents of the subtree (of those ``among`` them) whom ``text`` may mean: part of the name, pinyin
    initials or full pinyin, of the given name alone too, a whole phone number or its last four digits (their own, or of
    the account that looks after them)."""
    found = _with_home().where(in_subtree(Community.path, top_path), _meant_by(text), *among)
    return list(db.session.scalars(_in_order(found, text).limit(limit)))


def find_in_reach(
    account: Account, permission: str, text: str, *, limit: int, offset: int = 0
) -> list[Resident]:
    """Return residents in the account's reach, all of them while ``text`` is empty, in pinyin order.

    Whose name begins with the ``text`` in pinyin come before those whose given name does.
    """
    found = residents_in_reach(account, permission)
    if text.strip():
        found = _in_order(found.where(_meant_by(text)), text)
    return list(db.session.scalars(found.limit(limit).offset(offset)))


def _with_home() -> Select[Resident]:
    return (
        select(Resident)
        .join(Community, Community.code == Resident.home_code)
        .outerjoin(Account, Account.id == Resident.account_id)
        .where(Resident.merged_into_id.is_(None), Resident.left_at.is_(None))
        .options(joinedload(Resident.account), joinedload(Resident.guardian))
        .options(joinedload(Resident.home), joinedload(Resident.community))
    )


def _meant_by(text: str) -> ColumnElement[bool]:
    """The condition, over the joins of :func:`_with_home`."""
    wanted = _folded(text)
    if not wanted:
        return false()
    phone = normal_phone(wanted)
    if phone is None and len(wanted) == LAST_DIGITS and wanted.isdigit() and wanted.isascii():
        return or_(Resident.phone.like(f"%{wanted}"), Account.phone.like(f"%{wanted}"))
    if phone is not None:
        return or_(Resident.phone == phone, Account.phone == phone)
    return or_(Resident.name.ilike(like_pattern(wanted), escape="\\"), _begins_with(text), *_given_name(text))


def _folded(text: str) -> str:
    """Return the text as it is looked for, "" for what nobody is called."""
    wanted = unicodedata.normalize("NFKC", squeezed(text)).casefold()
    return "" if len(wanted) > MOST_SEARCHED or "\0" in wanted else wanted


def _begins_with(text: str) -> ColumnElement[bool]:
    spelled = "".join(_folded(text).split())
    return (" " + Resident.keys).like("% " + like_pattern(spelled, anywhere=False), escape="\\")


def _given_name(text: str) -> list[ColumnElement[bool]]:
    """The conditions for a given name typed alone in pinyin, ``qx`` or ``qiuxia`` for 王秋霞: ``wqx wangqiuxia``.

    The keys begin with the initials, so the one after the surname's is the given name's, and tells ``an`` from the end
    of ``wang``. A single letter is a surname's.
    """
    spelled = "".join(_folded(text).split())
    if len(spelled) < 2 or not (spelled.isascii() and spelled.isalpha()):
        return []
    # 王 has one character, 欧阳 two.
    after = [f"{surname}{given}" for surname in ("_", "__") for given in (spelled, f"{spelled[0]}%{spelled}")]
    return [Resident.keys.like(f"{one}%") for one in after]


def _in_order(found: Select[Resident], text: str) -> Select[Resident]:
    by_surname = case((_begins_with(text), 0), else_=1)
    return found.order_by(None).order_by(by_surname, Resident.sort_key, Resident.id)


def community_on(resident_id: uuid.UUID, day: date) -> str:
    """Return the code of the community the resident lived in on ``day``; before the first residence, the first.

    Raises ``LookupError`` for somebody who lives nowhere.
    """
    return communities_on([resident_id], day)[resident_id]


def communities_on(ids: Collection[uuid.UUID], day: date) -> dict[uuid.UUID, str]:
    """Return, by resident, the code of the community they lived in on ``day``, as :func:`community_on` does."""
    if not ids:
        return {}
    lived = select(Residence.resident_id, Residence.community_id, Residence.since, Residence.until)
    then: dict[uuid.UUID, str] = {}
    first: dict[uuid.UUID, str] = {}
    # Of two homes told at one moment the one left again came first.
    moves = Residence.since, Residence.recorded_at, Residence.until.nulls_last(), Residence.id
    ordered = lived.where(Residence.resident_id.in_(ids)).order_by(*moves)
    for resident_id, community_id, since, until in db.session.execute(ordered):
        first.setdefault(resident_id, community_id)
        if since <= day and (until is None or until > day):
            then[resident_id] = community_id
    return first | then


def open_residence(resident_id: uuid.UUID) -> Residence | None:
    """Return where the resident lives now."""
    found = select(Residence).where(Residence.resident_id == resident_id, Residence.until.is_(None))
    return db.session.scalar(found)


def open_consent(resident_id: uuid.UUID, kind: str) -> Consent | None:
    """Return the consent of this kind that stands."""
    found = select(Consent).where(
        Consent.resident_id == resident_id, Consent.kind == kind, Consent.withdrawn_at.is_(None)
    )
    return db.session.scalar(found.limit(1))


def role_to_end(account: Account, role_id: uuid.UUID | None) -> Role | None:
    """Return the role if the account may end it; one that has ended too, so that a second tap finds it."""
    role = db.session.get(Role, role_id) if role_id else None
    return role if role and may_grant(account.roles, role.name, role.path) else None


def role_held(account_id: uuid.UUID, name: str, code: str) -> Role | None:
    """Return the role an account holds at a node now."""
    same = and_(Role.account_id == account_id, Role.name == name, Role.community_id == code)
    return db.session.scalar(select(Role).where(same, Role.ended_at.is_(None)))


def roles_held(account_id: uuid.UUID, name: str) -> list[Role]:
    """Return the roles of this name an account holds now."""
    found = select(Role).where(Role.account_id == account_id, Role.name == name, Role.ended_at.is_(None))
    return list(db.session.scalars(found.order_by(Role.granted_at, Role.id)))


def is_shown(node: Community) -> bool:
    """Tell whether who looks may see the pages of a place: a closed one is for its own people and staff."""
    if node.closed_at is None:
        return True
    if not current_user.is_authenticated:
        return False
    works = any(
        role.path.startswith(node.path) or node.path.startswith(role.path) for role in current_user.roles
    )
    return works or any(one.home.path.startswith(node.path) for one in household(current_user.id))


def homes_in_reach(account: Account, permission: str, limit: int) -> Sequence[Community]:
    """Return the nodes people may live at in the account's reach, each after its parent, at most ``limit``."""
    found = select(Community).where(
        reach(account.roles, permission).where(Community.path),
        Community.level.in_(LIVED_AT),
        OPEN,
    )
    return db.session.scalars(found.order_by(Community.path).limit(limit)).all()


def homes(codes: Iterable[str]) -> set[str]:
    """Return those of ``codes`` that people can live at."""
    found = select(Community.code).where(Community.code.in_(list(codes)), Community.level.in_(LIVED_AT), OPEN)
    return set(db.session.scalars(found))
