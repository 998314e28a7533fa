"""The hall's screen, and the organizer's list of who is to be confirmed."""

import uuid

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from reading import clock
from reading.access import requires
from reading.attendance import actions as attendance
from reading.attendance.models import UNDONE, WAITING, Guest
from reading.attendance.rules import check_in_window, marking_window
from reading.check_in import queries
from reading.check_in.forms import ConfirmForm, DeclineForm
from reading.check_in.hall import hall_state
from reading.events import queries as events
from reading.events.models import Event
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold

bp = Blueprint("hall", __name__)


def _mine(event_id: uuid.UUID) -> Event:
    """Return the event whose attendance one may take now; others are not found."""
    event, now = events.event(event_id) or abort(404), clock.now()
    right = attendance.right_to_take(event, people.signed_in(), now)
    return event if right and right.holds(now) else abort(404)


@bp.get("/events/<uuid:event_id>/screen")
@requires("attendance.help")
def screen(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the hall the way to check in, how many are here, and who came last."""
    event = _mine(event_id)
    state = hall_state(event, clock.now())
    opens, _closes = check_in_window(event.starts_at, event.ends_at)
    typed_at = url_for("codes.choose", _external=True).split("://")[1]
    page = {"state": state, "qr": Markup(state.svg), "typed_at": typed_at, "opens": opens, "now": clock.now()}
    return render_template("check_in/screen.html", event=event, **page)


@bp.get("/events/<uuid:event_id>/screen/state")
@requires("attendance.help")
def state(event_id: uuid.UUID) -> ResponseReturnValue:
    """Tell the screen's script what to show now."""
    answer = make_response(jsonify(hall_state(_mine(event_id), clock.now()).as_json()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/events/<uuid:event_id>/guests")
@requires("attendance.help")
def guests(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show who told on their own phone that they are here, and whom they may be."""
    return _guests_page(_mine(event_id))


@bp.post("/events/<uuid:event_id>/guests/<uuid:guest_id>/confirmation")
@requires("attendance.help")
def confirm(event_id: uuid.UUID, guest_id: uuid.UUID) -> ResponseReturnValue:
    """Say that somebody came, as a resident or by name only."""
    event, form = _mine(event_id), ConfirmForm(request.form)
    guest, account = _claim(event, guest_id), people.signed_in()
    if not form.validate():
        abort(400)
    may_be = [one.resident.id for one in queries.candidates(event, [guest], account)[guest.id]]
    if guest.status == WAITING and form.resident_id not in (None, *may_be):
        abort(404)
    kept = attendance.confirm_guest(guest.id, form.record_id, account, form.resident_id)
    return _decided(event, kept)


@bp.post("/events/<uuid:event_id>/guests/<uuid:guest_id>/refusal")
@requires("attendance.help")
def decline(event_id: uuid.UUID, guest_id: uuid.UUID) -> ResponseReturnValue:
    """Say that somebody is not here, and why."""
    event, form = _mine(event_id), DeclineForm(request.form)
    guest = _claim(event, guest_id)
    if not form.validate():
        return _guests_page(event, guest.id, form)
    kept = attendance.decline_guest(guest.id, form.record_id, people.signed_in(), form.reason.data or "")
    return _decided(event, kept)


def _claim(event: Event, guest_id: uuid.UUID) -> Guest:
    return next((one for one in queries.claims(event.id) if one.id == guest_id), None) or abort(404)


def _decided(event: Event, guest: Guest) -> ResponseReturnValue:
    """Say what stands now: who decided first, decided."""
    not_here = _("%(name)s is not noted as here.", name=guest.name)
    flash(not_here if guest.status == UNDONE else _("%(name)s is noted as here.", name=guest.name), "success")
    return redirect(url_for(".guests", event_id=event.id))


def _guests_page(
    event: Event, of: uuid.UUID | None = None, form: DeclineForm | None = None
) -> ResponseReturnValue:
    """Show the claims; ``form`` is what was sent about the claim ``of`` and could not be taken."""
    claims = queries.claims(event.id)
    waiting = [one for one in claims if one.status == WAITING]
    may_be = queries.candidates(event, waiting, people.signed_in())
    decided = [one for one in claims if one.status != WAITING]
    page = {"event": event, "waiting": waiting, "may_be": may_be, "decided": decided, "of": of}
    page |= {"own": OwnHousehold(people.signed_in().id)}
    page |= {"closed": clock.now() > marking_window(event.starts_at, event.ends_at)[1]}
    page |= {"reasons": queries.reasons(one.id for one in decided), "f": form, "new_id": uuid.uuid4}
    return render_template("check_in/guests.html", **page), 400 if form else 200
