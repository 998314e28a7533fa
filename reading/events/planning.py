"""What the pages of events and of courses share."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading.communities.models import Community
from reading.errors import Refused
from reading.events import queries, timetable
from reading.events.actions import Unfit
from reading.events.course_forms import MakeUpForm, TimesForm
from reading.events.forms import KIND_NAMES, EventForm, PlaceForm
from reading.events.models import Course, Event
from reading.events.rules import CoursePlan, EventPlan
from reading.forms import Form, ResidentForm
from reading.people import queries as people
from reading.people.models import Resident
from reading.templating import date_words, time_words

F = TypeVar("F", bound=PlaceForm)
E = TypeVar("E", bound=EventForm)
R = TypeVar("R")


def offer_places(form: F, beside: Community | None = None) -> F:
    """Return ``form`` with the places the account may plan for, listed under their townships."""
    nodes = queries.events_for(people.signed_in()).places()
    if beside is not None and beside not in nodes:
        nodes.append(beside)
    form.offer((node.code, node.short_name, (node.parent or node).short_name) for node in nodes)
    return form


def offer_classes(form: MakeUpForm, course: Course) -> MakeUpForm:
    """Return ``form`` with the classes of the course that another may make up for."""
    classes = [one for one in course.events if one.makes_up_id is None]
    form.offer((str(one.id), _class_words(one)) for one in classes)
    return form


def to_make_up(course: Course, now: datetime) -> str:
    """Return the id of the class a make-up is likely for: one cancelled and not made up for, else the last held."""
    done = {one.makes_up_id for one in course.events}
    missing = [one for one in course.events if one.makes_up_id is None and one.id not in done]
    cancelled = [one for one in missing if one.cancelled_at]
    held = [one for one in missing if one.ends_at <= now]
    return str((cancelled or held)[-1].id) if cancelled or held else ""


def _class_words(event: Event) -> str:
    when = f"{date_words(event.starts_at)} {time_words(event.starts_at)}"
    return _("%(when)s (cancelled)", when=when) if event.cancelled_at else when


def as_it_may_be(form: E, event: Event) -> E:
    """Return ``form`` with what ``event`` may be changed to: a class stays with its course, a meeting a meeting."""
    if event.course_id is not None or event.kind not in KIND_NAMES:
        form.keep_kind(event.kind)
    if event.course_id is None:
        return offer_places(form, event.community)
    form.offer([(event.community_id, event.community.short_name, event.community.short_name)])
    return form


def fitting(form: Form, act: Callable[[], R]) -> R | None:
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
    return " · ".join((planned.title, timetable.in_words(planned.starts_at), planned.venue))


def words_of_times(form: TimesForm) -> str:
    """Return when and where the form says, in a line; only after it was found valid."""
    return " · ".join((timetable.in_words(form.times()[0]), form.venue.data or ""))


def person_named(place: Community, back: str) -> tuple[ResidentForm, Resident]:
    """Return the form sent and the resident it names, if the account may sign them up for what is at ``place``.

    Else raises ``Refused``, ``back`` being the page to choose anew on; of somebody else's people nothing is told.
    """
    form = ResidentForm(request.form)
    if not form.validate():
        raise Refused(" ".join(form.resident.errors or form.id.errors), back=back, status=400)
    resident = queries.resident_to_sign_up(people.signed_in(), place, form.resident_id)
    if resident is None:
        gone = _("You cannot do this for this person: they may have moved, or take part no more.")
        raise Refused(gone, back=back, status=404)
    return form, resident
