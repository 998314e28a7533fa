"""Pages of the roster on paper: sheets to print, and typing back what was written on them."""

import uuid

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reading import clock, tables
from reading.access import requires
from reading.attendance import queries as attendance
from reading.attendance.rules import marking_window
from reading.errors import Refused
from reading.events import queries as events
from reading.events.actions import OtherContent
from reading.events.models import Event
from reading.paper import actions, queries
from reading.paper.files import sheet_table
from reading.paper.forms import ROSTER, EntryForm, SheetForm
from reading.paper.models import Sheet
from reading.paper.rules import blanks_for
from reading.people import queries as people

bp = Blueprint("paper", __name__)


def _mine(event_id: uuid.UUID) -> Event:
    return events.events_for(people.signed_in(), "attendance.take").get(event_id) or abort(404)


def _my_sheet(event_id: uuid.UUID, number: int) -> Sheet:
    return queries.sheet(_mine(event_id).id, number) or abort(404)


@bp.get("/events/<uuid:event_id>/sheets")
@requires("attendance.take")
def index(event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the sheets printed so far, and the form for a new one."""
    return _index(_mine(event_id), SheetForm(data={"what": request.args.get("what", ROSTER), "blanks": 10}))


def _index(event: Event, form: SheetForm, status: int = 200) -> ResponseReturnValue:
    expected = len(attendance.roster(event))
    page = {"sheets": queries.sheets(event.id), "form": form, "expected": expected}
    return render_template("paper/index.html", event=event, **page), status


@bp.post("/events/<uuid:event_id>/sheets")
@requires("attendance.take")
def create(event_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a new numbered sheet and show it, ready to print."""
    event, form, by = _mine(event_id), SheetForm(request.form), people.signed_in().id
    if not form.validate():
        return _index(event, form, 400)
    try:
        sheet = actions.print_sheet(
            event.id, form.record_id, form.blank_lines, by, with_names=form.with_names
        )
    except OtherContent as other:
        return _told_twice(other.kept, form)
    return redirect(url_for(".show", event_id=event.id, number=sheet.number))


def _told_twice(kept: Sheet, form: SheetForm) -> ResponseReturnValue:
    """Show the sheet an id stands for beside the one sent under it now."""
    named = len(attendance.roster(kept.event)) if form.with_names else 0
    first = _in_words(len(kept.resident_ids), kept.blanks)
    second = _in_words(named, blanks_for(named, form.blank_lines))
    page = {"first": first, "second": second, "form": form, "new_id": uuid.uuid4()}
    return render_template("events/told_twice.html", **page), 409


def _in_words(named: int, blanks: int) -> str:
    blank = ngettext("%(num)d blank line", "%(num)d blank lines", blanks)
    return f"{ngettext('%(num)d name', '%(num)d names', named)} · {blank}"


@bp.get("/events/<uuid:event_id>/sheets/<int:number>")
@requires("attendance.take")
def show(event_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Show a sheet as it is printed."""
    sheet = _my_sheet(event_id, number)
    return render_template("paper/sheet.html", event=sheet.event, sheet=sheet, pages=queries.pages(sheet))


@bp.get("/events/<uuid:event_id>/sheets/<int:number>/sheet.xlsx")
@requires("attendance.take")
def workbook(event_id: uuid.UUID, number: int) -> Response:
    """Hand the sheet out as a workbook, for whoever prints from there."""
    sheet = _my_sheet(event_id, number)
    table = sheet_table(sheet, queries.lines(sheet), people.signed_in().name)
    return tables.download(tables.xlsx(table), f"sheet-{number}", "xlsx")


@bp.get("/events/<uuid:event_id>/sheets/<int:number>/entry")
@requires("attendance.take")
def ask(event_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Show the form for what stands on a sheet."""
    sheet = _my_sheet(event_id, number)
    return _ask(sheet, EntryForm())


def _ask(sheet: Sheet, form: EntryForm, status: int = 200) -> ResponseReturnValue:
    event = sheet.event
    opens, closes = marking_window(event.starts_at, event.ends_at)
    page = {"opens": opens, "now": clock.now(), "open": opens <= clock.now() <= closes}
    page |= {"named": len(sheet.resident_ids), "last": len(sheet.resident_ids) + sheet.blanks}
    heads = attendance.headcount(event.id)
    return render_template(
        "paper/entry.html", event=event, sheet=sheet, form=form, heads=heads, **page
    ), status


@bp.post("/events/<uuid:event_id>/sheets/<int:number>/entry")
@requires("attendance.take")
def enter(event_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Show whom the typed numbers mean; after a second look, save."""
    sheet, form = _my_sheet(event_id, number), EntryForm(request.form)
    named = len(sheet.resident_ids)
    if not form.on_sheet(named, named + sheet.blanks).validate() or not _known_names(sheet, form):
        return _ask(sheet, form, 400)
    if form.step.data in ("save", "change"):
        return _save(sheet, form) if form.step.data == "save" else _ask(sheet, form)
    noted = queries.preview(sheet, form.entry(), people.signed_in())
    return render_template("paper/preview.html", event=sheet.event, sheet=sheet, form=form, noted=noted)


def _known_names(sheet: Sheet, form: EntryForm) -> bool:
    found = queries.trouble_with_names(sheet, form.entry().walk_ins)
    if found is not None:
        form.trouble(found)
    return found is None


def _save(sheet: Sheet, form: EntryForm) -> ResponseReturnValue:
    back = url_for("records.show", event_id=sheet.event_id)
    try:
        entered = actions.enter(sheet, form.entry(), form.record_id, people.signed_in())
    except LookupError:
        abort(404)
    if not entered.number_saved and entered.refusals:
        raise Refused(" ".join(entered.refusals), back=back)
    _tell(entered)
    return redirect(back)


def _tell(entered: actions.Entered) -> None:
    number = entered.number_saved
    flash(
        ngettext("%(num)d mark is saved from paper.", "%(num)d marks are saved from paper.", number),
        "success",
    )
    for told in entered.refusals:
        flash(_("Not saved: %(what)s", what=told), "refused")
