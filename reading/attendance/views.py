"""Pages of attendance: the roster, and what comes from it."""

import uuid
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin

from reading import clock
from reading.access import requires
from reading.account_tag import unsent
from reading.attendance import actions, phone, queries, sync
from reading.attendance.forms import (
    STATUS_NAMES,
    Batch,
    HeadcountForm,
    MarkForm,
    WalkInForm,
    as_pressed,
    read_batch,
)
from reading.attendance.rights import PERMISSION, right_to_take
from reading.attendance.rules import marking_window
from reading.errors import Refused
from reading.events import queries as events
from reading.events.actions import OtherContent
from reading.events.models import Event
from reading.paths import next_or
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold

bp = Blueprint("attendance", __name__)
bp.add_app_template_global(queries.number_here, "number_here")


def _taking(event_id: uuid.UUID, *, opening: bool = True) -> Event:
    """Return the event whose attendance the account takes; a right that has ended sends, and opens no page."""
    event, now = events.event(event_id) or abort(404), clock.now()
    right = right_to_take(event, people.signed_in(), now)
    return event if right and (right.holds(now) or not opening) else abort(404)


@bp.get("/events/<uuid:event_id>/roster")
@requires("attendance.help")
def roster(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show who is expected and who came; with ``q``, also whom it may mean among those who live there."""
    event, account = _taking(event_id, opening=False), people.signed_in()
    right = right_to_take(event, account, clock.now())
    if right and right.holds(clock.now()):
        return _roster_page(event)
    # What this phone kept while the right held is sent from here; nobody else's name is shown.
    forms = {"walk_in": WalkInForm(), "heads": HeadcountForm()}
    page = {"current_account": AnonymousUserMixin(), **forms}
    return render_template("attendance/shell.html", **page) if unsent(account.id) else abort(404)


def _roster_page(event: Event, **forms: Any) -> ResponseReturnValue:
    account, now, asked = people.signed_in(), clock.now(), request.args
    lines, text = queries.roster(event), asked.get("q", "").strip()
    wider = queries.widest_place(event, account)
    top = wider if "wide" in asked else event.community
    shown = queries.meant(event, account, text, lines, top) if text else lines
    opens, closes = marking_window(event.starts_at, event.ends_at)
    page = {"q": text, "top": top, "wider": wider, "lines": shown, "opens": opens, "now": now}
    page |= {"open": opens <= now <= closes, "counts": queries.counts(lines), "new_id": uuid.uuid4}
    page |= {"guests": queries.guests(event.id), "headcount": queries.headcount(event.id)}
    page |= {"own": OwnHousehold(account.id), "by_role": events.events_for(account, PERMISSION).covers(event)}
    page |= {"walk_in": WalkInForm(), "heads": HeadcountForm(), **forms}
    return render_template("attendance/roster.html", event=event, **page), 400 if forms else 200


@bp.get("/events/<uuid:event_id>/roster.json")
@requires("attendance.help")
def roster_data(event_id: uuid.UUID) -> ResponseReturnValue:
    """Give a phone the roster to keep."""
    return jsonify(phone.roster(_taking(event_id), people.signed_in()))


@bp.post("/events/<uuid:event_id>/attendance")
@requires("attendance.help")
def mark(event_id: uuid.UUID) -> ResponseReturnValue:
    """Take marks of the roster: one from a form, or many as JSON, each answered by itself."""
    event = _taking(event_id, opening=False)
    if request.is_json:
        told, status = sync.take(event, _batch_sent(), people.signed_in())
        return jsonify(told), status
    return _walk_in(event) if "name" in request.form else _mark_one(event)


def _walk_in(event: Event) -> ResponseReturnValue:
    form = WalkInForm(request.form)
    if not form.validate():
        return _roster_page(event, walk_in=form)
    answer = actions.mark(event.id, [form.sent()], people.signed_in())[0]
    if answer.kept is not None:
        page = {"first": _mark_words(event, *answer.kept), "second": form.name.data, "new_id": uuid.uuid4()}
        return render_template("events/told_twice.html", form=WalkInForm(name=form.name.data), **page), 409
    if not answer.kept_safe:
        raise Refused(answer.why, back=url_for(".roster", event_id=event.id))
    return redirect(url_for(".roster", event_id=event.id, _anchor=f"g-{form.guest.data}"))


def _mark_one(event: Event) -> ResponseReturnValue:
    form, back = MarkForm(as_pressed(request.form)), url_for(".roster", event_id=event.id)
    if not form.validate():
        abort(400)
    sent = form.sent()
    answer = actions.mark(event.id, [sent], people.signed_in())[0]
    if answer.kept is not None:
        return _told_twice(event, _mark_words(event, *answer.kept, answer.kept_reason), form)
    if answer.code == "reason_needed":
        return render_template("attendance/reason.html", event=event, form=form, new_id=uuid.uuid4()), 400
    if not answer.kept_safe:
        raise Refused(answer.why, back=back)
    return redirect(f"{next_or(back)}#{'g' if sent.guest_id else 'r'}-{sent.guest_id or sent.resident_id}")


def _told_twice(event: Event, first: str, form: MarkForm) -> ResponseReturnValue:
    """Show the mark an id stands for beside the one sent under it now."""
    sent = form.sent()
    person = sent.resident_id or sent.guest_id or uuid.UUID(int=0)
    second = _mark_words(event, person, sent.status, sent.reason)
    page = {"first": first, "second": second, "new_id": uuid.uuid4()}
    return render_template("events/told_twice.html", form=form, **page), 409


def _mark_words(event: Event, person_id: uuid.UUID, status: str, reason: str = "") -> str:
    known: dict[uuid.UUID, Any] = {one.id: one for one in queries.guests(event.id)}
    known |= queries.markable(event, people.signed_in(), [person_id])
    name = known[person_id].name if person_id in known else "–"
    return " · ".join(filter(None, (name, str(STATUS_NAMES[status]), reason)))


def _batch_sent() -> Batch:
    """Return what a phone sent; what is no such thing is a bad request."""
    batch = read_batch(request.get_json())
    return abort(400) if batch is None else batch


@bp.post("/events/<uuid:event_id>/headcount")
@requires("attendance.help")
def count_heads(event_id: uuid.UUID) -> ResponseReturnValue:
    """Note how many heads there are in the hall."""
    event, form = _taking(event_id), HeadcountForm(request.form)
    if not form.validate():
        return _roster_page(event, heads=form)
    back = url_for(".roster", event_id=event.id, _anchor="heads")
    try:
        actions.count_heads(event.id, form.record_id, form.number.data or 0, None, people.signed_in())
    except OtherContent as other:
        page = {"first": str(other.kept.number), "second": str(form.number.data), "form": form}
        return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
    except Refused as refused:
        raise Refused(refused.message, back=back) from refused
    return redirect(back)
