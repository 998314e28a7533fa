"""The page that gives a member of a household an account of their own."""

import uuid

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import requires
from reading.people import queries as people
from reading.people.actions import PhoneTaken
from reading.people.answers import done, form_page, page, sent, valid
from reading.people.models import Resident
from reading.people.rules import may_stand_alone
from reading.rights import own_account_actions as actions
from reading.rights import own_account_queries as queries
from reading.rights.own_account_forms import OwnAccountForm

bp = Blueprint("own_accounts", __name__)


@bp.route("/me/household/<uuid:resident_id>/account", methods=["GET", "POST"])
@requires("own.records")
def give(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody of the household an account of their own, once they are 14."""
    account, form = people.signed_in(), OwnAccountForm(sent())
    resident = _member(resident_id)
    if resident.account_id == account.id and not _is_old_enough(resident):
        return page("rights/too_young.html", 409, resident=resident)
    if valid(form):
        try:
            actions.hand_over(form.record_id, resident.id, by=account.id, **form.told())
            return done(
                "people.household", _("%(name)s has an account now and signs in alone.", name=resident.name)
            )
        except PhoneTaken:
            form.phone.errors = [_("This number has an account already.")]
    return form_page("rights/own_account.html", form, resident=resident)


def _member(resident_id: uuid.UUID) -> Resident:
    """Return who is of the household, or was until this account gave them one of their own: a second tap finds them."""
    account, resident = people.signed_in(), people.taking_part(resident_id)
    is_known = resident is not None and (
        resident.account_id == account.id or (sent() and queries.gave_account(account.id, resident.id))
    )
    return resident if resident is not None and is_known else abort(404)


def _is_old_enough(resident: Resident) -> bool:
    return may_stand_alone(resident.relation, resident.born_on, clock.today())
