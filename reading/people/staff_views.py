"""The staff's pages about people: the residents of their places, and who holds which role."""

import uuid

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import reach, requires
from reading.communities import queries as communities
from reading.communities.models import LEVELS
from reading.people import actions, queries
from reading.people.answers import done, form_page, page, place_asked, sent, sent_before, valid
from reading.people.forms import EnrolForm, RoleForm

bp = Blueprint("residents", __name__)

PAGE = 30
LAST_PAGE = 10_000
FEW_HOMES = 12


@bp.get("/residents")
@requires("residents.see")
def index() -> ResponseReturnValue:
    """Find residents of one's own places."""
    asked = request.args.get("q", "").strip()
    number = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    skipped = PAGE * (number - 1)
    found = queries.find_in_reach(queries.signed_in(), "residents.see", asked, limit=PAGE + 1, offset=skipped)
    more = len(found) > PAGE
    return page("people/residents.html", found=found[:PAGE], asked=asked, number=number, more=more)


@bp.route("/residents/new", methods=["GET", "POST"])
@requires("residents.enrol")
def enrol() -> ResponseReturnValue:
    """Enrol somebody who has no account."""
    account, form = queries.signed_in(), EnrolForm(sent()).on(clock.today())
    form.offer(queries.homes_in_reach(account, "residents.enrol", FEW_HOMES + 1), FEW_HOMES)
    within = reach(account.roles, "residents.enrol")
    if not valid(form, communities.meant_by(place_asked(), communities.LIVED_AT, within)):
        return form_page("people/enrol.html", form, homes=True)
    if not form.told_apart(queries.namesakes(form.name.data or "", form.home_code)):
        return form_page("people/enrol.html", form, homes=True)
    try:
        enrolled = actions.enrol(form.record_id, **form.told(), by=account.id)
    except actions.SentBefore as before:
        return sent_before(form, before, "residents.enrol")
    return done("residents.index", _("%(name)s was enrolled.", name=enrolled.name), q=enrolled.name)


@bp.get("/roles")
@requires("roles.grant")
def roles() -> ResponseReturnValue:
    """Who holds which role where, as far as one may change it."""
    account = queries.signed_in()
    held = queries.roles_to_see(account)
    return page("people/roles.html", account=account, held=held)


@bp.route("/roles/new", methods=["GET", "POST"])
@requires("roles.grant")
def grant() -> ResponseReturnValue:
    """Grant a role to an account at a place."""
    account = queries.signed_in()
    form = RoleForm(sent()).offer(account.roles)
    found = communities.meant_by(place_asked(), LEVELS, reach(account.roles, "roles.grant"))
    holder = queries.account_by_phone(form.phone.number)
    if valid(form, found) and form.has_account(holder) and holder:
        actions.grant_role(holder.id, form.role.data, form.home_code, by=account)
        return done("residents.roles", _("%(name)s holds the role now.", name=holder.name))
    return form_page("people/grant.html", form, homes=True)


@bp.post("/roles/<uuid:role_id>/ending")
@requires("roles.grant")
def end_role(role_id: uuid.UUID) -> ResponseReturnValue:
    """End a role, from now on."""
    account = queries.signed_in()
    role = queries.role_to_end(account, role_id) or abort(404)
    actions.end_role(role.id, by=account)
    return done("residents.roles", _("The role has ended."))
