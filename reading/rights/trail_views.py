"""The audit trail, to look through and to take out; nothing here changes it."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock, tables
from reading.access import Reach, reach, requires
from reading.audit.words import DEEDS, detail_words
from reading.communities import queries as communities
from reading.communities.models import LEVELS
from reading.people.answers import page
from reading.people.queries import signed_in
from reading.rights import trail_queries as queries
from reading.rights.trail_forms import TrailForm

bp = Blueprint("trail", __name__)

PAGE, LAST_PAGE, MOST_IN_A_FILE = 50, 1000, 10_000


@bp.get("/audit")
@requires("trail.read")
def index() -> ResponseReturnValue:
    """Who did what, on whom, where and when: the latest first."""
    form, within, number = TrailForm(request.args).offer(), _reach(), _page_number()
    asked = _asked(form, within)
    if asked is None:
        return page("rights/trail.html", 400, f=form, found=[], number=1, more=False, **_words())
    found = queries.lines(within, asked, skip=(number - 1) * PAGE, most=PAGE + 1)
    more = len(found) > PAGE and number < LAST_PAGE
    return page("rights/trail.html", f=form, found=found[:PAGE], number=number, more=more, **_words())


@bp.get("/audit.xlsx")
@requires("trail.read")
def workbook() -> ResponseReturnValue:
    """Hand out what was looked for as a workbook; that it was taken out is a line of the trail as well."""
    form, within = TrailForm(request.args).offer(), _reach()
    asked = _asked(form, within)
    if asked is None:
        return page("rights/trail.html", 400, f=form, found=[], number=1, more=False, **_words())
    found = queries.lines(within, asked, skip=0, most=MOST_IN_A_FILE)
    return _file([_row(one) for one in found])


def _file(rows: list[list[Any]]) -> Response:
    heads = [
        _("When"), _("What"), _("Who"), _("On whom or what"), _("Where"), _("From"), _("Details"), _("Request"),
    ]  # fmt: skip
    table = tables.Table(
        _("Audit trail"),
        heads,
        rows,
        notes=[tables.made_note(signed_in().name)],
        widths=(18, 30, 14, 26, 18, 16, 50),
    )
    return tables.download(tables.xlsx(table), f"audit-{clock.today().isoformat()}", "xlsx")


def _row(one: queries.Shown) -> list[Any]:
    line = one.line
    details = "; ".join(detail_words(line.detail, one.names))
    what = str(DEEDS.get(line.deed, line.deed))
    return [line.at, what, one.by, one.subject, one.place, line.address, details, line.request_id]


def _words() -> dict[str, Any]:
    return {"deeds": DEEDS, "detail_words": detail_words}


def _reach() -> Reach:
    return reach(signed_in().roles, "trail.read")


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _asked(form: TrailForm, within: Reach) -> queries.Asked | None:
    """Return which lines are meant, None where the form says what is wrong."""
    sound, people, place = form.validate(), None, None
    if sound and form.name.data:
        people = queries.called(within, form.name.data)
        if not people:
            form.name.errors = [_("Nobody of this name is in your area.")]
    if sound and form.place.data:
        found = communities.meant_by(form.place.data, LEVELS, within)
        place = found[0] if len(found) == 1 else None
        if place is None:
            form.place.errors = [_("Write the whole name or the code of one place in your area.")]
    if form.person_id is not None:
        people = queries.one_person(within, form.person_id)
    return None if form.errors else queries.Asked(form.deed.data or "", people, place, form.day.data)
