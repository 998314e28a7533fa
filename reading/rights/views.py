"""Pages of leaving: for one's household, and for residents without an account in the reach of staff."""

import uuid

from flask import Blueprint, Flask, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.access import requires
from reading.people.answers import done, form_page, page, sent, valid
from reading.people.models import Resident
from reading.people.queries import household, signed_in
from reading.rights import actions, erasing, queries
from reading.rights.forms import LeavingForm, SureForm, WhenForm
from reading.rights.models import Leaving
from reading.rights.rules import LATER, NOW, due
from reading.sign_ins.answers import leave

bp = Blueprint("rights", __name__)


def init_app(app: Flask) -> None:
    """Let the page of a household say who of it is about to leave."""
    app.add_template_global(queries.of_household, "leavings_of")


@bp.route("/me/leaving", methods=["GET", "POST"])
@requires("own.records")
def mine() -> ResponseReturnValue:
    """What goes and what stays when somebody of the household leaves; leaving; who is about to.

    Whom the form named already can be named again with it: sent twice it is the same wish.
    """
    account, people = signed_in(), household(signed_in().id)
    leaving = queries.of_household(account.id)
    form = LeavingForm(sent())
    offered = [*people, *(one.resident for one in leaving if one.resident and str(one.id) == form.id.data)]
    if valid(form.offer(offered, account.id).until(due(clock.now(), LATER))):
        return _told(_leave(form, offered), str(form.when.data))
    left_alone = not people and bool(leaving)
    return form_page("rights/mine.html", form, people=people, leaving=leaving, left_alone=left_alone)


def _leave(form: LeavingForm, people: list[Resident]) -> Leaving:
    who, by, when = uuid.UUID(form.who.data), signed_in().id, str(form.when.data)
    if not people:
        return actions.leave_account(form.record_id, by, when)
    return actions.leave(form.record_id, who, when, by)


def _told(wish: Leaving, when: str) -> ResponseReturnValue:
    if when == NOW:
        return _erased(wish)
    return done(_list_of(wish), _("Done: named nowhere any more. Until the day it can still be taken back."))


def _erased(wish: Leaving) -> ResponseReturnValue:
    """Erase at once, and forget the sign-in if its account went too."""
    account_id, back = current_user.id, _list_of(wish)
    is_own = wish.resident is not None and wish.resident.relation == "self"
    erasing.erase_wished(wish.id)
    if queries.is_there(account_id):
        kept = _(
            "All records were erased. The account stays, with its name and phone number, for what it still does."
        )
        return done(back, kept if is_own else _("Everything was erased."))
    return leave(_("Everything was erased. Thank you for having read with us."))


def _list_of(wish: Leaving) -> str:
    """Return the page on which a wish stands: one's own, or that of residents without an account."""
    alone = wish.resident is not None and wish.resident.account_id is None
    return "rights.others" if alone else "rights.mine"


@bp.post("/leavings/<uuid:leaving_id>/withdrawal")
@requires("own.records")
def take_back(leaving_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a wish to leave."""
    account = signed_in()
    wish = queries.to_take_back(account, leaving_id) or abort(404)
    actions.take_back(wish.id, account.id)
    return done(_list_of(wish), _("Taken back. Roles and places that were given up do not come back."))


@bp.route("/leavings/<uuid:leaving_id>/erasure", methods=["GET", "POST"])
@requires("own.records")
def erase(leaving_id: uuid.UUID) -> ResponseReturnValue:
    """Erase at once who was to be erased later; asks first."""
    wish, form = queries.to_take_back(signed_in(), leaving_id) or abort(404), SureForm(sent())
    if wish.taken_back_at is not None:
        abort(404)
    if valid(form):
        return _erased(wish)
    return form_page("rights/erase.html", form, wish=wish)


@bp.get("/residents/leaving")
@requires("residents.enrol")
def others() -> ResponseReturnValue:
    """Which residents without an account, in one's reach, are about to leave."""
    return page("rights/others.html", leaving=queries.in_reach(signed_in()))


@bp.route("/residents/<uuid:resident_id>/leaving", methods=["GET", "POST"])
@requires("residents.enrol")
def other(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Enter the wish to leave of a resident without an account, who said so."""
    account = signed_in()
    resident = queries.without_account(account, resident_id) or abort(404)
    form = WhenForm(sent()).until(due(clock.now(), LATER))
    if valid(form):
        when = str(form.when.data)
        return _told(actions.leave(form.record_id, resident.id, when, account.id), when)
    return form_page("rights/other.html", form, resident=resident, wish=queries.standing(resident.id))
