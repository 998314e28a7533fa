"""Pages of lists handed in: the file, what would become of it, and the word that takes it in."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from reading import tables
from reading.access import holds, reach, requires
from reading.communities import queries as communities
from reading.communities.models import LEVELS
from reading.imports import actions, files, queries
from reading.imports.forms import ConfirmForm, EncodingForm, UploadForm
from reading.imports.models import RosterImport
from reading.imports.sheets import handed_in
from reading.imports.uploads import MOST_BYTES, BadUpload
from reading.imports.words import in_words
from reading.people import queries as people
from reading.people.answers import form_page, page, place_asked, valid

bp = Blueprint("imports", __name__)

FEW_PLACES = 12
FEW_LINES, MOST_TOLD = 5, 20
BESIDE_THE_FILE = 64 * 1024


@bp.url_value_preprocessor
def allow_a_file(endpoint: str | None, values: object) -> None:
    """Let staff send a file, larger than any form, to this one address; asked before anything of it is read."""
    may = current_user.is_authenticated and holds(current_user.roles, "residents.enrol")
    if endpoint == "imports.new" and request.method == "POST" and may:
        request.max_content_length = MOST_BYTES + BESIDE_THE_FILE


def _mine(import_id: uuid.UUID) -> RosterImport:
    return queries.waiting(people.signed_in(), import_id) or abort(404)


@bp.route("/residents/imports/new", methods=["GET", "POST"])
@requires("residents.enrol")
def new() -> ResponseReturnValue:
    """Hand in a list of residents; nothing is written of them yet."""
    account = people.signed_in()
    form = UploadForm(CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None)
    form.offer(people.homes_in_reach(account, "residents.enrol", FEW_PLACES + 1), FEW_PLACES)
    within = reach(account.roles, "residents.enrol")
    if not valid(form, communities.meant_by(place_asked(), LEVELS[1:], within)):
        return form_page("imports/new.html", form, homes=True)
    try:
        handed = handed_in(form.content, form.encoding.data)
    except BadUpload as bad:
        return _bad_upload(form, bad)
    kept = actions.keep(form.record_id, account.id, form.home_code, handed)
    return redirect(url_for(".show", import_id=kept.id))


def _bad_upload(form: UploadForm, bad: BadUpload) -> ResponseReturnValue:
    form.file.errors = [in_words(bad.told)]
    return form_page("imports/new.html", form, homes=True, bad=bad)


@bp.get("/residents/imports/<uuid:import_id>")
@requires("residents.enrol")
def show(import_id: uuid.UUID) -> ResponseReturnValue:
    """Show what would become of a list, or what has."""
    return _show(_mine(import_id), ConfirmForm())


def _show(kept: RosterImport, form: ConfirmForm) -> ResponseReturnValue:
    if kept.confirmed_at:
        return page("imports/done.html", kept=kept)
    found = queries.judge(kept)
    shown = {row.home_code for row in (*found.new[:FEW_LINES], *found.known[:MOST_TOLD])}
    seen: dict[str, Any] = {"homes": queries.labels(shown), "seen": queries.written(kept)[:FEW_LINES]}
    seen |= {"few": FEW_LINES, "most": MOST_TOLD, "say": in_words, "encodings": EncodingForm(obj=kept)}
    return form_page("imports/show.html", form, kept=kept, found=found, **seen)


@bp.post("/residents/imports/<uuid:import_id>/encoding")
@requires("residents.enrol")
def read_again(import_id: uuid.UUID) -> ResponseReturnValue:
    """Read the list in another encoding."""
    kept, form = _mine(import_id), EncodingForm(request.form)
    if not form.validate():
        abort(400)
    actions.choose_encoding(kept.id, form.encoding.data)
    return redirect(url_for(".show", import_id=kept.id))


@bp.post("/residents/imports/<uuid:import_id>/confirmation")
@requires("residents.enrol")
def confirm(import_id: uuid.UUID) -> ResponseReturnValue:
    """Take the list in."""
    kept, form = _mine(import_id), ConfirmForm(request.form)
    if not kept.confirmed_at and not form.validate():
        return _show(kept, form)
    done = actions.confirm(kept.id, people.signed_in())
    flash(
        ngettext("%(num)d resident was added.", "%(num)d residents were added.", done.added or 0), "success"
    )
    return redirect(url_for(".show", import_id=kept.id))


@bp.post("/residents/imports/<uuid:import_id>/removal")
@requires("residents.enrol")
def discard(import_id: uuid.UUID) -> ResponseReturnValue:
    """Forget the list."""
    actions.discard(_mine(import_id).id)
    flash(_("The list was put away. Nobody was added."), "success")
    return redirect(url_for(".new"))


@bp.get("/residents/imports/<uuid:import_id>/refused.csv")
@requires("residents.enrol")
def refused(import_id: uuid.UUID) -> Response:
    """Hand out the lines that are not taken, with the reasons, to be mended and handed in again."""
    kept = _mine(import_id)
    if kept.confirmed_at:
        abort(404)
    table = files.refused_lines(kept, queries.judge(kept).refused)
    return tables.download(tables.csv_file(table), _("Lines not taken"), "csv")
