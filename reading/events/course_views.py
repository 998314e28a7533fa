"""Pages of courses; a course's own page shows hours attended and is with the registers."""

import uuid
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.access import public, requires
from reading.communities import queries as communities
from reading.events import actions, queries
from reading.events.actions import OtherContent
from reading.events.course_forms import CourseForm, CourseWordsForm, MakeUpForm, NewDateForm
from reading.events.forms import CancelForm
from reading.events.models import Course, Enrolment
from reading.events.planning import (
    fitting,
    in_words,
    offer_classes,
    offer_places,
    person_named,
    to_make_up,
    told_twice,
    words_of_times,
)
from reading.events.timetable import timetable, total
from reading.meanwhile import Changed, opened, reopened
from reading.paths import next_or
from reading.people import queries as people

bp = Blueprint("courses", __name__)


@bp.get("/courses")
@public
def index() -> ResponseReturnValue:
    """Show the courses with classes still to come, those near me first."""
    household = people.household(current_user.id) if current_user.is_authenticated else []
    now = clock.now()
    found = queries.courses(household[0].home if household else None, now=now)
    names = communities.told_apart(course.community for course in found)
    return render_template("events/courses.html", courses=found, names=names, now=now)


@bp.get("/courses/new")
@requires("events.plan")
def new() -> ResponseReturnValue:
    """Show the form that starts a course."""
    account = people.signed_in()
    last = queries.last_planned_by(account.id)
    where = {"community": last.community_id, "venue": last.venue} if last else {}
    usual = {"community": account.roles[0].community_id, "host": account.name, **where}
    return render_template("events/course_form.html", form=offer_places(CourseForm(data=usual)))


@bp.post("/courses/new")
@requires("events.plan")
def create() -> ResponseReturnValue:
    """Start a course with all its classes."""
    form, by = offer_places(CourseForm(request.form)), people.signed_in().id
    if "show" in request.form:
        return _shown(form)
    try:
        course = fitting(form, lambda: actions.start_course(form.record_id, form.plan(), by))
    except OtherContent as other:
        return told_twice(in_words(other.kept.events[0]), in_words(form.plan()), form)
    if course is None:
        return render_template("events/course_form.html", form=form), 400
    flash(_("The course is planned with all its classes."), "success")
    return _page_of(course)


def _shown(form: CourseForm) -> ResponseReturnValue:
    """Show the form again with the dates that would come of it; nothing is saved."""
    times = fitting(form, lambda: timetable(form.plan(), clock.now()))
    status = 400 if times is None else 200
    hours = total(times) / timedelta(hours=1) if times else 0
    return render_template("events/course_form.html", form=form, times=times, hours=hours), status


def _mine(course_id: uuid.UUID) -> Course:
    return queries.events_for(people.signed_in()).course(course_id) or abort(404)


def _page_of(course: Course) -> ResponseReturnValue:
    return redirect(url_for("registers.course", course_id=course.id))


