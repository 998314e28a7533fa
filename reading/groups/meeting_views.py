"""Pages of a study group's meetings, for who runs the group."""

import uuid
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import requires
from reading.events import actions as events
from reading.events.actions import OtherContent, Unfit
from reading.events.models import Event
from reading.events.queries import seat_counts
from reading.events.rules import again
from reading.forms import Form, parse_uuid
from reading.groups import actions, meeting_actions, queries
from reading.groups.forms import MeetingForm, NewDateForm, ReasonForm
from reading.groups.models import StudyGroup
from reading.meanwhile import Changed, ChangingForm, opened, reopened
from reading.people import queries as people
from reading.people.answers import done, sent

bp = Blueprint("meetings", __name__)


def _group(group_id: uuid.UUID) -> StudyGroup:
    return queries.run_by(people.signed_in(), group_id) or abort(404)


def _meeting(group: StudyGroup, event_id: uuid.UUID) -> Event:
    return queries.meeting(group.id, event_id) or abort(404)


@bp.route("/groups/<uuid:group_id>/meetings/new", methods=["GET", "POST"])
@requires("own.records")
def plan(group_id: uuid.UUID) -> ResponseReturnValue:
    """Plan a meeting; every member stands on its roster."""
    group = _group(group_id)
    actions.refuse_if_ended(group)
    form = MeetingForm(sent(), data=_begun_with(group))
    if request.method == "GET" or not form.validate():
        return _form_page("groups/meeting.html", group, form)
    try:
        meeting_actions.plan_meeting(group_id, form.record_id, form.plan(group), people.signed_in())
    except Unfit as refusal:
        return _form_page("groups/meeting.html", group, _saying(form, refusal))
    except OtherContent:
        actions.refuse_used(request.path)
    return done("groups.show", _("The meeting was planned."), group_id=group_id)


def _begun_with(group: StudyGroup) -> dict[str, Any]:
    """Return what the form begins with: like one of the group's meetings the next such time, else only a name."""
    if "like" not in request.args:
        return {"title": group.name}
    like = parse_uuid(request.args["like"]) or abort(404)
    return again(_meeting(group, like).fields, clock.city_time(clock.now()))


@bp.route("/groups/<uuid:group_id>/meetings/<uuid:event_id>", methods=["GET", "POST"])
@requires("own.records")
def move(group_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    """Another time or place for a meeting; or none at all."""
    group = _group(group_id)
    event = _meeting(group, event_id)
    events.refuse_if_cancelled(event)
    form = NewDateForm(sent(), data=opened(event.when_and_where))
    if request.method == "GET" or not form.validate():
        return _form_page("groups/meeting_change.html", group, form, event)
    try:
        events.move(event_id, form.to(), people.signed_in().id, form.seen.data)
    except (Unfit, Changed) as refusal:
        return _form_page("groups/meeting_change.html", group, _told(form, refusal), event)
    return done(
        "groups.show", _("The change was saved. Everybody who means to come is told."), group_id=group_id
    )


@bp.get("/groups/<uuid:group_id>/meetings/<uuid:event_id>/cancellation")
@requires("own.records")
def ask_to_cancel(group_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether the meeting shall really be cancelled, and why."""
    group = _group(group_id)
    return _asking(group, _meeting(group, event_id), ReasonForm())


@bp.post("/groups/<uuid:group_id>/meetings/<uuid:event_id>/cancellation")
@requires("own.records")
def cancel(group_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel a meeting; everybody who meant to come is told."""
    group, form = _group(group_id), ReasonForm(request.form)
    event = _meeting(group, event_id)
    if not form.validate():
        return _asking(group, event, form)
    events.cancel(event_id, form.reason.data or "", people.signed_in().id)
    return done(
        "groups.show", _("The meeting was cancelled. Everybody who meant to come is told."), group_id=group_id
    )


def _asking(group: StudyGroup, event: Event, form: ReasonForm) -> ResponseReturnValue:
    """Answer with the page that asks; refuses, as the action does, where there is nothing to cancel."""
    events.refuse_if_nothing_to_cancel(event, clock.now())
    counts = seat_counts([event.id])[event.id]
    return _form_page("groups/meeting_cancellation.html", group, form, event, counts=counts)


def _told(form: NewDateForm, refusal: Unfit | Changed) -> Form:
    if isinstance(refusal, Changed):
        return reopened(form, NewDateForm, refusal.fields)
    return _saying(form, refusal)


def _saying(form: Form, refusal: Unfit) -> Form:
    form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    return form


def _form_page(
    template: str, group: StudyGroup, form: Form, event: Event | None = None, **beside: Any
) -> ResponseReturnValue:
    status = 400 if form.errors else 409 if isinstance(form, ChangingForm) and form.changed_meanwhile else 200
    now = clock.now()
    return render_template(template, group=group, f=form, event=event, now=now, **beside), status
