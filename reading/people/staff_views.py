"""The staff's pages about people: the residents of their places."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import reach, requires
from reading.communities import queries as communities
from reading.people import actions, queries
from reading.people.answers import done, form_page, page, place_asked, sent, sent_before, valid
from reading.people.name_queries import namesakes
from reading.people.staff_forms import EnrolForm

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
    asked_for: dict[str, Any] = {"asked": asked, "number": number, "more": len(found) > PAGE}
    label_of = communities.labeller(one.home for one in found)
    return page("people/residents.html", found=found[:PAGE], label_of=label_of, **asked_for)


@bp.route("/residents/new", methods=["GET", "POST"])
@requires("residents.enrol")
def enrol() -> ResponseReturnValue:
    """Enrol somebody who has no account."""
    account, form = queries.signed_in(), EnrolForm(sent()).on(clock.today())
    form.offer(queries.homes_in_reach(account, "residents.enrol", FEW_HOMES + 1), FEW_HOMES)
    within = reach(account.roles, "residents.enrol")
    if not valid(form, communities.meant_by(place_asked(), communities.LIVED_AT, within)):
        return form_page("people/enrol.html", form, homes=True)
    if not _told_apart(form):
        return form_page("people/enrol.html", form, homes=True)
    try:
        enrolled = actions.enrol(form.record_id, **form.told(), by=account.id)
    except actions.SentBefore as before:
        return sent_before(form, before, "residents.enrol")
    return done("residents.index", _("%(name)s was enrolled.", name=enrolled.name), q=enrolled.name)


def _told_apart(form: EnrolForm) -> bool:
    home, person = communities.get(form.home_code) or abort(404), form.person
    return form.told_apart([person], namesakes(queries.signed_in(), home, [person.name], [form.record_id]))
