"""Pages of codes given in person: giving one, claiming a record with it, a new password."""

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock
from reading.access import public, requires
from reading.errors import Refused
from reading.form_tokens import is_of_visitor, of_visitors
from reading.forms import CreatingForm
from reading.paths import next_or
from reading.people import queries as people
from reading.people.actions import PhoneTaken
from reading.people.answers import done, form_page, page, sent, valid
from reading.people.models import Account, Resident
from reading.sign_ins import code_actions, code_queries
from reading.sign_ins.answers import LED, along, enter, filled_in, not_now, once_more
from reading.sign_ins.code_forms import ClaimForm, IntoForm, NewPasswordForm
from reading.sign_ins.code_queries import Holder
from reading.sign_ins.code_rules import LASTS, in_groups
from reading.sign_ins.tries import count_wrong, refuse_more

bp = Blueprint("given_codes", __name__)


@bp.route("/residents/<uuid:resident_id>/code", methods=["GET", "POST"])
@requires("codes.give")
def for_resident(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Give a resident a code: to claim their record, or for a new password."""
    account = people.signed_in()
    resident = code_queries.holder_in_reach(account, resident_id) or abort(404)
    holder = code_queries.holder_of(account, resident)
    if holder is None:
        return page("sign_ins/no_code.html", 409, resident=resident)
    return _giving(holder, url_for("residents.index", q=resident.name), _("Residents"))


@bp.route("/accounts/<uuid:account_id>/code", methods=["GET", "POST"])
@requires("codes.give")
def for_account(account_id: uuid.UUID) -> ResponseReturnValue:
    """Give the holder of an account, who may take part in nothing else, a code for a new password."""
    holder = code_queries.account_holder(people.signed_in(), account_id) or abort(404)
    return _giving(holder, url_for("roles.index"), _("Roles"))


def _giving(holder: Holder, back: str, back_text: str) -> ResponseReturnValue:
    form = CreatingForm(sent())
    known: dict[str, Any] = {"holder": holder, "back": back, "back_text": back_text}
    if not valid(form):
        return form_page("sign_ins/give_code.html", form, **known)
    code = in_groups(code_actions.give(form.record_id, holder, people.signed_in()))
    where = url_for(".claim" if holder.account is None else ".new_password", _external=True)
    return page("sign_ins/given_code.html", code=code, where=where, until=clock.now() + LASTS, **known)


@bp.route("/claim", methods=["GET", "POST"])
@of_visitors
@public
def claim() -> ResponseReturnValue:
    """Claim a record that was kept for somebody without an account, with the code they were given.

    Who is signed in here stays so, unless it says to claim it for a new account instead of them.
    """
    if current_user.is_authenticated and "instead" not in request.form:
        return _for_somebody_new() or once_more(current_user.id) or _claim_into()
    typed = filled_in()
    form = ClaimForm(typed, **along())
    if typed is not None and valid(form):
        return _claimed(form)
    return form_page("sign_ins/claim.html", form)


def _for_somebody_new() -> ResponseReturnValue | None:
    """Ask into which account who filled the form in for a new one, before somebody signed in here.

    None for any other form, and for the one that made this very account: its id is the account's.
    """
    typed = filled_in()
    if typed is None or typed.get("id") == str(current_user.id) or not is_of_visitor():
        return None
    return form_page("sign_ins/claim.html", ClaimForm(typed), refused=True)


def _claimed(form: ClaimForm) -> ResponseReturnValue:
    try:
        refuse_more(form.phone.number)
        made = code_actions.claim(form.record_id, **form.told())
    except code_actions.WrongCode:
        count_wrong(form, form.phone.number)
        return form_page("sign_ins/claim.html", form)
    except PhoneTaken:
        return form_page("sign_ins/claim.html", form, taken=True)
    except Refused as refusal:
        return not_now(refusal, form, "sign_ins/claim.html")
    return _enter(made, form, _("Welcome! This is your record now."))


def _claim_into() -> ResponseReturnValue:
    if LED in request.form:
        return redirect(url_for(".claim"))
    account, form = people.signed_in(), IntoForm(sent())
    try:
        claimed = _claimed_into(form, account) if valid(form) else None
    except Refused as refusal:
        return not_now(refusal, form, "sign_ins/claim_into.html", has_own=_has_own(account))
    if claimed is None:
        asks = bool(form.twins)
        return form_page("sign_ins/claim_into.html", form, refused=asks, has_own=_has_own(account))
    return done("people.me", _("The record of %(name)s is in your account now.", name=claimed.name))


def _claimed_into(form: IntoForm, account: Account) -> Resident | None:
    """Return the record that was taken over; None for a wrong code, and where something is asked first."""
    # Before anything is told of the code: a name would tell that it is a good one.
    refuse_more(account.phone)
    newcomers = code_queries.claimable(form.code.code, account.id)
    if not form.is_told_apart(newcomers, people.household(account.id)):
        return None
    try:
        return code_actions.claim_into(account.id, form.record_id, form.code.code)
    except code_actions.WrongCode:
        count_wrong(form, account.phone)
        return None


def _has_own(account: Account) -> bool:
    return any(one.relation == "self" for one in people.household(account.id))


@bp.route("/sign-in/new-password", methods=["GET", "POST"])
@of_visitors
@public
def new_password() -> ResponseReturnValue:
    """Set a new password for a forgotten one, with a code given in person."""
    if current_user.is_authenticated:
        return once_more(current_user.id) or _changed_already() or redirect(url_for("sign_ins.password"))
    typed = filled_in()
    form = NewPasswordForm(typed, **along())
    if typed is not None and valid(form):
        return _changed(form)
    return form_page("sign_ins/new_password.html", form)


def _changed_already() -> ResponseReturnValue | None:
    """Lead on who sends once more the form that set their password and signed them in; None for any other."""
    told = request.form.get("id")
    last = code_queries.last_reset(current_user.id) if told else None
    return redirect(next_or(url_for("home.index"))) if last and str(last.used_with) == told else None


def _changed(form: NewPasswordForm) -> ResponseReturnValue:
    try:
        refuse_more(form.phone.number)
        account = code_actions.reset_password(form.record_id, **form.told())
    except code_actions.WrongCode:
        count_wrong(form, form.phone.number)
        return form_page("sign_ins/new_password.html", form)
    except Refused as refusal:
        return not_now(refusal, form, "sign_ins/new_password.html")
    return _enter(account, form, _("The password was changed. Your other devices are signed out."))


def _enter(account: Account, form: ClaimForm | NewPasswordForm, message: str) -> ResponseReturnValue:
    return enter(account, form.password.data or "", message) or redirect(url_for("sign_ins.sign_in"))


@bp.post("/me/password-reset/seen")
@requires("own.records")
def seen() -> ResponseReturnValue:
    """Take the notice about a reset password off the home page."""
    code_actions.see_reset(people.signed_in().id)
    return redirect(url_for("home.index"))
