"""The librarian's pages about flagged entries: nothing else of what somebody reads is seen here."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import requires
from reading.errors import Refused
from reading.forms import parse_uuid
from reading.logbook import actions, review_actions
from reading.logbook import review_queries as queries
from reading.logbook.models import LogEntry
from reading.logbook.review_actions import Sent
from reading.logbook.review_forms import CorrectionForm, DecisionForm, SetAsideForm
from reading.logbook.rules import BookAsked, Told
from reading.people.consent_queries import Withdrawn
from reading.people.queries import signed_in

bp = Blueprint("reviews", __name__)

PAGE = 20
LAST_PAGE = 10_000


@bp.get("/logbook/review")
@requires("logbook.review")
def index() -> ResponseReturnValue:
    """The entries to look at, the oldest first; or those set aside."""
    is_aside = request.args.get("view") == "set-aside"
    number = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    found = queries.to_review(signed_in(), set_aside=is_aside, limit=PAGE + 1, offset=PAGE * (number - 1))
    return render_template(
        "logbook/review.html", found=found[:PAGE], more=len(found) > PAGE, number=number, is_aside=is_aside
    )


@bp.get("/logbook/review/<uuid:entry_id>")
@requires("logbook.review")
def show(entry_id: uuid.UUID) -> ResponseReturnValue:
    """One entry: why it is here, and what can be decided."""
    return _page(_entry(entry_id), SetAsideForm())


@bp.post("/logbook/review/<uuid:entry_id>/confirmation")
@requires("logbook.review")
def keep(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Let the entry stand and count."""
    entry, form = _entry(entry_id), DecisionForm(request.form)
    if not form.validate():
        return _page(entry, SetAsideForm()), 400
    _decided(lambda: review_actions.keep(_sent(form, entry_id)))
    return _done(_("The record stands and counts."))


@bp.post("/logbook/review/<uuid:entry_id>/setting-aside")
@requires("logbook.review")
def set_aside(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Let the entry count nothing, for a reason its reader is told."""
    entry, form = _entry(entry_id), SetAsideForm(request.form)
    if not form.validate():
        return _page(entry, form), 400
    _decided(lambda: review_actions.set_aside(_sent(form, entry_id)))
    return _done(_("The record was set aside. Its reader sees your reason and can answer."))


@bp.get("/logbook/review/<uuid:entry_id>/correction")
@requires("logbook.review")
def edit(entry_id: uuid.UUID) -> ResponseReturnValue:
    """The form that corrects the entry together with its reader."""
    entry = _entry(entry_id)
    form = CorrectionForm(obj=entry, id=None, today=clock.today(), record=entry, seen=entry.version)
    form.book.data, form.book_id.data = entry.book.title, str(entry.book_id)
    return _editing(entry, form)


@bp.post("/logbook/review/<uuid:entry_id>/correction")
@requires("logbook.review")
def correct(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the entry together with its reader."""
    entry = _entry(entry_id)
    form = CorrectionForm(request.form, today=clock.today(), record=entry)
    if not form.validate() or form.unsure:
        return _editing(entry, form), 400
    try:
        _decided(lambda: review_actions.correct(_sent(form, entry_id), _told(form, entry)))
    except actions.TitleMissing:
        return _editing(entry, form.without_title()), 400
    except Withdrawn as refused:
        return _editing(entry, form, why=refused.message, remedy=refused.remedy), refused.status
    return _done(_("The record was corrected. Its reader sees what you wrote."))


def _editing(entry: LogEntry, form: CorrectionForm, **values: Any) -> str:
    return render_template("logbook/review_edit.html", entry=entry, f=form, **values)


def _told(form: CorrectionForm, entry: LogEntry) -> Told:
    book = BookAsked(parse_uuid(form.book_id.data), form.book.data or "", form.author.data or "", form.number)
    return Told(entry.resident_id, book, form.day, form.amounts, entry.reflection)


def _entry(entry_id: uuid.UUID) -> LogEntry:
    return queries.reviewable(signed_in(), entry_id) or abort(404)


def _sent(form: Any, entry_id: uuid.UUID) -> Sent:
    reason = form.reason.data if "reason" in form else ""
    return Sent(form.record_id, entry_id, form.seen.data or "", reason, signed_in().id)


def _decided(decide: Any) -> None:
    try:
        decide()
    except Withdrawn:
        raise
    except Refused as refused:
        raise Refused(refused.message, back=url_for(".index")) from refused


def _page(entry: LogEntry, form: SetAsideForm) -> str:
    decisions = queries.decisions_of(entry.id)
    if not form.seen.data:
        form.seen.data = entry.version
    return render_template("logbook/review_entry.html", entry=entry, f=form, decisions=decisions)


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for(".index"))
