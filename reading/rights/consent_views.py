"""The notice, and what one agreed to: since when, to which wording, and with one tap no more."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import public, requires
from reading.paths import safe_next
from reading.people import consent_queries as consents
from reading.people.answers import called, page
from reading.people.models import Resident
from reading.people.queries import household, own_resident, resident_for, signed_in
from reading.people.rules import NOTICE_VERSION, NOTICES
from reading.rights.consent_actions import decide
from reading.rights.consent_forms import ConsentForm
from reading.rights.consent_queries import to_give_up

bp = Blueprint("consents", __name__)


@bp.get("/notice")
@public
def notice() -> ResponseReturnValue:
    """What is kept of people and why, as it holds now."""
    return page("rights/notice.html", version=NOTICE_VERSION, versions=NOTICES, newest=NOTICE_VERSION)


@bp.get("/notice/<version>")
@public
def notice_of(version: str) -> ResponseReturnValue:
    """One wording of the notice, also a former one."""
    if version not in NOTICES:
        abort(404)
    return page("rights/notice.html", version=version, versions=NOTICES, newest=NOTICE_VERSION)


@bp.route("/me/consents", methods=["GET", "POST"])
@requires("own.records")
def mine() -> ResponseReturnValue:
    """What oneself and the household agreed to."""
    account = signed_in()
    form = ConsentForm(request.form)
    if request.method == "GET" or not form.validate():
        return _consents_page(household(account.id), form)
    return _decided(form, own_resident(account, form.resident_id) or abort(404))


@bp.route("/residents/<uuid:resident_id>/consents", methods=["GET", "POST"])
@requires("residents.enrol")
def of_other(resident_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody without an account agreed to, written down by staff."""
    resident = resident_for(signed_in(), resident_id, "residents.enrol") or abort(404)
    if resident.account_id is not None:
        abort(404)
    form = ConsentForm(request.form)
    if request.method == "GET" or not form.validate() or form.resident_id != resident.id:
        return _consents_page([resident], form, staff=True)
    return _decided(form, resident)


def _consents_page(
    people: Sequence[Resident], form: ConsentForm, *, staff: bool = False
) -> ResponseReturnValue:
    ids = [one.id for one in people]
    told = {
        "standing": consents.standing(ids),
        "withdrawn": consents.withdrawn(ids),
        "newest": NOTICE_VERSION,
        "called": called(people),
    }
    status = 200 if request.method == "GET" else 400
    return page("rights/consents.html", status, people=people, url=_here(), f=form, staff=staff, **told)


def _here() -> str:
    """Return the address of this page, which goes on leading to where somebody came from to agree again."""
    return url_for(str(request.endpoint), next=_onward(), **request.view_args or {})


def _onward() -> str | None:
    return safe_next(request.args.get("next"))


def _decided(form: ConsentForm, resident: Resident) -> ResponseReturnValue:
    lost = to_give_up(resident.id, clock.now()) if form.may_lose_places else None
    if lost:
        staff = resident.account_id is None
        return page("rights/withdrawal.html", 400, one=resident, url=_here(), lost=lost, staff=staff)
    decide(resident.id, form.kind.data, form.is_given, signed_in())
    said = _("Agreed. Thank you.") if form.is_given else _("Withdrawn, from this moment on.")
    flash(said, "success")
    return redirect((_onward() if form.takes_part else None) or _here())
