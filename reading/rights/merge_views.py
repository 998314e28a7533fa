"""The staff's pages about records that may be one person: side by side, merged, told apart, taken apart again."""

import uuid
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading.access import reach, requires
from reading.communities import queries as communities
from reading.people.answers import done, page
from reading.people.queries import signed_in
from reading.rights import merge_actions as actions
from reading.rights import merge_queries as queries
from reading.rights.merge_forms import PairForm
from reading.rights.merge_rules import is_settled, which_goes_on

bp = Blueprint("merges", __name__)

PAGE, LAST_PAGE = 30, 1000


@bp.get("/residents/duplicates")
@requires("residents.merge")
def duplicates() -> ResponseReturnValue:
    """Pairs of records that may be one person, side by side."""
    pairs = queries.proposals(signed_in())
    label_of = communities.labeller(side.resident.home for pair in pairs for side in pair.sides)
    return page("rights/duplicates.html", pairs=pairs, label_of=label_of)


@bp.get("/residents/duplicates/<uuid:first_id>/<uuid:second_id>")
@requires("residents.merge")
def pair(first_id: uuid.UUID, second_id: uuid.UUID) -> ResponseReturnValue:
    """Two records side by side, before they are merged or told apart."""
    return _pair_page(PairForm(first=str(first_id), second=str(second_id)), (first_id, second_id))


def _pair_page(form: PairForm, ids: tuple[uuid.UUID, uuid.UUID], status: int = 200) -> ResponseReturnValue:
    found = queries.pair(signed_in(), ids) or abort(404)
    first, second = (side.resident for side in found.sides)
    goes_on = which_goes_on(first, second)[0] if is_settled(first, second) else None
    return page("rights/pair.html", status, pair=found, goes_on=goes_on, f=form)


@bp.post("/residents/merges")
@requires("residents.merge")
def merge() -> ResponseReturnValue:
    """Make two records of one person one."""
    form = PairForm(request.form)
    if not form.validate():
        return page("rights/duplicates.html", 400, pairs=queries.proposals(signed_in()), f=form)
    merged = _or_404(actions.merge, form.record_id, form.pair, signed_in())
    return done("merges.duplicates", _("One record now: %(name)s.", name=merged.survivor.name))


@bp.post("/residents/distinctions")
@requires("residents.merge")
def tell_apart() -> ResponseReturnValue:
    """Note that two records are two people."""
    form = PairForm(request.form)
    if not form.validate():
        return page("rights/duplicates.html", 400, pairs=queries.proposals(signed_in()), f=form)
    _or_404(actions.tell_apart, form.pair, signed_in())
    return done("merges.duplicates", _("Noted: two people. You will not be asked about them again."))


@bp.get("/residents/merges")
@requires("residents.merge")
def index() -> ResponseReturnValue:
    """What was merged, the latest first."""
    account, number = signed_in(), min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    found = queries.merges_to_see(account, limit=PAGE + 1, offset=PAGE * (number - 1))
    may_undo = bool(reach(account.roles, "residents.split"))
    return page(
        "rights/merges.html", found=found[:PAGE], more=len(found) > PAGE, number=number, may_undo=may_undo
    )


@bp.post("/residents/merges/<uuid:merge_id>/undoing")
@requires("residents.split")
def undo(merge_id: uuid.UUID) -> ResponseReturnValue:
    """Make one record two again."""
    account = signed_in()
    found = queries.merge_to_undo(account, merge_id) or abort(404)
    _or_404(actions.undo, found.id, account)
    return done("merges.index", _("Two records again. What was moved has gone back."))


def _or_404(act: Any, *told: Any) -> Any:
    try:
        return act(*told)
    except LookupError:
        abort(404)
