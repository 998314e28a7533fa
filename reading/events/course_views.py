"""Pages of courses; a course's own page shows hours attended and is with attendance."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.access import public, requires
from reading.communities import queries as communities
from reading.events import actions, queries
from reading.events.actions import OtherContent
from reading.events.forms import CourseForm
from reading.events.models import Enrolment
from reading.events.planning import fitting, in_words, offer_places, person_named, told_twice
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
    try:
        course = fitting(form, lambda: actions.start_course(form.record_id, form.plan(), by))
    except OtherContent as other:
        return told_twice(in_words(other.kept.events[0]), in_words(form.plan()), form)
    if course is None:
        return render_template("events/course_form.html", form=form), 400
    flash(_("The course is planned with all its classes."), "success")
    return redirect(url_for("attendance.course", course_id=course.id))


def _enrolment_words(kept: Enrolment) -> str:
    course = queries.course(kept.course_id)
    return f"{kept.resident.name} · {course.title if course else ''}"


@bp.post("/courses/<uuid:course_id>/enrolment")
@requires("own.records")
def enrol(course_id: uuid.UUID) -> ResponseReturnValue:
    """Enrol somebody in the course."""
    course = queries.course(course_id) or abort(404)
    form, resident = person_named(course.community)
    try:
        actions.enrol_in_course(course_id, resident.id, form.record_id, people.signed_in().id)
    except OtherContent as other:
        return told_twice(_enrolment_words(other.kept), f"{resident.name} · {course.title}", form)
    flash(_("%(name)s is enrolled.", name=resident.name), "success")
    return redirect(next_or(url_for("attendance.course", course_id=course_id)))


@bp.post("/courses/<uuid:course_id>/enrolment/removal")
@requires("own.records")
def leave(course_id: uuid.UUID) -> ResponseReturnValue:
    """End somebody's enrolment."""
    course = queries.course(course_id) or abort(404)
    _form, resident = person_named(course.community)
    actions.leave_course(course_id, resident.id)
    flash(_("%(name)s has left the course.", name=resident.name), "success")
    return redirect(next_or(url_for("attendance.course", course_id=course_id)))
