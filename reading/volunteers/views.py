"""Pages of helping: who helps at an event, one's own hours, and the hours of a place."""

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reading import clock
from reading.access import requires
from reading.audit import actions as audit
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events import queries as events
from reading.events.actions import OtherContent
from reading.events.models import Event
from reading.forms import ResidentForm
from reading.meanwhile import Changed, Fields
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.people.member_queries import Member, members
from reading.people.models import Resident
from reading.people.rules import is_minor
from reading.points.rules import month_key
from reading.tables import Table, csv_file, download, xlsx
from reading.volunteers import actions, queries
from reading.volunteers.exports import tables_of
from reading.volunteers.forms import HoursForm, SpanForm, hours_as_sent, hours_form
from reading.volunteers.models import Helper
from reading.volunteers.rules import (
    hours_words,
    trouble_with_helping,
    trouble_with_hours,
    trouble_with_writing_in,
    usual_minutes,
    written_in_until,
)

bp = Blueprint("volunteers", __name__)


@bp.get("/events/<uuid:event_id>/helpers")
@requires("own.records")
def index(event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the household who can help at an event; show staff of its place who does, and for how long they did."""
    event = events.event(event_id) or abort(404)
    return _page(event, _hours_form(event) if _plans(event) else None)


def _plans(event: Event) -> bool:
    return events.events_for(people.signed_in()).get(event.id) is not None


def _page(event: Event, form: HoursForm | None, status: int = 200) -> ResponseReturnValue:
    helpers, now = queries.helpers_at(event.id), clock.now()
    page: dict[str, Any] = {
        "helpers": helpers,
        "helps": {one.resident_id: one for one in helpers},
        "now": now,
    }
    page |= {"closed": trouble_with_helping(event.ends_at, event.cancelled_at, now), **_for_reader(event)}
    page |= {"form": form, "hours": hours_words, "new_id": uuid.uuid4}
    page |= _for_staff(event) if form is not None else {}
    return render_template("volunteers/index.html", event=event, **page), status


def _for_reader(event: Event) -> dict[str, Any]:
    """Return who of the reader's household may help, and whether the reader takes the attendance."""
    account = people.signed_in()
    named = queries.named_helper(event.id, account.id)
    takes = named is not None and queries.may_take(named, clock.now())
    adults = list(filter(_is_adult, members(account.id)))
    return {
        "own": OwnHousehold(account.id),
        "adults": adults,
        "takes": takes,
        "ends": queries.evening_of(event)[1],
    }


def _for_staff(event: Event) -> dict[str, Any]:
    """Return what staff see beside: what was written down before, and whom they may sign up."""
    text = request.args.get("q", "").strip()
    found = queries.beside(event, people.signed_in(), text) if text else []
    beside = [one for one in found if _is_adult(one.resident)]
    page: dict[str, Any] = {"q": text, "beside": beside, "told": queries.told_hours(event.id)}
    writing_in = trouble_with_writing_in(event.ends_at, event.cancelled_at, clock.now()) is None
    page |= {"writing_in": writing_in, "until": written_in_until(event.ends_at)}
    no_hours = trouble_with_hours(event.starts_at, event.cancelled_at, clock.now())
    return {**page, "no_hours": no_hours, "month": month_key(clock.city_date(event.starts_at))}


def _is_adult(one: Resident | Member) -> bool:
    return not is_minor(one.relation, one.born_on, clock.today())


def _hours_form(event: Event, sent: Any = None) -> HoursForm:
    """Return the form of the event's hours; of one's own household it has those that were sent all the same."""
    own = OwnHousehold(people.signed_in().id)
    listed = [
        (one.id, one.resident.name, one.minutes)
        for one in queries.helpers_at(event.id)
        if not own.holds(one.resident) or str(one.id) in (sent or {})
    ]
    return hours_form(sent, listed, usual_minutes(event.starts_at, event.ends_at))


@bp.post("/events/<uuid:event_id>/helpers")
@requires("own.records")
def sign_up(event_id: uuid.UUID) -> ResponseReturnValue:
    """Sign somebody up to help."""
    event, form, by = events.event(event_id) or abort(404), ResidentForm(request.form), people.signed_in()
    if not form.validate():
        abort(400)
    resident = events.resident_to_sign_up(by, event.community, form.resident_id) or abort(404)
    try:
        helper = actions.sign_up(event_id, resident.id, form.record_id, by.id, is_staff=_plans(event))
    except OtherContent as other:
        page = {"first": _in_words(other.kept), "second": f"{resident.name} · {event.title}", "form": form}
        return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
    return _signed_up(helper)


def _signed_up(helper: Helper) -> ResponseReturnValue:
    who, over = helper.resident.name, helper.event.ends_at <= clock.now()
    helped = _("%(name)s helped: it is written down. Say below for how long.", name=who)
    flash(helped if over else _("%(name)s helps. Thank you!", name=who), "success")
    return redirect(url_for(".index", event_id=helper.event_id))


def _in_words(helper: Helper) -> str:
    return f"{helper.resident.name} · {helper.event.title}"


@bp.post("/events/<uuid:event_id>/helpers/<uuid:helper_id>/removal")
@requires("own.records")
def give_up(event_id: uuid.UUID, helper_id: uuid.UUID) -> ResponseReturnValue:
    """Let a helper of one's household, or of one's own event, off."""
    event, helper = events.event(event_id) or abort(404), queries.helper(event_id, helper_id) or abort(404)
    events.resident_to_sign_up(people.signed_in(), event.community, helper.resident_id) or abort(404)
    actions.give_up(event_id, helper_id)
    flash(_("%(name)s no longer helps here.", name=helper.resident.name), "success")
    return redirect(url_for(".index", event_id=event_id))


def _mine(event_id: uuid.UUID) -> Event:
    return events.events_for(people.signed_in()).get(event_id) or abort(404)


@bp.post("/events/<uuid:event_id>/helpers/hours")
@requires("events.plan")
def set_hours(event_id: uuid.UUID) -> ResponseReturnValue:
    """Write down how long each helped."""
    event = _mine(event_id)
    form = _hours_form(event, request.form)
    if not form.validate():
        return _page(event, form, 400)
    told = {"seen": form.seen.data, "touched": form.touched()}
    try:
        actions.set_hours(event_id, form.minutes(), people.signed_in(), **told)
    except Changed as other:
        return _page(event, _reopened(event, form, other.fields), 409)
    flash(_("Saved."), "success")
    return redirect(url_for(".index", event_id=event_id))


def _reopened(event: Event, form: HoursForm, told: Fields) -> HoursForm:
    """Return the form as it was sent, opened on what stands now; ``told`` is what others wrote where its writer did."""
    now = {str(one.id): one.minutes for one in queries.helpers_at(event.id) if str(one.id) in form}
    again = _hours_form(event, MultiDict(hours_as_sent(form, now)))
    others = [(one.label.text, hours_words(told[one.name])) for one in again if one.name in told]
    again.news = tuple((name, _("%(num)s hours", num=hours)) for name, hours in others)
    again.changed_meanwhile = True
    return again


@bp.post("/events/<uuid:event_id>/helpers/<uuid:helper_id>/naming")
@requires("events.plan")
def name(event_id: uuid.UUID, helper_id: uuid.UUID) -> ResponseReturnValue:
    """Let a helper take this one event's attendance, on its day only."""
    _mine(event_id)
    queries.helper(event_id, helper_id) or abort(404)
    named = actions.name(event_id, helper_id, people.signed_in().id)
    who = named.resident.name
    flash(_("%(name)s may take the attendance of this event, on its day only.", name=who), "success")
    return redirect(url_for(".index", event_id=event_id))


@bp.post("/events/<uuid:event_id>/helpers/<uuid:helper_id>/naming/ending")
@requires("events.plan")
def end_naming(event_id: uuid.UUID, helper_id: uuid.UUID) -> ResponseReturnValue:
    """Take the right to take attendance back."""
    _mine(event_id)
    queries.helper(event_id, helper_id) or abort(404)
    helper = actions.end_naming(event_id, helper_id)
    flash(_("%(name)s takes attendance no longer.", name=helper.resident.name), "success")
    return redirect(url_for(".index", event_id=event_id))


@bp.get("/me/helping")
@requires("own.records")
def own() -> ResponseReturnValue:
    """Show where one's household helps, and for how long it did."""
    sums = queries.hours_of(people.household(people.signed_in().id))
    return render_template("volunteers/own.html", sums=sums, hours=hours_words, now=clock.now())


@bp.get("/volunteers")
@requires("events.plan")
def hours() -> ResponseReturnValue:
    """Show who helped how long at the events of a place."""
    form = _span_form()
    sums = _sums(form) if form.validate() else []
    page = {"form": form, "sums": sums, "hours": hours_words}
    return render_template("volunteers/hours.html", **page), 400 if form.errors else 200


@bp.get("/volunteers.xlsx")
@requires("events.plan")
def hours_xlsx() -> ResponseReturnValue:
    """Return the hours as a workbook: a sheet of the sums, a sheet of every time."""
    form = _span_form()
    if not form.validate():
        abort(400)
    return download(xlsx(*_tables(form)), _file_name(form), "xlsx")


@bp.get("/volunteers.csv")
@requires("events.plan")
def hours_csv() -> ResponseReturnValue:
    """Return the hours as CSV: every time somebody helped."""
    form = _span_form()
    if not form.validate():
        abort(400)
    return download(csv_file(_tables(form)[1]), _file_name(form), "csv")


def _span_form() -> SpanForm:
    """Return the form with what the address asks for; this month, in the first place of one's reach, unless told."""
    account, month = people.signed_in(), month_key(clock.today())
    nodes = events.events_for(account).places()
    usual = {"community": account.roles[0].community_id, "since": month, "until": month}
    form = SpanForm(MultiDict({**usual, **request.args.to_dict()}))
    return form.offer((node.code, node.short_name, (node.parent or node).short_name) for node in nodes)


def _span(form: SpanForm) -> tuple[Community, datetime, datetime]:
    found, span = communities.get(form.community.data) or abort(404), form.span()
    return found, clock.city_day_span(span[0])[0], clock.city_day_span(span[1])[0]


def _sums(form: SpanForm) -> list[queries.Sum]:
    return queries.hours_at(*_span(form))


def _tables(form: SpanForm) -> tuple[Table, Table]:
    place, months = _span(form)[0], (form.since.data, form.until.data)
    audit.tells(place.code, month="–".join(dict.fromkeys(months)))
    return tables_of(_sums(form), communities.full_label(place), months, people.signed_in().name, clock.now())


def _file_name(form: SpanForm) -> str:
    return f"volunteers-{form.community.data}-{form.since.data}-{form.until.data}"
