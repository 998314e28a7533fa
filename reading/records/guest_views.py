"""Who a guest turned out to be: saying it, and taking it back."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading.access import requires
from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import Guest
from reading.errors import Refused
from reading.events import queries as events
from reading.events.models import Event
from reading.meanwhile import Changed, Fields, reopened
from reading.people import queries as people
from reading.people.models import Resident
from reading.records import person_queries
from reading.records.forms import MatchingForm

bp = Blueprint("guests", __name__)


def _mine(event_id: uuid.UUID) -> Event:
    return events.events_for(people.signed_in(), "attendance.take").get(event_id) or abort(404)


def _guest(event: Event, guest_id: uuid.UUID) -> Guest:
    found = person_queries.person(event, guest_id)
    return (found.guest if found else None) or abort(404)


@bp.post("/events/<uuid:event_id>/record/<uuid:person_id>/resident")
@requires("attendance.take")
def match(event_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Say which resident a guest is: the marks are theirs from now on."""
    event, form = _mine(event_id), MatchingForm(request.form)
    guest = _guest(event, person_id)
    resident_id = (form.resident_id if form.validate() else None) or abort(400)
    found = rosters.markable(event, people.signed_in(), [resident_id])
    return _say(event, guest, found.get(resident_id) or abort(404), form)


@bp.post("/events/<uuid:event_id>/record/<uuid:person_id>/resident/removal")
@requires("attendance.take")
def unmatch(event_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Say that a guest is nobody known after all."""
    event, form = _mine(event_id), MatchingForm(request.form)
    return _say(event, _guest(event, person_id), None, form) if form.validate() else abort(400)


def _say(event: Event, guest: Guest, resident: Resident | None, form: MatchingForm) -> ResponseReturnValue:
    account, guest_id = people.signed_in(), guest.id
    meant = resident.id if resident else None
    try:
        kept = attendance.match_guest(guest_id, meant, account, form.record_id, form.seen.data)
    except Changed as other:
        return _changed(event, _guest(event, guest_id), resident, form, other.fields)
    except Refused as refused:
        refused.back = url_for("records.person", event_id=event.id, person_id=guest_id)
        raise
    _tell(kept)
    return redirect(url_for("records.person", event_id=event.id, person_id=kept.resident_id or guest_id))


def _tell(guest: Guest) -> None:
    """Say what stands now: what this form said, or what somebody said since it was sent first."""
    # Only the id is what was saved: the resident loaded beside it may still be who the guest was before.
    if guest.resident_id is None:
        flash(_("%(guest)s is a guest by name again.", guest=guest.name), "success")
        return
    name = rosters.residents([guest.resident_id])[guest.resident_id].name
    flash(_("%(guest)s is %(name)s: the attendance is theirs.", guest=guest.name, name=name), "success")


def _changed(
    event: Event, guest: Guest, resident: Resident | None, form: MatchingForm, now: Fields
) -> ResponseReturnValue:
    """Show who the guest is by now beside who was meant; one tap saves that."""
    again = reopened(form, MatchingForm, now)
    # What was refused may stand under its id.
    again.id.data, again.resident.data = str(uuid.uuid4()), str(resident.id) if resident else ""
    meant = person_queries.name_for(people.signed_in(), event, resident) if resident else None
    standing = person_queries.person(event, guest.resident_id or guest.id) or abort(404)
    said = [one for one in standing.said if one.guest_id == guest.id][-1:]
    page = {"guest": guest, "standing": standing, "said": said, "meant": meant, "form": again}
    return render_template("records/who.html", event=event, **page), 409