@bp.get("/courses/<uuid:course_id>/edit")
@requires("events.plan")
def edit(course_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form that changes a course as a whole."""
    course = _mine(course_id)
    actions.refuse_if_course_cancelled(course)
    form = CourseWordsForm(data=opened(course.fields))
    return render_template("events/course_change.html", form=form, course=course)


@bp.post("/courses/<uuid:course_id>")
@requires("events.plan")
def change(course_id: uuid.UUID) -> ResponseReturnValue:
    """Change a course as a whole."""
    course, form, by = _mine(course_id), CourseWordsForm(request.form), people.signed_in().id
    try:
        changed = fitting(form, lambda: actions.change_course(course_id, form.words(), by, form.seen.data))
    except Changed as other:
        form = reopened(form, CourseWordsForm, other.fields)
        return render_template("events/course_change.html", form=form, course=course), 409
    if changed is None:
        return render_template("events/course_change.html", form=form, course=course), 400
    flash(_("Changed, and with it the classes to come."), "success")
    return _page_of(course)


@bp.get("/courses/<uuid:course_id>/cancellation")
@requires("events.plan")
def ask_to_cancel(course_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether the rest of the course shall really be cancelled, and why."""
    return _asking(_mine(course_id), CancelForm())


@bp.post("/courses/<uuid:course_id>/cancellation")
@requires("events.plan")
def cancel(course_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel the rest of the course."""
    course, form = _mine(course_id), CancelForm(request.form)
    if not form.validate():
        return _asking(course, form), 400
    actions.cancel_course(course_id, form.reason.data or "", people.signed_in().id)
    flash(_("The rest of the course is cancelled. Who is enrolled sees it on their home page."), "success")
    return _page_of(course)


def _asking(course: Course, form: CancelForm) -> str:
    to_come = [one for one in queries.classes(course.id) if one.starts_at > clock.now()]
    page = {"form": form, "to_come": to_come, "enrolled": queries.enrolments(course.id)}
    return render_template("events/course_cancellation.html", course=course, **page)


@bp.get("/courses/<uuid:course_id>/make-up")
@requires("events.plan")
def new_make_up(course_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form that adds a class in place of another."""
    course = _mine(course_id)
    actions.refuse_if_course_cancelled(course)
    of = request.args.get("of") or to_make_up(course, clock.now())
    form = offer_classes(MakeUpForm(data={"makes_up": of, "venue": course.venue}), course)
    return render_template("events/make_up.html", form=form, course=course)


@bp.post("/courses/<uuid:course_id>/make-up")
@requires("events.plan")
def add_make_up(course_id: uuid.UUID) -> ResponseReturnValue:
    """Add a class in place of another."""
    course, by = _mine(course_id), people.signed_in().id
    form = offer_classes(MakeUpForm(request.form), course)
    try:
        added = fitting(form, lambda: actions.add_make_up(form.record_id, course_id, form.plan(), by))
    except OtherContent as other:
        return told_twice(in_words(other.kept), words_of_times(form), form)
    if added is None:
        return render_template("events/make_up.html", form=form, course=course), 400
    flash(_("The make-up class is planned. Who is enrolled sees it on their home page."), "success")
    return _page_of(course)


@bp.get("/events/<uuid:event_id>/new-date")
@requires("events.plan")
def new_date(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form that moves one class, or another event, to another time or place."""
    event = queries.events_for(people.signed_in()).get(event_id) or abort(404)
    actions.refuse_if_cancelled(event)
    form = NewDateForm(data=opened(event.when_and_where))
    return render_template("events/new_date.html", form=form, event=event)


@bp.post("/events/<uuid:event_id>/new-date")
@requires("events.plan")
def move(event_id: uuid.UUID) -> ResponseReturnValue:
    """Move one class, or another event, to another time or place."""
    event = queries.events_for(people.signed_in()).get(event_id) or abort(404)
    form, by = NewDateForm(request.form), people.signed_in().id
    try:
        moved = fitting(form, lambda: actions.move(event_id, form.plan(), by, form.seen.data))
    except Changed as other:
        form = reopened(form, NewDateForm, other.fields)
        return render_template("events/new_date.html", form=form, event=event), 409
    if moved is None:
        return render_template("events/new_date.html", form=form, event=event), 400
    flash(_("Moved. Who means to come sees it on their home page, with the reason."), "success")
    return redirect(url_for("events.show", event_id=event_id))


def _enrolment_words(kept: Enrolment) -> str:
    course = queries.course(kept.course_id)
    return f"{kept.resident.name} · {course.title if course else ''}"


@bp.post("/courses/<uuid:course_id>/enrolment")
@requires("own.records")
def enrol(course_id: uuid.UUID) -> ResponseReturnValue:
    """Enrol somebody in the course."""
    course = queries.course(course_id) or abort(404)
    form, resident = person_named(course.community, url_for("registers.course", course_id=course_id))
    try:
        actions.enrol_in_course(course_id, resident.id, form.record_id, people.signed_in().id)
    except OtherContent as other:
        return told_twice(_enrolment_words(other.kept), f"{resident.name} · {course.title}", form)
    flash(_("%(name)s is enrolled.", name=resident.name), "success")
    return redirect(next_or(url_for("registers.course", course_id=course_id)))


@bp.post("/courses/<uuid:course_id>/enrolment/removal")
@requires("own.records")
def leave(course_id: uuid.UUID) -> ResponseReturnValue:
    """End somebody's enrolment."""
    course = queries.course(course_id) or abort(404)
    _form, resident = person_named(course.community, url_for("registers.course", course_id=course_id))
    actions.leave_course(course_id, resident.id)
    flash(_("%(name)s has left the course.", name=resident.name), "success")
    return redirect(next_or(url_for("registers.course", course_id=course_id)))
