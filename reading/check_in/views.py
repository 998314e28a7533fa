"""Checking in by one's own phone: where the hall's code leads."""

import uuid
from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from reading.access import public, requires
from reading.attendance import actions as attendance
from reading.attendance import queries as attendances
from reading.attendance.models import Guest
from reading.check_in import queries
from reading.check_in.arrival import LATE, Arrival, NoSuchCode, arrival, coming
from reading.check_in.forms import ClaimForm
from reading.errors import Refused
from reading.events.actions import OtherContent
from reading.forms import CreatingForm, ResidentForm
from reading.people import queries as people
from reading.people.models import Resident
from reading.people.record_queries import NotOwn

bp = Blueprint("check_in", __name__)


@bp.app_template_global()
def claims_waiting(event_id: uuid.UUID) -> int:
    """Return how many claims the organizer has still to confirm."""
    return queries.number_waiting(event_id)


@bp.get("/check-in/<token>")
@public
def arrive(token: str) -> ResponseReturnValue:
    """Show the event the code opens, and a button for each of the household who may be here; writes nothing."""
    try:
        here = arrival(token)
    except NoSuchCode as trouble:
        return _no_such_code(trouble.state)
    return _page(here, token, ClaimForm())


@bp.post("/check-in/<token>")
@requires("own.records")
def check_in(token: str) -> ResponseReturnValue:
    """Check somebody of the household in: they came when the page was opened."""
    form = ResidentForm(request.form)
    came = coming(token) if form.validate() else None
    if came is not None:
        opened = came.opening
        told: dict[str, Any] = {"opened_at": opened.at, "method": opened.method, "own_only": True}
        # Whoever is not plainly of the household, or sends an id twice, is told so by the longer way.
        with suppress(NotOwn, OtherContent):
            attendance.check_in(came.event_id, form.resident_id, form.record_id, current_user.id, **told)
            return came.phone.kept_by(redirect(url_for(".arrive", token=token)))
    return _check_in_looked_at(token, form)


def _check_in_looked_at(token: str, form: ResidentForm) -> ResponseReturnValue:
    try:
        here = arrival(token)
    except NoSuchCode as trouble:
        return _no_such_code(trouble.state)
    if not form.validate():
        abort(400)
    return _checked_in(here, token, form, _own(form.resident_id))


def _own(resident_id: uuid.UUID) -> Resident:
    """Return somebody of one's household who takes part, by the record that goes on."""
    standing_id = people.standing_for([resident_id])[resident_id]
    found = people.own_resident(people.signed_in(), standing_id)
    return found if found and found.left_at is None else abort(404)


def _checked_in(here: Arrival, token: str, form: ResidentForm, resident: Resident) -> ResponseReturnValue:
    back = url_for(".arrive", token=token)
    if here.stage == LATE and not attendances.came([resident.id], here.event.id):
        why = _("This code is too old to check in. Scan the one on the screen now, or ask the organizer.")
        raise Refused(why, back=back)
    opened = {"opened_at": here.opening.at, "method": here.opening.method} if here.opening else {}
    told: dict[str, Any] = {"opened_at": None, "method": "screen", **opened}
    try:
        attendance.check_in(here.event.id, resident.id, form.record_id, current_user.id, **told)
    except OtherContent as other:
        first = attendances.in_words(other.kept)
        return _told_twice(first, f"{resident.name} · {here.event.title}", form)
    return here.phone.kept_by(redirect(back))


@bp.post("/check-in/<token>/claims")
@public
def claim(token: str) -> ResponseReturnValue:
    """Keep somebody's word that they are here, for the organizer to confirm."""
    try:
        here = arrival(token)
    except NoSuchCode as trouble:
        return _no_such_code(trouble.state)
    return _claim_own(here, token) if current_user.is_authenticated else _claim_by_name(here, token)


def _claim_by_name(here: Arrival, token: str) -> ResponseReturnValue:
    form = ClaimForm(request.form)
    if not form.validate():
        return _page(here, token, form)
    kept = _kept(here, form, form.name.data or "", {**here.told(None), "last_four": form.digits})
    if (kept.event_id, kept.name, kept.last_four) != (here.event.id, form.name.data, form.digits):
        return _told_twice(f"{kept.name} · {kept.last_four}", f"{form.name.data} · {form.digits}", form)
    return here.phone.kept_by(redirect(url_for(".arrive", token=token)))


def _claim_own(here: Arrival, token: str) -> ResponseReturnValue:
    """Keep a claim for somebody of one's own household; where the page counts, they are checked in at once."""
    form = ResidentForm(request.form)
    if not form.validate():
        abort(400)
    resident = _own(form.resident_id)
    told = here.shown()["told"]
    if here.opening or attendances.came([resident.id], here.event.id):
        return _checked_in(here, token, form, resident)
    if resident.id not in told:
        kept = _kept(here, form, resident.name, here.told(resident))
        if (kept.event_id, kept.resident_id) != (here.event.id, resident.id):
            return _told_twice(kept.name, resident.name, form)
    return here.phone.kept_by(redirect(url_for(".arrive", token=token)))


def _kept(here: Arrival, form: CreatingForm, name: str, told: dict[str, Any]) -> Guest:
    if form.record_id not in {one.id for one in here.claims()}:
        here.refuse_claim()
    kept = attendance.claim(here.event.id, form.record_id, name, **told)
    here.phone.claim(here.event.id, kept.id)
    return kept


def _page(here: Arrival, token: str, form: ClaimForm) -> ResponseReturnValue:
    page = {"token": token, "f": form, "new_id": uuid.uuid4, **here.shown()}
    answer = make_response(render_template("check_in/arrive.html", **page), 400 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return here.phone.kept_by(answer) if here.is_new else answer


def _no_such_code(state: str) -> ResponseReturnValue:
    answer: Response = make_response(render_template("check_in/no_code.html", state=state), 404)
    return answer


def _told_twice(first: str, second: str, form: CreatingForm) -> ResponseReturnValue:
    """Show what this id stands for beside what was sent under it now."""
    page = {"first": first, "second": second, "form": form}
    return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
