"""The six digits of the hall's screen, typed by whose camera does not read its code."""

import uuid
from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.access import public
from reading.attendance.rules import check_in_window
from reading.check_in import actions, queries
from reading.check_in.forms import CodeForm
from reading.check_in.phone import Phone
from reading.check_in.rules import MOST_WRONG, MOST_WRONG_OF_ADDRESS, code_is_good, token_at
from reading.communities import queries as communities
from reading.errors import Refused
from reading.events import queries as events
from reading.events.models import Event
from reading.form_tokens import of_visitors
from reading.people.member_queries import Member, members
from reading.templating import time_words

bp = Blueprint("codes", __name__)


@bp.get("/check-in")
@public
def choose() -> ResponseReturnValue:
    """Ask which event somebody is at, and for the six digits its hall shows."""
    return _page(CodeForm(event=request.args.get("event")))


@bp.post("/check-in")
@of_visitors
@public
def type_code() -> ResponseReturnValue:
    """Open the page of an event whose six digits were typed right."""
    form, now = CodeForm(request.form), clock.now()
    event = events.event(form.event_id) if form.event_id else None
    form.offer(_words([event] if event else []))
    if not form.validate() or event is None:
        return _page(form)
    _refuse_more_tries(event)
    if code_is_good(form.digits, event.id, now, queries.signing_key()):
        return _opened(event)
    actions.note_wrong_code(event.id, _typed_by(), now)
    form.code.errors = [_("These are not the digits on the screen now. Look once more.")]
    return _page(form)


def _typed_by() -> str:
    account_id = current_user.id if current_user.is_authenticated else None
    return queries.typed_by(account_id, request.remote_addr or "")


def _refuse_more_tries(event: Event) -> None:
    most = MOST_WRONG if current_user.is_authenticated else MOST_WRONG_OF_ADDRESS
    if queries.wrong_codes(event.id, _typed_by(), clock.now()) >= most:
        why = _("Too many wrong codes. Wait ten minutes, scan the code, or go to the organizer.")
        raise Refused(why, back=url_for(".choose"), status=429)


def _opened(event: Event) -> ResponseReturnValue:
    """Lead to the event's page; within the window the phone keeps that it was opened."""
    phone, now = Phone.here(), clock.now()
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    answer = redirect(url_for("check_in.arrive", token=token_at(event.id, now, queries.signing_key())))
    if event.cancelled_at is not None or not opens <= now <= closes:
        return answer
    phone.open(event.id, "code", now)
    return phone.kept_by(answer)


def _page(form: CodeForm) -> ResponseReturnValue:
    asked = request.values.get("q", "").strip()
    household = members(current_user.id) if current_user.is_authenticated else []
    chosen = events.event(form.event_id) if form.event_id else None
    found = _held_at(asked) if asked else queries.open_events(_home(household), None, clock.now())
    form.offer(_words({one.id: one for one in ([chosen] if chosen else []) + found}.values()))
    page = {"q": asked, "nothing": not found, "household": household}
    return render_template("check_in/choose.html", f=form, **page), 400 if form.errors else 200


def _held_at(asked: str) -> list[Event]:
    """Return where one may check in now in the places that ``asked`` may mean."""
    places = communities.search(asked, ("township", "community"))
    return [one for place in places for one in queries.open_events(None, place, clock.now())]


def _words(found: Iterable[Event]) -> dict[uuid.UUID, str]:
    """Return what each event is called in the list: its time, its title, its place."""
    listed = list(found)
    names = communities.told_apart(one.community for one in listed)
    return {one.id: f"{time_words(one.starts_at)} {one.title} · {names[one.community_id]}" for one in listed}


def _home(household: list[Member]) -> events.Home | None:
    """Return who lives where the reader does; for staff without a home here, where they work."""
    if household or not current_user.is_authenticated:
        return next(iter(household), None)
    return next((role.community for role in current_user.roles), None)
