"""What the pages of events and of courses share."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from reading.communities.models import Community
from reading.events import queries
from reading.events.actions import Unfit
from reading.events.forms import KIND_NAMES, EventForm, PlaceForm
from reading.events.models import Event
from reading.events.rules import CoursePlan, EventPlan
from reading.forms import Form, ResidentForm
from reading.people import queries as people
from reading.people.models import Resident
from reading.templating import date_words, time_words

F = TypeVar("F", bound=PlaceForm)
R = TypeVar("R")


def offer_places(form: F, beside: Community | None = None) -> F:
    """Return ``form`` with the places the account may plan for, listed under their townships."""
    nodes = queries.events_for(people.signed_in()).places()
    if beside is not None and beside not in nodes:
        nodes.append(beside)
    form.offer((node.code, node.short_name, (node.parent or node).short_name) for node in nodes)
    return form


def as_it_may_be(form: EventForm, event: Event) -> EventForm:
    """Return ``form`` with what ``event`` may be changed to: a course's class stays one, a group's meeting too."""
    if event.course_id is not None or event.kind not in KIND_NAMES:
        form.keep_kind(event.kind)
    return offer_places(form, event.community)


def fitting(form: PlaceForm, act: Callable[[], R]) -> R | None:
    """Return what ``act`` returns when the form is valid and fits; else None, the form saying why."""
    if not form.validate():
        return None
    try:
        return act()
    except Unfit as refusal:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
        return None


def told_twice(first: str, second: str, form: Form) -> ResponseReturnValue:
    """Show what an id stands for beside what was sent under it now, which can be sent as a new record."""
    page = {"first": first, "second": second, "form": form, "new_id": uuid.uuid4()}
    return render_template("events/told_twice.html", **page), 409


def in_words(planned: Event | EventPlan | CoursePlan) -> str:
    """Return what an event is, in a line."""
    when = f"{date_words(planned.starts_at, 'full')} {time_words(planned.starts_at)}"
    return " · ".join((planned.title, when, planned.venue))


def person_named(place: Community) -> tuple[ResidentForm, Resident]:
    """Return the form sent and the resident it names, if the account may sign them up for what is at ``place``."""
    form = ResidentForm(request.form)
    if not form.validate():
        abort(400)
    resident = queries.resident_to_sign_up(people.signed_in(), place, form.resident_id)
    return form, resident or abort(404)
