"""Pages of joining, of signing in and out, and of one's password."""

from flask import Blueprint, jsonify, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import account_tag, passwords
from reading.access import public, requires
from reading.communities import queries as communities
from reading.errors import Refused, form_of_another, not_signed_in, stale_form, wants_json
from reading.form_tokens import FormOfBefore, harmless_to_visitors, of_visitors
from reading.paths import next_or, shown_as
from reading.people import actions as people
from reading.people import queries
from reading.people.answers import done, form_page, page, place_asked, sent, valid
from reading.people.rules import normal_phone
from reading.sent import kept_form
from reading.sign_ins import actions, half, present
from reading.sign_ins.answers import LED, along, enter, filled_in, not_now, once_more
from reading.sign_ins.forms import JoinForm, PasswordForm, SignInForm
from reading.sign_ins.keyed import digests
from reading.sign_ins.throttle import take_a_try
from reading.sign_ins.throttle_actions import forgive

bp = Blueprint("sign_ins", __name__)
bp.add_app_template_global(half.holds, "waits_on_device")


@bp.app_errorhandler(FormOfBefore)
def keep(error: FormOfBefore) -> ResponseReturnValue:
    """Keep what its writer sent from a page of before they signed in, in again, or were signed out elsewhere."""
    form, reader = None if wants_json() else kept_form(), current_user
    if not reader.is_authenticated and error.owner is not None:
        sealed = form.sealed(error.owner) if form else None
        half.hold(sealed or "")
        shown_as(url_for("sign_ins.sign_in"))
        asking = {"f": SignInForm(kept=sealed), "kept": form}
        return page("sign_ins/sign_in.html", 401, **asking) if sealed else not_signed_in()
    if reader.is_authenticated and error.owner not in (None, reader.id):
        return form_of_another()
    if form is None:
        return stale_form(error)
    text = _("This page was opened before you signed in. What you wrote is here.")
    return page("sign_ins/kept.html", 400, kept=form, text=text)


@bp.route("/join", methods=["GET", "POST"])
@of_visitors
@public
def join() -> ResponseReturnValue:
    """Join with a phone number: one form. Who is signed in here stays so, unless it says to join instead of them."""
    form = JoinForm(filled_in(), **along()).offer()
    if current_user.is_authenticated and "instead" not in request.form:
        return _signed_in_already(form)
    if LED not in request.form and valid(form, communities.meant_by(place_asked())):
        try:
            take_a_try(form.phone.number or "", url_for("sign_ins.join"))
            joined = people.join(form.record_id, **form.told())
            entered = enter(joined, form.password.data or "", _("Welcome! You have joined."))
            return entered or redirect(url_for("sign_ins.sign_in"))
        except people.PhoneTaken:
            form.phone.errors = [_("This number has joined already. Sign in instead.")]
        except Refused as refusal:
            return not_now(refusal, form, "sign_ins/join.html")
    return form_page("sign_ins/join.html", form)


def _signed_in_already(form: JoinForm) -> ResponseReturnValue:
    """Lead on who wrote nothing, or sends the form that made their account again; keep what was written else."""
    if form.id.data == str(current_user.id) or not (form.name.data or form.phone.data):
        return once_more(current_user.id) or redirect(next_or(url_for("people.me")))
    answer = make_response(form_page("sign_ins/join.html", form))
    answer.status_code = 409
    return answer


@bp.route("/sign-in", methods=["GET", "POST"])
@of_visitors
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with phone and password, whoever was signed in; which of the two was wrong is not told.

    Who is signed in already and typed nothing is led on, unless it says to sign in instead of them.
    """
    typed = filled_in()
    form = SignInForm(typed, **along())
    if typed is not None and valid(form):
        try:
            entered = _entered(form)
        except Refused as refusal:
            return not_now(refusal, form, "sign_ins/sign_in.html")
        if entered:
            return entered
        form.password.errors = [_("The phone number or the password is not right.")]
    elif current_user.is_authenticated and "instead" not in request.form:
        return once_more(current_user.id) or redirect(next_or(url_for("home.index")))
    return form_page("sign_ins/sign_in.html", form)


def _entered(form: SignInForm) -> ResponseReturnValue | None:
    told, typed = form.phone.data or "", form.password.data or ""
    tried = take_a_try(normal_phone(told) or told, url_for("sign_ins.sign_in", next=form.next.data))
    account = actions.proven(tried.account, typed)
    return enter(account, typed) if account else None


@bp.post("/sign-out")
@harmless_to_visitors
@public
def sign_out() -> ResponseReturnValue:
    """Forget who is signed in on this device; ask first while marks wait on it that only this account can send."""
    waits = account_tag.unsent(current_user.id) if current_user.is_authenticated else None
    if waits and "anyway" not in request.form:
        return page("sign_ins/unsent.html", 409, number=waits[0], event_id=waits[1])
    here = present.here()
    if here:
        actions.end(here, current_user.id, "out")
    session.clear()
    present.nobody()
    rosters = account_tag.keeps_rosters()
    answer = make_response(page("sign_ins/signed_out.html") if rosters else redirect(url_for("home.index")))
    return account_tag.forget(present.leave(answer))


@bp.post("/sign-in/extension")
@requires("own.records")
def extend() -> ResponseReturnValue:
    """Stay signed in: what a page's script sends when somebody says so, in time."""
    return jsonify(seconds=present.extend())


@bp.route("/me/password", methods=["GET", "POST"])
@requires("own.records")
def password() -> ResponseReturnValue:
    """Change the password; the present one is asked for."""
    account = queries.signed_in()
    form = PasswordForm(sent()).of(account, digests("password held", account.password_hash))
    if valid(form):
        if _changes(form):
            return done("people.me", _("The password was changed. Your other devices are signed out."))
        form.present.errors = [_("This is not your present password.")]
    return form_page("sign_ins/password.html", form)


def _changes(form: PasswordForm) -> bool:
    """Change the password, and tell whether what was sent for the present one is right.

    A form that was opened on another password may be the same change sent again: then the new password is the one that
    holds now, and nothing is done. Nobody tries two passwords at the price of one: each that is looked at is a try
    counted before, and whoever sends the one that holds knows it.
    """
    account, new, where = form.account, form.password.data or "", url_for("sign_ins.password")
    tried = take_a_try(account.phone, where)
    is_right = actions.change_password(account, form.present.data or "", new, kept=present.here())
    if not is_right and form.is_of_before:
        take_a_try(account.phone, where)
        is_right = passwords.matches(account.password_hash, new)
    if is_right:
        forgive(tried.counted_as)
    return is_right
