"""Pages of events and courses."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from reading import clock
from reading.access import public, requires
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.errors import Refused
from reading.events import actions, queries
from reading.events.actions import OtherContent
from reading.events.forms import ALL_KIND_NAMES, KIND_NAMES, CancelForm, ChangedEventForm, NewEventForm
from reading.events.models import WAITING, Event, Signup
from reading.events.planning import as_it_may_be, fitting, in_words, offer_places, person_named, told_twice
from reading.events.rules import again, has_opened, nearness
from reading.forms import parse_uuid
from reading.meanwhile import Changed, opened, reopened
from reading.paths import next_or
from reading.people import queries as people
from reading.people.answers import entered_by
from reading.people.member_queries import Member, members
from reading.people.models import Resident

bp = Blueprint("events", __name__)
VIEWS = ("coming", "past", "mine")
MOST_PAGES = 1000


@dataclass(frozen=True)
class Listing:
    """Which list was asked for: ``view`` one of ``VIEWS``, narrowed to a kind or a place, from which page on."""

    view: str
    kind: str | None
    within: Community | None
    page: int


def _asked_for() -> Listing:
    """Return the list the address names; what no list is called is not found."""
    view, page = request.args.get("view", VIEWS[0]), request.args.get("page", 1, type=int)
    kind, code = request.args.get("kind") or None, request.args.get("community") or None
    within = communities.get(code) if code else None
    known = view in VIEWS and (kind is None or kind in ALL_KIND_NAMES) and 1 <= page <= MOST_PAGES
    if not known or (code and within is None):
        abort(404)
    return Listing(view, kind, within, page)


@bp.get("/events")
@public
def index() -> ResponseReturnValue:
    """Show what is coming near me, what took place, or what my household means to come to."""
    asked, household, now = _asked_for(), _household(), clock.now()
    home = None if asked.within else _home(household)
    found = queries.of_household(household, now=now) if asked.view == "mine" else _page_of(asked, home)
    shown = found if asked.view == "mine" else found[: queries.ON_A_PAGE]
    groups = groupby(shown, lambda one: _group(asked, one, home))
    context = {**vars(asked), "more": len(found) > len(shown), **_beside(found, household)}
    listed = [(group, list(events)) for group, events in groups]
    context["names"] |= communities.told_apart([asked.within] if asked.within else [])
    return render_template("events/index.html", groups=listed, **context)


def _household() -> list[Resident]:
    return people.household(current_user.id) if current_user.is_authenticated else []


def _home(household: list[Resident]) -> Community | None:
    """Return where the reader lives; for staff without a home here, where they work."""
    if household:
        return household[0].home
    roles = current_user.roles if current_user.is_authenticated else []
    return roles[0].community if roles else None


def _page_of(asked: Listing, home: Community | None) -> list[Event]:
    """Return the events of a page, and one more where there is a next page."""
    listed = queries.past if asked.view == "past" else queries.coming
    part = {"limit": queries.ON_A_PAGE + 1, "offset": queries.ON_A_PAGE * (asked.page - 1)}
    return listed(home, now=clock.now(), kind=asked.kind, within=asked.within, **part)


def _group(asked: Listing, event: Event, home: Community | None) -> Any:
    """Return what an event stands under: whether it is over, how near it is, or nothing."""
    if asked.view == "mine":
        return event.ends_at <= clock.now()
    return nearness(event.community.path, home.path if home and asked.view == "coming" else None)


def _beside(events: list[Event], household: Sequence[Resident | Member]) -> dict[str, Any]:
    """Return what a list says beside each event: seats, and the household's own sign-ups."""
    ids = [event.id for event in events]
    mine: dict[uuid.UUID, list[Any]] = {}
    for signup in queries.signups_of(household, ids):
        mine.setdefault(signup.event_id, []).append(signup)
    names = communities.told_apart(event.community for event in events)
    kit = {"kind_names": ALL_KIND_NAMES, "now": clock.now()}
    return {"seats": queries.seat_counts(ids), "mine": mine, "names": names, **kit}


@bp.get("/events/<uuid:event_id>")
@public
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show an event to everybody; to a household its places, to staff of that place what they can do."""
    event = queries.event(event_id) or abort(404)
    household = members(current_user.id) if current_user.is_authenticated else []
    beside = _beside([event], household)
    signups = {signup.resident_id: signup for signup in beside["mine"].get(event.id, [])}
    waiting = [one for one in signups.values() if one.state == WAITING]
    places = {one.resident_id: queries.place_on_waiting_list(one) for one in waiting}
    opened = has_opened(event.starts_at, clock.now())
    context = {"signups": signups, "places": places, "household": household, **_roles_at(event), **beside}
    context |= {"entered": entered_by((one.resident, one.created_by) for one in signups.values())}
    return render_template("events/show.html", event=event, opened=opened, new_id=uuid.uuid4, **context)


def _roles_at(event: Event) -> dict[str, bool]:
    """Return whether the reader's roles let them plan the event, and take its attendance."""
    account = people.signed_in() if current_user.is_authenticated else None
    may = {"plans": "events.plan", "takes": "attendance.take"}
    return {word: queries.events_for(account, one).covers(event) for word, one in may.items()}


@bp.get("/events/new")
@requires("events.plan")
def new() -> ResponseReturnValue:
    """Show the planning form, filled in as far as can be guessed."""
    like = parse_uuid(request.args.get("like"))
    form = offer_places(NewEventForm(data=_again(like) if "like" in request.args else _as_usual()))
    return render_template("events/form.html", form=form, event=None)


