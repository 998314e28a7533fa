"""Who is signed in, for a page that is ready but for its reader's own parts: found with the household."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Select, String, and_, exists, select

from reading.compiled import Row
from reading.early import Reader
from reading.people.member_queries import MEMBER, ONESELF_FIRST, with_home
from reading.people.models import Account, Resident, Role
from reading.plain import Plain, Sent, look_together, told
from reading.sign_ins.models import SignIn
from reading.sign_ins.queries import NO_ROLES
from reading.sign_ins.rules import is_to_be_noted, lapses_at

TOKEN = told("token", String())
# The account for which a sign-in was made whose token is told. It may stand no more: what is asked of its account is
# told only to whom :func:`found` finds.
ACCOUNT: Any = select(SignIn.account_id).where(SignIn.token_hash == TOKEN).scalar_subquery()
_READER: Any = (SignIn.token_at, SignIn.seen_at, SignIn.id, Account.id, Account.name, Account.reset_at)
_HOLDS_A_ROLE = exists().where(Role.account_id == Account.id, Role.ended_at.is_(None))


def of_household(
    columns: Sequence[Any], with_more: Callable[[FromClause], FromClause] = lambda tables: tables
) -> Plain:
    """Return the statement that finds a resident who is signed in and, of each of the household, these columns.

    The first of them is the id; ``with_more`` joins the tables of the others. Oneself comes first, as in
    ``people.member_queries.members``.
    """

    def made() -> Select[Any]:
        theirs = and_(Resident.account_id == Account.id, Resident.left_at.is_(None))
        signed_in = SignIn.__table__.join(Account.__table__, Account.id == SignIn.account_id)
        tables = with_more(signed_in.outerjoin(Resident.__table__, theirs))
        stands = (SignIn.token_hash == TOKEN, SignIn.ended_at.is_(None), Account.disabled_at.is_(None))
        is_resident = (SignIn.is_staff.is_(False), SignIn.roles_mark == NO_ROLES, ~_HOLDS_A_ROLE)
        asked = select(*_READER, *columns).select_from(tables).where(*stands, *is_resident)
        return asked.order_by(*ONESELF_FIRST)

    return Plain(made, same=len(_READER))


_MEMBERS = of_household(MEMBER, with_home)


def members() -> Sent:
    """Return what finds the household, to be read as ``people.member_queries.Member``."""
    return _MEMBERS.told({})


def found(
    token_hash: str, now: datetime, household: Sent, also: Sequence[Sent]
) -> tuple[Reader, list[list[Row]]] | None:
    """Return the resident whose sign-in this is, the rows of the household, and those of what is asked ``also``.

    All of it goes to the database and back at once. None for anybody else: for staff, and where something is to be
    written about the sign-in or given to the device, which is the business of ``queries.by_token`` and whom it serves.
    """
    token = {"token": token_hash}
    asked = [one._replace(values={**one.values, **token}) for one in (household, *also)]
    rows, *further = look_together(*asked)
    if not rows:
        return None
    token_at, seen_at, *known = rows[0][: len(_READER)]
    if now >= lapses_at(False, token_at, seen_at) or is_to_be_noted(False, seen_at, now):
        return None
    people = [row[len(_READER) :] for row in rows]
    return Reader(*known), [people if people[0][0] else [], *further]
