"""Pages for cards at the door: look at one, and note that its holder came; the scanner's script asks here too."""

import uuid

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reading import clock
from reading.access import requires
from reading.attendance import actions
from reading.attendance.card_forms import CardForm
from reading.attendance.models import CAME, PRESENT
from reading.attendance.refusals import Refusal
from reading.attendance.rights import right_to_take
from reading.attendance.rules import MarkSent
from reading.attendance.scanning import Seen, look_at
from reading.errors import Refused, wants_json
from reading.events import queries as events
from reading.events.models import Event
from reading.people import queries as people

bp = Blueprint("scanning", __name__)


def _taken_now(event_id: uuid.UUID) -> Event:
    """Return the event if the account takes its attendance now; who did so once is shown nobody any more."""
    event, now = events.event(event_id) or abort(404), clock.now()
    right = right_to_take(event, people.signed_in(), now)
    return event if right and right.holds(now) else abort(404)


@bp.get("/events/<uuid:event_id>/card")
@requires("attendance.help")
def look(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show whose card it is and whether they are here; nothing is written."""
    event, form = _taken_now(event_id), CardForm(MultiDict({"card": request.args.get("card", "")}))
    seen = look_at(event, people.signed_in(), form.card.data) if form.card.data and form.validate() else None
    if wants_json():
        return _as_json(seen)
    return _page(event, form, seen)


def _page(event: Event, form: CardForm, seen: Seen | Refusal | None = None) -> ResponseReturnValue:
    person, refusal = (seen, None) if isinstance(seen, Seen) else (None, seen)
    page = {"event": event, "f": form, "person": person, "refusal": refusal, "came": CAME}
    return render_template("attendance/card.html", **page), 400 if form.errors else 200


def _as_json(seen: Seen | Refusal | None) -> ResponseReturnValue:
    if isinstance(seen, Seen):
        return jsonify(person=seen.as_json())
    return jsonify(code=seen.code, why=seen.why) if seen else abort(400)


@bp.post("/events/<uuid:event_id>/card")
@requires("attendance.help")
def note(event_id: uuid.UUID) -> ResponseReturnValue:
    """Note that the holder of a card came, and go on to the next card."""
    event, form, account = _taken_now(event_id), CardForm(request.form), people.signed_in()
    if not form.validate():
        return _page(event, form)
    sent = MarkSent(form.record_id, None, PRESENT, card=form.card.data)
    answer, here = actions.mark(event.id, [sent], account)[0], url_for(".look", event_id=event.id)
    if not answer.kept_safe:
        raise Refused(answer.why, back=here)
    seen = look_at(event, account, form.card.data)
    flash(_("%(name)s is here.", name=seen.name if isinstance(seen, Seen) else ""), "success")
    return redirect(here)