def _again(like: uuid.UUID | None) -> dict[str, Any]:
    """Return the fields of an event like that one, on the next such weekday at the same time."""
    event = (queries.event(like) if like else None) or abort(404)
    if event.kind not in KIND_NAMES:
        sentence = _("A study group's meetings are planned on the group's own page.")
        raise Refused(sentence, back=url_for(".show", event_id=event.id))
    return again(event.fields, clock.city_time(clock.now()))


def _as_usual() -> dict[str, Any]:
    """Return the place, venue and host of what this account planned last; at first its own place and name."""
    account = people.signed_in()
    last = queries.last_planned_by(account.id)
    if last is not None:
        return {"community": last.community_id, "venue": last.venue, "host": last.host, "kind": last.kind}
    return {"community": account.roles[0].community_id, "host": account.name, "kind": "sharing"}


@bp.post("/events/new")
@requires("events.plan")
def create() -> ResponseReturnValue:
    """Plan an event."""
    form = offer_places(NewEventForm(request.form))
    by = people.signed_in().id
    try:
        event = fitting(form, lambda: actions.plan(form.record_id, form.plan(), by))
    except OtherContent as other:
        return told_twice(in_words(other.kept), in_words(form.plan()), form)
    if event is None:
        return render_template("events/form.html", form=form, event=None), 400
    flash(_("Planned. Everybody can see it now."), "success")
    return redirect(url_for(".show", event_id=event.id))


def _mine(event_id: uuid.UUID) -> Event:
    return queries.events_for(people.signed_in()).get(event_id) or abort(404)


@bp.get("/events/<uuid:event_id>/edit")
@requires("events.plan")
def edit(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form that changes an event."""
    event = _mine(event_id)
    actions.refuse_if_cancelled(event)
    form = as_it_may_be(ChangedEventForm(data=opened(event.fields)), event)
    return render_template("events/form.html", form=form, event=event)


@bp.post("/events/<uuid:event_id>")
@requires("events.plan")
def change(event_id: uuid.UUID) -> ResponseReturnValue:
    """Change an event."""
    event = _mine(event_id)
    form, by = as_it_may_be(ChangedEventForm(request.form), event), people.signed_in().id
    try:
        changed = fitting(form, lambda: actions.change(event_id, form.plan(), by, form.seen.data))
    except Changed as other:
        form = reopened(form, lambda sent: _as_sent(sent, event_id), other.fields)
        return render_template("events/form.html", form=form, event=event), 409
    if changed is None:
        return render_template("events/form.html", form=form, event=event), 400
    flash(_("Changed. Who signed up sees what is new on their home page."), "success")
    return redirect(url_for(".show", event_id=event_id))


def _as_sent(sent: MultiDict[str, str], event_id: uuid.UUID) -> ChangedEventForm:
    return as_it_may_be(ChangedEventForm(sent), _mine(event_id))


@bp.get("/events/<uuid:event_id>/cancellation")
@requires("events.plan")
def ask_to_cancel(event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether the event shall really be cancelled, and why."""
    return _asking(_mine(event_id), CancelForm())


@bp.post("/events/<uuid:event_id>/cancellation")
@requires("events.plan")
def cancel(event_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel an event."""
    event, form = _mine(event_id), CancelForm(request.form)
    if not form.validate():
        return _asking(event, form), 400
    actions.cancel(event_id, form.reason.data or "", people.signed_in().id)
    flash(_("Cancelled. Who signed up sees it on their home page."), "success")
    return redirect(url_for(".show", event_id=event_id))


def _asking(event: Event, form: CancelForm) -> str:
    """Return the page that asks, and tells how many will be told: of a class those enrolled in its course.

    Refuses, as the action does, where there is nothing to cancel.
    """
    actions.refuse_if_nothing_to_cancel(event, clock.now())
    enrolled = queries.enrolments(event.course_id) if event.course_id else []
    page = {"counts": queries.seat_counts([event.id])[event.id], "enrolled": len(enrolled)}
    return render_template("events/cancellation.html", event=event, form=form, **page)


def _signup_words(signup: Signup) -> str:
    return f"{signup.resident.name} · {signup.event.title}"


@bp.post("/events/<uuid:event_id>/signup")
@requires("own.records")
def sign_up(event_id: uuid.UUID) -> ResponseReturnValue:
    """Sign somebody up."""
    event = queries.event(event_id) or abort(404)
    form, resident = person_named(event.community, url_for(".show", event_id=event_id))
    try:
        signup = actions.sign_up(event_id, resident.id, form.record_id, people.signed_in().id)
    except OtherContent as other:
        return told_twice(_signup_words(other.kept), f"{resident.name} · {event.title}", form)
    if signup.state == "waiting":
        place = queries.place_on_waiting_list(signup)
        flash(
            _("%(name)s is number %(place)d on the waiting list.", name=resident.name, place=place), "notice"
        )
    elif signup.state == "seated":
        flash(_("%(name)s has a place.", name=resident.name), "success")
    return redirect(next_or(url_for(".show", event_id=event_id)))


@bp.post("/events/<uuid:event_id>/signup/removal")
@requires("own.records")
def give_up(event_id: uuid.UUID) -> ResponseReturnValue:
    """Give up somebody's place."""
    event = queries.event(event_id) or abort(404)
    _form, resident = person_named(event.community, url_for(".show", event_id=event_id))
    actions.give_up(event_id, resident.id)
    flash(_("%(name)s is no longer signed up.", name=resident.name), "success")
    return redirect(next_or(url_for(".show", event_id=event_id)))


@bp.post("/notices/<uuid:notice_id>/seen")
@requires("own.records")
def see_notice(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Take a notice off the household's home page."""
    notice = queries.notice(notice_id, people.signed_in().id) or abort(404)
    actions.see_notice(notice.id)
    return redirect(next_or(url_for("home.index")))
