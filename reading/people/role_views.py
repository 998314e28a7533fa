"""Pages of who holds which role where."""

import uuid
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading.access import reach, requires
from reading.communities import queries as communities
from reading.communities.models import LEVELS, Community
from reading.errors import Refused
from reading.people import queries, role_actions, role_queries
from reading.people.answers import done, form_page, page, place_asked, sent, valid
from reading.people.models import Account, Role
from reading.people.staff_forms import ROLE_NAMES, RoleForm

bp = Blueprint("roles", __name__)

PAGE = 30
LAST_PAGE = 10_000


class _Asked:
    """Which roles are asked for, and one page of them.

    ``places``: what the place that was typed may mean, where that is not sure.
    """

    def __init__(self) -> None:
        self.account, told = queries.signed_in(), request.args
        self.text, self.name, self.at = (told.get(key, "").strip() for key in ("q", "role", "at"))
        self.number = min(max(told.get("page", 1, int), 1), LAST_PAGE)
        self.places = self._places() if self.at else []
        self.total, self.roles = 0, list[Role]()
        if not self.at or len(self.places) == 1:
            place = self.places.pop() if self.at else None
            name = self.name if self.name in ROLE_NAMES else ""
            self._find(role_queries.Wanted(self.text, name, place))
        self.names = role_queries.names_seen(self.account, [role.account for role in self.roles])
        self.labels = communities.full_labels([role.community for role in self.roles] + self.places)

    def _places(self) -> list[Community]:
        return communities.meant_by(self.at, LEVELS, reach(self.account.roles, "roles.grant"))

    def _find(self, wanted: role_queries.Wanted) -> None:
        skipped = PAGE * (self.number - 1)
        self.roles = role_queries.roles_to_see(self.account, wanted, limit=PAGE, offset=skipped)
        self.total = role_queries.number_to_see(self.account, wanted)

    def to_page(self, number: int) -> str | None:
        """Return the address of another page of these roles, None where there is none."""
        there = 1 <= number <= -(-self.total // PAGE)
        told: dict[str, Any] = {
            "q": self.text,
            "role": self.name,
            "at": self.at,
            "page": number if number > 1 else "",
        }
        return url_for(".index", **{key: value for key, value in told.items() if value}) if there else None


@bp.get("/roles")
@requires("roles.grant")
def index() -> ResponseReturnValue:
    """Who holds which role where, as far as one may change it."""
    asked = _Asked()
    return page("people/roles.html", asked=asked, account=asked.account, role_names=ROLE_NAMES)


@bp.route("/roles/new", methods=["GET", "POST"])
@requires("roles.grant")
def grant() -> ResponseReturnValue:
    """Grant a role to an account at a place."""
    account = queries.signed_in()
    form = RoleForm(sent()).offer(account.roles)
    found = communities.meant_by(place_asked(), LEVELS, reach(account.roles, "roles.grant"))
    holder = queries.account_by_phone(form.phone.number)
    if valid(form, found) and form.has_account(holder) and holder:
        return _granted(form, holder, account)
    return form_page("people/grant.html", form, homes=True)


def _granted(form: RoleForm, holder: Account, by: Account) -> ResponseReturnValue:
    try:
        role_actions.grant_role(holder.id, form.role.data, form.home_code, by=by)
    except Refused as refusal:
        form.community.errors = [refusal.message]
        return form_page("people/grant.html", form, homes=True, refused=True)
    name = role_queries.names_seen(by, [holder])[holder.id]
    return done("roles.index", _("%(name)s holds the role now.", name=name))


@bp.post("/roles/<uuid:role_id>/ending")
@requires("roles.grant")
def end(role_id: uuid.UUID) -> ResponseReturnValue:
    """End a role, from now on."""
    account = queries.signed_in()
    role = queries.role_to_end(account, role_id) or abort(404)
    role_actions.end_role(role.id, by=account)
    return done("roles.index", _("The role has ended."))
