"""Writes about who wishes to leave, inside the caller's action: named nowhere from then on, until it is taken back."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.access import ADMIN
from reading.audit import actions as audit
from reading.errors import Refused
from reading.extensions import db
from reading.people import queries, settling
from reading.people.models import Residence, Resident, Role

# What stands in the place of a name from the moment of the wish: so no page can show what it was.
NOBODY = "–"


@dataclass(frozen=True)
class Hidden:
    """What a resident's row said before it was hidden."""

    name: str
    phone: str | None
    show_as: str
    nickname: str


def hide(resident: Resident, at: datetime) -> Hidden:
    """Let a resident take part no more and be named nowhere; return what :func:`show_again` needs.

    They stop living where they live on that day, so that they no longer count among its residents; nor do they among
    its readers in the periods that are not over.
    """
    was = Hidden(resident.name, resident.phone, resident.show_as, resident.nickname)
    resident.name, resident.keys, resident.sort_key = NOBODY, "", ""
    resident.phone, resident.show_as, resident.nickname = None, "hidden", ""
    resident.left_at, resident.left_in = at, f"{clock.city_date(at):%Y-%m}"
    home = queries.open_residence(resident.id)
    if home is not None:
        home.until, home.end_recorded_at = max(home.since, clock.city_date(at)), at
    return was


def show_again(resident: Resident, was: Hidden) -> None:
    """Undo :func:`hide`: the resident takes part and is named as before, and never stopped living there."""
    settling.name(resident, was.name)
    resident.phone, resident.show_as, resident.nickname = was.phone, was.show_as, was.nickname
    ended = select(Residence).where(
        Residence.resident_id == resident.id, Residence.end_recorded_at == resident.left_at
    )
    # A home they had moved out of at that very moment is not the one they lived in.
    last = (
        (Residence.home_code == resident.home_code).desc(),
        Residence.since.desc(),
        Residence.recorded_at.desc(),
    )
    for home in db.session.scalars(ended.order_by(*last, Residence.id).limit(1)):
        home.until, home.end_recorded_at = None, None
    resident.left_at = resident.left_in = None


def end_roles(account_id: uuid.UUID, by: uuid.UUID | None) -> None:
    """End every role of an account. Raises ``Refused`` for the last administrator of a city."""
    held = select(Role).where(Role.account_id == account_id, Role.ended_at.is_(None)).order_by(Role.id)
    for role in db.session.scalars(held.with_for_update(of=Role)):
        if role.name == ADMIN and role.community.parent_code is None and not _others(role):
            raise Refused(
                _(
                    "You are the last administrator of %(city)s. Give somebody else this role first.",
                    city=role.community.short_name,
                )
            )
        role.ended_at, role.ended_by = clock.now(), by
        audit.write(
            "role.ended", by=by, subject=account_id, community_code=role.community_id, role=role.name, left=True
        )  # fmt: skip


def _others(role: Role) -> list[Role]:
    """Return the same role there of other accounts, held until the transaction ends."""
    same = select(Role).where(
        Role.name == role.name,
        Role.community_id == role.community_id,
        Role.account_id != role.account_id,
        Role.ended_at.is_(None),
    )
    return list(db.session.scalars(same.order_by(Role.id).with_for_update(of=Role)))
