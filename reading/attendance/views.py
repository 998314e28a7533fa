"""Pages of attendance: the roster, the hall's screen, check-in by link, and a course with its hours."""

import uuid
from typing import Any

import segno
from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from reading import clock
from reading.access import public, requires
from reading.attendance import actions, queries
from reading.attendance.forms import STATUS_NAMES, MarkForm, read_mark
from reading.attendance.rules import MOST_MARKS, MarkAnswer, MarkSent, check_in_window, marking_window
from reading.communities import queries as communities
from reading.errors import Refused
from reading.events import queries as events
from reading.events.actions import OtherContent
from reading.events.models import Event
from reading.events.rules import key_as_typed, key_in_groups
from reading.forms import ResidentForm
from reading.paths import next_or
from reading.people import queries as people

bp = Blueprint("attendance", __name__)


def _mine(event_id: uuid.UUID) -> Event:
    return events.events_for(people.signed_in(), "attendance.take").get(event_id) or abort(404)


@bp.get("/events/<uuid:event_id>/roster")
@requires("attendance.take")
def roster(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show who is expected and who came; with ``q``, also whom it may mean among those who live there."""
    event, account, now = _mine(event_id), people.signed_in(), clock.now()
    lines, text, wide = queries.roster(event), request.args.get("q", "").strip(), "wide" in request.args
    wider = queries.widest_place(event, account)
    top = wider if wide else event.community
    shown = queries.meant(event, account, text, lines, top) if text else lines
    opens, closes = marking_window(event.starts_at, event.ends_at)
    page = {"q": text, "top": top, "wider": wider, "lines": shown, "opens": opens, "now": now}
    page |= {"open": opens <= now <= closes, "counts": queries.counts(lines), "new_id": uuid.uuid4}
    return render_template("attendance/roster.html", event=event, **page)


@bp.post("/events/<uuid:event_id>/attendance")
@requires("attendance.take")
def mark(event_id: uuid.UUID) -> ResponseReturnValue:
    """Take marks of the roster: one from a form, or many as JSON, each answered by itself."""
    event = _mine(event_id)
    return _mark_many(event) if request.is_json else _mark_one(event)


def _mark_one(event: Event) -> ResponseReturnValue:
    form, back = MarkForm(request.form), url_for(".roster", event_id=event.id)
    if not form.validate():
        abort(400)
    answer = actions.mark(event.id, [form.sent()], people.signed_in())[0]
    if answer.kept is not None:
        return _told_twice(event, answer.kept, form)
    if not answer.kept_safe:
        raise Refused(answer.why, back=back)
    return redirect(f"{next_or(back)}#r-{form.resident_id}")


def _told_twice(event: Event, kept: tuple[uuid.UUID, str], form: MarkForm) -> ResponseReturnValue:
    """Show the mark an id stands for beside the one sent under it now."""
    first = _mark_words(event, *kept)
    second = _mark_words(event, form.resident_id, form.status.data)
    page = {"first": first, "second": second, "form": form, "new_id": uuid.uuid4()}
    return render_template("events/told_twice.html", **page), 409


def _mark_words(event: Event, resident_id: uuid.UUID, status: str) -> str:
    known = queries.markable(event, people.signed_in(), [resident_id])
    return f"{known[resident_id].name if known else '–'} · {STATUS_NAMES[status]}"


def _mark_many(event: Event) -> ResponseReturnValue:
    raw = _marks_sent()
    if len(raw) > MOST_MARKS:
        raise Refused(_("At most %(num)d marks can be sent at once.", num=MOST_MARKS), status=413)
    read = [read_mark(one) for one in raw]
    sound = [one for one in read if isinstance(one, MarkSent)]
    answered = iter(actions.mark(event.id, sound, people.signed_in()))
    answers = [next(answered) if isinstance(one, MarkSent) else one for one in read]
    status = 200 if not answers or any(answer.kept_safe for answer in answers) else 409
    counts = queries.counts(queries.roster(event))
    return jsonify(marks=[_as_json(answer) for answer in answers], counts=counts), status


def _marks_sent() -> list[Any]:
    """Return the list of marks in the JSON that came in; what is no such list is a bad request."""
    try:
        body = request.get_json()
    except RecursionError:  # Brackets within brackets, thousands deep: nobody's marks.
        abort(400)
    raw = body.get("marks") if isinstance(body, dict) else None
    return raw if isinstance(raw, list) else abort(400)


def _as_json(answer: MarkAnswer) -> dict[str, Any]:
    told: dict[str, Any] = {"id": answer.id, "result": answer.answer}
    if answer.why:
        told["why"] = answer.why
    if answer.kept is not None:
        told["kept"] = {"resident": str(answer.kept[0]), "status": answer.kept[1]}
    return told


@bp.get("/events/<uuid:event_id>/screen")
@requires("attendance.take")
def screen(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the hall the way to check in."""
    event = _mine(event_id)
    link = url_for(".arrive", key=event.check_in_key, _external=True)
    code = segno.make(link, error="m").svg_inline(omitsize=True, border=2)
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    page: dict[str, Any] = {
        "qr": Markup(code),
        "typed_at": url_for(".type_key", _external=True),
        "opens": opens,
    }
    words = {"key": key_in_groups(event.check_in_key), "present": queries.number_present(event_id)}
    page |= {"now": clock.now(), "over": clock.now() > closes}
    return render_template("attendance/screen.html", event=event, **page, **words)


@bp.get("/check-in")
@public
def type_key() -> ResponseReturnValue:
    """Say how to check in, and take a typed key to its page."""
    key = key_as_typed(request.args.get("code", ""))
    if key:
        return redirect(url_for(".arrive", key=key[:40]))
    return render_template("attendance/type_key.html", unknown=False)


@bp.get("/check-in/<key>")
@requires("own.records")
def arrive(key: str) -> ResponseReturnValue:
    """Show the event this key opens, and a button for each of the household who may be here."""
    event = events.event_for_key(key_as_typed(key))
    if event is None:
        return render_template("attendance/type_key.html", unknown=True), 404
    household = people.household(current_user.id)
    came = queries.came([one.id for one in household], event.id)
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    page = {"event": event, "household": household, "came": came, "opens": opens, "now": clock.now()}
    return render_template("attendance/check_in.html", closes=closes, new_id=uuid.uuid4, **page)


@bp.post("/check-in/<key>")
@requires("own.records")
def check_in(key: str) -> ResponseReturnValue:
    """Check somebody of the household in."""
    event, form = events.event_for_key(key_as_typed(key)) or abort(404), ResidentForm(request.form)
    if not form.validate():
        abort(400)
    account = people.signed_in()
    resident = people.own_resident(account, form.resident_id) or abort(404)
    try:
        actions.check_in(event.id, resident.id, form.record_id, account)
    except OtherContent as other:
        first = queries.in_words(other.kept)
        page = {"first": first, "second": f"{resident.name} · {event.title}", "form": form}
        return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
    return redirect(url_for(".arrive", key=event.check_in_key))


@bp.get("/courses/<uuid:course_id>")
@public
def course(course_id: uuid.UUID) -> ResponseReturnValue:
    """Show a course and its dates; to a household its hours, to staff of that place everybody's."""
    found = events.course(course_id) or abort(404)
    person = people.signed_in() if current_user.is_authenticated else None
    mine = person is not None and events.events_for(person).course(course_id) is not None
    household = people.household(person.id) if person else []
    enrolled = {one.resident_id: one for one in events.enrolments(course_id)}
    text = request.args.get("q", "").strip() if mine else ""
    beside = queries.named(person, text, found.community.path) if person and text else []
    page = {"household": household, "enrolled": enrolled, "plans": mine, "q": text, "beside": beside}
    hours = queries.hours_in_course(course_id) if person else {}
    page |= {"hours": hours, "now": clock.now(), "new_id": uuid.uuid4}
    names = communities.told_apart([found.community])
    return render_template("attendance/course.html", course=found, names=names, **page)
