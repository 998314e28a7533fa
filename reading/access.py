"""Who may do what (design §6): permissions, and how far in the city's tree each reaches.

Every view carries ``@requires("…")`` or ``@public``; a test refuses a view with neither. A permission says
*what*; where it holds is a :class:`Reach`: the subtrees of the nodes at which the role was granted. What a role may
do to some kinds of events alone, ``ONLY_KINDS`` says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from reading.errors import wants_json
from reading.extensions import login
from reading.paths import here

View = TypeVar("View", bound=Callable[..., Any])

STEWARD, ORGANIZER, LIBRARIAN, ADMIN = "steward", "organizer", "librarian", "admin"
ROLES = (STEWARD, ORGANIZER, LIBRARIAN, ADMIN)
EVERYONE = "everyone"

PERMISSIONS: dict[str, frozenset[str]] = {
    # One's own log, sign-up, check-in and household: whoever is signed in.
    "own.records": frozenset({EVERYONE}),
    "staff.home": frozenset(ROLES),
    "residents.enrol": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "residents.log": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "residents.see": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "residents.merge": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "residents.split": frozenset({ADMIN}),
    "codes.give": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "events.plan": frozenset({ORGANIZER, LIBRARIAN, ADMIN}),
    # Rosters, records and paper; a steward's are of the study groups' meetings alone (ONLY_KINDS).
    "attendance.take": frozenset(ROLES),
    # A helper named for one event takes its attendance too: the event is looked up through the person.
    "attendance.help": frozenset({EVERYONE}),
    # Starts study groups, names their leaders, ends them; a group's leader is looked up through the person.
    "groups.run": frozenset({STEWARD, LIBRARIAN, ADMIN}),
    "catalogue.fix": frozenset({LIBRARIAN, ADMIN}),
    # Looks at flagged log entries, and at nothing else of what people read.
    "logbook.review": frozenset({LIBRARIAN, ADMIN}),
    "accounts.manage": frozenset({ADMIN}),
    "roles.grant": frozenset({STEWARD, ADMIN}),
    "city.manage": frozenset({ADMIN}),
    "trail.read": frozenset({ADMIN}),
}

# A role that carries a permission for events of these kinds alone; whatever is not named here it carries in whole.
ONLY_KINDS: dict[tuple[str, str], frozenset[str]] = {
    (STEWARD, "attendance.take"): frozenset({"meeting"}),
}


class RoleLike(Protocol):
    """A role as this module needs it: its name, the path of the node it was granted at, and whether it counts now."""

    name: str

    @property
    def is_in_force(self) -> bool: ...

    @property
    def path(self) -> str: ...


@dataclass(frozen=True)
class Reach:
    """The subtrees a permission holds in, as paths of their top nodes (``/410581/410581001/``).

    ``of_kinds``: further ones in which it holds for events of one kind alone, as (kind, path). Who asks without a kind
    is told where it holds for everything.
    """

    tops: tuple[str, ...]
    of_kinds: tuple[tuple[str, str], ...] = ()

    def covers(self, path: str, kind: str | None = None) -> bool:
        """Tell whether the node with this path, or an event of this kind there, lies in the reach."""
        return any(path.startswith(top) for top in self._tops_for(kind))

    def where(
        self, path: "InstrumentedAttribute[str]", kind: "InstrumentedAttribute[str] | None" = None
    ) -> ColumnElement[bool]:
        """Return the SQL condition that the node with this path column, or an event of this kind there, lies in the
        reach."""
        whole = [in_subtree(path, top) for top in self.tops]
        narrow = (
            [(kind == one) & in_subtree(path, top) for one, top in self.of_kinds] if kind is not None else []
        )
        return or_(false(), *whole, *narrow)

    def for_kind(self, kind: str) -> "Reach":
        """Return the subtrees in which the permission holds for events of this kind."""
        return Reach(self._tops_for(kind))

    def _tops_for(self, kind: str | None) -> tuple[str, ...]:
        return (*self.tops, *(top for one, top in self.of_kinds if one == kind))

    def for_any(self) -> "Reach":
        """Return the subtrees in which it holds for events of some kind at least."""
        return Reach(tuple(sorted({*self.tops, *(top for _kind, top in self.of_kinds)})))

    def __bool__(self) -> bool:
        return bool(self.tops or self.of_kinds)


def in_subtree(path: "InstrumentedAttribute[str]", top: str) -> ColumnElement[bool]:
    """Return the SQL condition that a node's path begins with ``top``, as a range an index can answer."""
    bounds = span(top)
    return and_(path >= bounds["first_path"], path < bounds["last_path"])


def span(top: str) -> dict[str, str]:
    """Return the first path of the subtree of ``top`` and the first one after it, as statements ask for them."""
    return {"first_path": top, "last_path": top.removesuffix("/") + chr(ord("/") + 1)}


def reach(roles: Iterable[RoleLike], permission: str) -> Reach:
    """Return where these roles carry ``permission``, and for which kinds of events alone."""
    allowed = PERMISSIONS[permission]
    held = [role for role in roles if role.name in allowed and role.is_in_force]
    whole = {role.path for role in held if (role.name, permission) not in ONLY_KINDS}
    narrow = {(kind, role.path) for role in held for kind in ONLY_KINDS.get((role.name, permission), ())}
    return Reach(tuple(sorted(whole)), tuple(sorted(narrow)))


def carriers(permission: str, kind: str) -> frozenset[str]:
    """Return the names of the roles that carry ``permission`` for events of this kind."""
    return frozenset(
        one for one in PERMISSIONS[permission] if kind in ONLY_KINDS.get((one, permission), {kind})
    )


def holds(roles: Iterable[RoleLike], permission: str) -> bool:
    """Tell whether somebody signed in with these roles has ``permission`` anywhere."""
    return EVERYONE in PERMISSIONS[permission] or bool(reach(roles, permission))


def init_app(app: Flask) -> None:
    """Send who is not signed in to the sign-in page, from where they come back; code gets a 401."""
    login.unauthorized_handler(_ask_to_sign_in)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method in ("GET", "HEAD") and not wants_json():
        return redirect(url_for("sign_ins.sign_in", next=here()))
    abort(401)


def _refuse(roles: Iterable[RoleLike], permission: str) -> ResponseReturnValue:
    """Lead an administrator whose sign-in takes no second step yet to set it up; answer 403 to everybody else."""
    allowed = PERMISSIONS[permission]
    waits = any(role.name in allowed and not role.is_in_force for role in roles)
    if waits and request.method in ("GET", "HEAD") and not wants_json():
        return redirect(url_for("second_factor.mine", next=here()))
    abort(403)


def public(view: View) -> View:
    """Mark a view that anyone may open."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Let a view be used only by who is signed in and holds ``permission`` somewhere.

    Who is not signed in is sent to the sign-in page; who lacks the permission gets a 403.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            reader = login.reader()
            if not reader.is_authenticated:
                return login.unauthorized()
            if not holds(reader.roles, permission):
                return _refuse(reader.roles, permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
