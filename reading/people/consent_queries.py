"""Every SELECT of consents: which stand, and who takes part no more because theirs was withdrawn."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import func, select

from reading.access import reach
from reading.errors import Refused
from reading.extensions import db
from reading.paths import QUERY_SAFE, way_back
from reading.people.models import Account, Consent, Resident
from reading.people.rules import NOTICE_VERSION

OWN_CONSENTS = "/me/consents"


class Withdrawn(Refused):
    """Nothing new is recorded of somebody who no longer agrees to take part."""


def standing(resident_ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], Consent]:
    """Return the consents of these residents that stand, by resident and kind."""
    found = select(Consent).where(Consent.resident_id.in_(list(resident_ids)), Consent.withdrawn_at.is_(None))
    ordered = db.session.scalars(found.order_by(Consent.given_at, Consent.id))
    return {(one.resident_id, one.kind): one for one in ordered}


def withdrawn(resident_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return since when those of these residents no longer agree to take part who once did."""
    kept = select(
        Consent.resident_id, func.max(Consent.withdrawn_at), func.count() - func.count(Consent.withdrawn_at)
    ).where(Consent.resident_id.in_(set(resident_ids)), Consent.kind == "taking_part")
    rows = db.session.execute(kept.group_by(Consent.resident_id))
    return {one: since for one, since, stand in rows if since is not None and not stand}


def has_withdrawn(resident_id: uuid.UUID) -> bool:
    """Tell whether this resident no longer agrees to take part who once did."""
    return resident_id in withdrawn([resident_id])


def init_app(app: Flask) -> None:
    """Let pages tell of whom nothing new is recorded, instead of offering it."""
    app.add_template_global(has_withdrawn, "has_withdrawn")
    app.add_template_global(agree_again_at, "agree_again_at")


def agree_again_at(resident_id: uuid.UUID, is_own: bool = True) -> str:
    """Return where it can be agreed to again for somebody, which leads back from there to the page at hand.

    That is their own part of the household's page; of whom one looks after in a role, the page staff write on.
    """
    page, back = OWN_CONSENTS if is_own else f"/residents/{resident_id}/consents", way_back()
    onward = f"?next={quote(back, safe=QUERY_SAFE)}" if back else ""
    return f"{page}{onward}#of-{resident_id}"


def refuse_if_withdrawn(resident_id: uuid.UUID, by: uuid.UUID | None) -> None:
    """Raise :class:`Withdrawn` for a new record, by this account, of who no longer agrees to take part."""
    if has_withdrawn(resident_id):
        raise refusal(resident_id, by)


def refusal(resident_id: uuid.UUID, by: uuid.UUID | None) -> Withdrawn:
    """Return what this account is told, and the page on which it can be agreed again, if one is open to it."""
    return Withdrawn(withdrawn_words(), remedy=remedy(resident_id, by))


def remedy(resident_id: uuid.UUID, by: uuid.UUID | None) -> tuple[str, str] | None:
    """Return the page on which this account can agree again, and its name: the household's own one, or where staff
    write down what somebody without an account says; none for whom neither is open."""
    resident = db.session.get_one(Resident, resident_id)
    account = db.session.get(Account, by) if by else None
    if account and resident.account_id == account.id:
        return agree_again_at(resident_id), _("Agree again")
    if account and resident.account_id is None:
        writes = reach(account.roles, "residents.enrol").covers(resident.home.path)
        return (agree_again_at(resident_id, is_own=False), _("Consents")) if writes else None
    return None


def withdrawn_words() -> str:
    """Return the sentence for whoever would write a new record of such a person."""
    return _("This person no longer agrees that new records are kept. They can agree again at any time.")


def asks_again(account_id: uuid.UUID) -> bool:
    """Tell whether the notice has a newer wording than the one that somebody of the household agreed to."""
    found = (
        select(Consent.id)
        .join(Resident, Resident.id == Consent.resident_id)
        .where(Resident.account_id == account_id, Consent.withdrawn_at.is_(None))
        .where(Consent.notice_version != NOTICE_VERSION)
    )
    return db.session.scalar(found.limit(1)) is not None
