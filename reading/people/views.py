"""Pages of people: joining and signing in, oneself and the household."""

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reading import clock
from reading.access import requires
from reading.communities import queries as communities
from reading.meanwhile import Changed, opened, reopened
from reading.people import actions, queries
from reading.people import consent_queries as consents
from reading.people.answers import done, form_page, page, place_asked, sent, sent_before, valid
from reading.people.fields import ShownForm, TakePartForm
from reading.people.forms import (
    AloneForm,
    FamilyForm,
    HomeForm,
    MemberForm,
)
from reading.people.models import Resident
from reading.people.rules import is_minor, masked, may_stand_alone

bp = Blueprint("people", __name__)


@bp.get("/me")
@requires("own.records")
def me() -> ResponseReturnValue:
    """What the service knows about oneself, and where to change it."""
    account = queries.signed_in()
    people = queries.household(account.id)
    asks_again = consents.asks_again(account.id)
    return page("people/me.html", account=account, people=people, asks_again=asks_again)


@bp.route("/me/taking-part", methods=["GET", "POST"])
@requires("own.records")
def take_part() -> ResponseReturnValue:
    """Let staff who have only an account read too."""
    account, form = queries.signed_in(), TakePartForm(sent()).offer()
    if any(one.relation == "self" for one in queries.household(account.id)):
        return redirect(url_for("people.me"))
    if valid(form, communities.meant_by(place_asked())):
        actions.take_part(account.id, **form.chosen())
        return done("people.me", _("Welcome! Now you can record what you read."))
    return form_page("people/take_part.html", form, account=account)


@bp.get("/me/household")
@requires("own.records")
def household() -> ResponseReturnValue:
    """The people this account looks after."""
    people, today = queries.household(queries.signed_in().id), clock.today()
    grown = {one.id for one in people if may_stand_alone(one.relation, one.born_on, today)}
    return page("people/household.html", people=people, grown=grown)


@bp.route("/me/household/new", methods=["GET", "POST"])
@requires("own.records")
def add_person() -> ResponseReturnValue:
    """Add a child, or a grown-up without a phone, to the household; who may be there already is asked about once."""
    account_id, form = queries.signed_in().id, FamilyForm(sent()).on(clock.today())
    if not valid(form):
        return form_page("people/add_person.html", form)
    if not form.is_told_apart(queries.household(account_id), form.record_id):
        return form_page("people/add_person.html", form, refused=True)
    try:
        added = actions.add_child(form.record_id, account_id, **form.told())
    except actions.SentBefore as before:
        return sent_before(form, before, "people.add_person")
    return done("people.household", _("%(name)s was added.", name=added.name))


@bp.route("/me/household/<uuid:resident_id>", methods=["GET", "POST"])
@requires("own.records")
def person(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the name and the birth date of somebody of the household, and whether it is a child.

    Who would be called as another member is asked about once.
    """
    resident = _own(resident_id)
    form = _person_form(resident, sent())
    if valid(form) and form.is_told_apart(queries.household(queries.signed_in().id), resident.id):
        try:
            actions.correct(resident_id, **form.told(), seen=form.seen.data)
            return done("people.household", _("Saved."))
        except Changed as other:
            form = reopened(form, lambda sent: _person_form(resident, sent), other.fields)
    grown = may_stand_alone(resident.relation, resident.born_on, clock.today())
    told: dict[str, Any] = {"resident": resident, "grown": grown, "refused": form.asks_back}
    return form_page("people/person.html", form, **told)


def _person_form(resident: Resident, sent: MultiDict[str, str] | None) -> AloneForm | MemberForm:
    now, kept = opened(resident.fields), resident.born_on
    if resident.relation == "self":
        return AloneForm(sent, data=now).on(clock.today(), kept)
    return MemberForm(sent, data=now).of(resident.relation).on(clock.today(), kept)


@bp.route("/me/household/<uuid:resident_id>/shown", methods=["GET", "POST"])
@requires("own.records")
def shown(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Choose how somebody of the household stands on boards."""
    resident = _own(resident_id)
    minor = is_minor(resident.relation, resident.born_on, clock.today())
    form = ShownForm(sent(), obj=resident).offer(resident, minor)
    if valid(form):
        actions.set_shown(resident.id, **form.shown(), by=queries.signed_in().id)
        return done("people.me", _("Saved. The boards follow at once."))
    return form_page("people/shown.html", form, resident=resident, mask=masked(resident.name))


@bp.route("/me/home", methods=["GET", "POST"])
@requires("own.records")
def home() -> ResponseReturnValue:
    """Move house, alone or with the household, from a day on."""
    people = queries.household(queries.signed_in().id) or abort(404)
    form = HomeForm(sent(), since=clock.today(), who=[str(one.id) for one in people])
    form.offer(people, clock.today())
    if valid(form, communities.meant_by(place_asked(), communities.LIVED_AT)):
        try:
            actions.move_household(**form.told(), by=queries.signed_in().id)
            return done("people.me", _("Saved. What you read before stays with the old home."))
        except actions.MovedInLater as refusal:
            form.since.errors = [refusal.message]
    return form_page("people/home.html", form, homes=True, people=people)


def _own(resident_id: uuid.UUID) -> Resident:
    return queries.own_resident(queries.signed_in(), resident_id) or abort(404)
