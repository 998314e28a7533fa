"""Pages of one event's record: its figures, one person's history, corrections, guests, and files."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock, tables
from reading.access import requires
from reading.attendance import queries as rosters
from reading.attendance.rules import MarkAnswer, marking_window
from reading.events import queries as events
from reading.events.models import Event
from reading.meanwhile import Changed, opened, reopened
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.records import actions, files, person_queries, queries
from reading.records.forms import CorrectionForm
from reading.records.words import FLAG_WORDS, METHOD_WORDS, STATUS_WORDS

bp = Blueprint("records", __name__)
WORDS = {"statuses": STATUS_WORDS, "methods": METHOD_WORDS, "flag_words": FLAG_WORDS}


def _mine(event_id: uuid.UUID) -> Event:
    return events.events_for(people.signed_in(), "attendance.take").get(event_id) or abort(404)


def _person(event: Event, person_id: uuid.UUID) -> person_queries.Person:
    """Return who has this id in the record, or had it: who was merged into another record stands there."""
    found = person_queries.person(event, person_id)
    onward = person_id if found else people.standing_for([person_id])[person_id]
    if onward != person_id:
        found = person_queries.person(event, onward)
    return found or abort(404)


def _going_on(event: Event, person_id: uuid.UUID) -> person_queries.Person:
    """Return the person as they stand now: as the resident, if that is who a guest turned out to be meanwhile."""
    found = _person(event, person_id)
    return _person(event, found.matched_id) if found.matched_id else found


@bp.get("/events/<uuid:event_id>/record")
@requires("attendance.take")
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the record of an event."""
    event = _mine(event_id)
    record = queries.record(event)
    page = {"rows": files.figures_rows(record), "hours_of": files.hours_of, "made_at": clock.now()}
    return render_template("records/record.html", event=event, record=record, **page, **WORDS)


@bp.get("/events/<uuid:event_id>/record.xlsx")
@requires("attendance.take")
def workbook(event_id: uuid.UUID) -> Response:
    """Hand out the record as a workbook: who came, figures, history; and who guests were said to be, if anybody."""
    event, by = _mine(event_id), people.signed_in().name
    record = queries.record(event)
    sheets = (files.list_table(record, by), files.figures_table(record, by))
    history, said = files.history_table(event, queries.history(event), by), person_queries.said_at(event)
    guests = [files.guests_table(event, said, by)] if said else []
    return tables.download(tables.xlsx(*sheets, history, *guests), _name("record", event), "xlsx")


@bp.get("/events/<uuid:event_id>/attendance.csv")
@requires("attendance.take")
def attendance_list(event_id: uuid.UUID) -> Response:
    """Hand out who came as CSV."""
    event = _mine(event_id)
    table = files.list_table(queries.record(event), people.signed_in().name)
    return tables.download(tables.csv_file(table), _name("attendance", event), "csv")


@bp.get("/events/<uuid:event_id>/record.csv")
@requires("attendance.take")
def history(event_id: uuid.UUID) -> Response:
    """Hand out every mark of the event as CSV."""
    event = _mine(event_id)
    table = files.history_table(event, queries.history(event), people.signed_in().name)
    return tables.download(tables.csv_file(table), _name("record", event), "csv")


def _name(what: str, event: Event) -> str:
    return f"{what}-{clock.city_date(event.starts_at).isoformat()}"


@bp.get("/events/<uuid:event_id>/record/<uuid:person_id>")
@requires("attendance.take")
def person(event_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Show somebody's whole history at the event; a guest can be matched with a resident."""
    event = _mine(event_id)
    found = _person(event, person_id)
    onward = found.matched_id or found.id
    if onward != person_id:
        return redirect(url_for(".person", event_id=event_id, person_id=onward))
    return _page_of(event, found, CorrectionForm(data=opened(found.fields)))


def _page_of(
    event: Event, person: person_queries.Person, form: CorrectionForm, status: int = 200, **told: Any
) -> ResponseReturnValue:
    account, text = people.signed_in(), request.args.get("q", "").strip()
    top = rosters.widest_place(event, account)
    found = rosters.meant(event, account, text, [], top) if text and person.guest else []
    page = {"q": text, "top": top, "found": found, "own": person_queries.is_own(person, account)}
    _opens, closes = marking_window(event.starts_at, event.ends_at)
    closed = clock.now() > closes
    # What a form that says who a guest is has seen: that they are this resident, or nobody known.
    seen = opened({"resident": person.resident.id if person.resident else None})["seen"]
    page |= {"seen": seen, "new_id": uuid.uuid4, "household": OwnHousehold(account.id)}
    form.offer(person.corrections(closed=closed or event.cancelled_at is not None))
    page |= {"closes": closes if closed else None}
    return render_template(
        "records/person.html", event=event, person=person, form=form, **page, **told, **WORDS
    ), status


@bp.post("/events/<uuid:event_id>/record/<uuid:person_id>")
@requires("attendance.take")
def correct(event_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Correct what stands of somebody, with a reason."""
    event, form = _mine(event_id), CorrectionForm(request.form)
    person = _person(event, person_id)
    if not form.validate():
        return _page_of(event, person, form, 400)
    sent = (form.status.data, form.reason.data, form.record_id, people.signed_in(), form.seen.data)
    try:
        return _answered(event, person, actions.correct(event, person, *sent), form)
    except Changed as other:
        return _page_of(event, _going_on(event, person_id), _reopened(form, other.fields["status"]), 409)


def _reopened(form: CorrectionForm, status: str) -> CorrectionForm:
    again = reopened(form, CorrectionForm, {"status": status})
    # The form asks what is right; what stands need not be.
    again.news = ((_("Mark"), str(STATUS_WORDS[status])),)
    return again


def _answered(
    event: Event, person: person_queries.Person, answer: MarkAnswer, form: CorrectionForm
) -> ResponseReturnValue:
    if answer.kept is not None:
        # What was saved is shown; whatever else stands by the time the second is sent is told then.
        form.seen.data = opened({"status": answer.kept[1]})["seen"]
        first = _in_words(answer.kept[1], answer.kept_reason)
        page = {"first": first, "second": _in_words(form.status.data, form.reason.data), "form": form}
        return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
    if not answer.kept_safe:
        return _not_taken(event, person, answer, form)
    flash(_("Corrected. What was there before stays in the history."), "success")
    return redirect(url_for(".person", event_id=event.id, person_id=person.id))


def _not_taken(
    event: Event, person: person_queries.Person, answer: MarkAnswer, form: CorrectionForm
) -> ResponseReturnValue:
    """Show the form as it was sent, saying why; what was refused stands under its id, so the next has another."""
    form.id.data = str(uuid.uuid4())
    remedy = None
    if answer.code == "withdrawn" and person.resident is not None:
        remedy = consents.refusal(person.resident.id, people.signed_in().id).remedy
    return _page_of(event, _going_on(event, person.id), form, 409, why=answer.why, remedy=remedy)


def _in_words(status: str, reason: str) -> str:
    return " · ".join(filter(None, (str(STATUS_WORDS[status]), reason)))
