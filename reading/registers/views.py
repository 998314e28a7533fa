"""A course's own page, its register and its certificates."""

import uuid

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock, tables
from reading.access import public, requires
from reading.communities import queries as communities
from reading.errors import Refused
from reading.events import queries as events
from reading.events.models import Course
from reading.people import queries as people
from reading.people.answers import entered_by
from reading.people.member_queries import members
from reading.people.name_queries import named
from reading.registers import queries
from reading.registers.rules import abreast
from reading.registers.words import SIGNS, as_table
from reading.templating import date_words, time_words

bp = Blueprint("registers", __name__)


@bp.get("/courses/<uuid:course_id>")
@public
def course(course_id: uuid.UUID) -> ResponseReturnValue:
    """Show a course and its dates; to a household its hours, to staff of that place everybody's."""
    found = events.course(course_id) or abort(404)
    person = people.signed_in() if current_user.is_authenticated else None
    mine = person is not None and events.events_for(person).course(course_id) is not None
    household = members(person.id) if person else []
    enrolled = {one.resident_id: one for one in events.enrolments(course_id)}
    own = [enrolled[one.id] for one in household if one.id in enrolled]
    text = request.args.get("q", "").strip() if mine else ""
    beside = named(person, text, found.community.path) if person and text else []
    page = {"household": household, "enrolled": enrolled, "plans": mine, "q": text, "beside": beside}
    page |= {"entered": entered_by((one.resident, one.enrolled_by) for one in own)}
    page |= {"progress": queries.progress(found) if person else {}, "new_id": uuid.uuid4, "now": clock.now()}
    names = communities.told_apart([found.community])
    return render_template("registers/course.html", course=found, names=names, **page)


def _mine(course_id: uuid.UUID) -> Course:
    return events.events_for(people.signed_in(), "attendance.take").course(course_id) or abort(404)


def _made() -> str:
    now, name = clock.now(), people.signed_in().name
    return _(
        "Made by %(name)s on %(day)s at %(time)s",
        name=name,
        day=date_words(now, "full"),
        time=time_words(now),
    )


@bp.get("/courses/<uuid:course_id>/register")
@requires("attendance.take")
def register(course_id: uuid.UUID) -> ResponseReturnValue:
    """Show the register of a course: residents × dates."""
    found = _mine(course_id)
    kept = queries.register(found)
    page = {"register": kept, "parts_abreast": abreast(kept.classes), "signs": SIGNS, "made": _made()}
    return render_template("registers/register.html", course=found, **page)


@bp.get("/courses/<uuid:course_id>/register.xlsx")
@requires("attendance.take")
def spreadsheet(course_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the register out for a spreadsheet."""
    found = _mine(course_id)
    written = tables.xlsx(as_table(found, queries.register(found), _made()))
    return tables.download(written, f"{found.title}-{clock.today().isoformat()}", "xlsx")


@bp.get("/courses/<uuid:course_id>/certificates/<uuid:resident_id>")
@requires("own.records")
def certificate(course_id: uuid.UUID, resident_id: uuid.UUID) -> ResponseReturnValue:
    """Show the certificate of who has completed a course, to print on one A4 page."""
    found, account = events.course(course_id) or abort(404), people.signed_in()
    resident = queries.resident_on_course(account, found, resident_id) or abort(404)
    reached = queries.progress(found).get(resident.id, queries.NOT_YET)
    if reached.completed_at is None:
        words = {"name": resident.name, "hours": f"{reached.hours:g}", "needed": found.required_hours}
        sentence = _("%(name)s has %(hours)s of the %(needed)d hours this course takes.", **words)
        raise Refused(sentence, back=url_for(".course", course_id=course_id))
    city = communities.chain_of(found.community)[0]
    page = {"resident": resident, "reached": reached, "city": city}
    return render_template("registers/certificate.html", course=found, **page)
