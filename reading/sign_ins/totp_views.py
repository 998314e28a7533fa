"""Pages of the second step at sign-in: asked for after the password, and set up by oneself."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading.access import public, requires
from reading.errors import Refused
from reading.form_tokens import of_visitors
from reading.paths import next_or, safe_next
from reading.people import queries as people
from reading.people.answers import done, form_page, page, sent, valid
from reading.people.models import Account
from reading.sign_ins import half, present, totp_actions, totp_queries
from reading.sign_ins.answers import let_in, not_now, once_more, what_waited
from reading.sign_ins.code_actions import WrongCode
from reading.sign_ins.code_rules import in_groups
from reading.sign_ins.forms import SignInForm
from reading.sign_ins.setting_up import is_needed, key_of
from reading.sign_ins.totp_forms import ConfirmForm, SecondStepForm
from reading.sign_ins.totp_models import SecondFactor
from reading.sign_ins.tries import count_wrong, refuse_more

bp = Blueprint("second_factor", __name__)


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@of_visitors
@public
def ask() -> ResponseReturnValue:
    """Ask whose password was right for the code their phone shows."""
    if current_user.is_authenticated:
        return once_more(current_user.id) or redirect(next_or(url_for("home.index")))
    account, onward = half.who(), safe_next(request.args.get("next"))
    form = SecondStepForm(sent(), next=onward, kept=half.waits())
    if account is None:
        return _begin_again(form, _("The password is asked for once more. Type it, then the code."))
    try:
        entered = _entered(account, form)
    except Refused as refusal:
        return not_now(refusal, form, "sign_ins/second_step.html")
    return entered or form_page("sign_ins/second_step.html", form)


def _entered(account: Account, form: SecondStepForm) -> ResponseReturnValue | None:
    """Let whose code is right in; None for a form that is only opened, or wrong."""
    if not valid(form):
        return None
    refuse_more(str(account.id))
    try:
        return let_in(present.enter_by_code(account, form.code.data or "")) or _begin_again(form)
    except WrongCode:
        _count_wrong(form, account)
        return None


def _count_wrong(form: SecondStepForm, account: Account) -> None:
    said = _("This code is not right, or was used before. Wait for the next one.")
    count_wrong(form, str(account.id), said)


def _begin_again(form: SecondStepForm, message: str = "") -> ResponseReturnValue:
    """Lead back to the password, with what waits for the sign-in."""
    if message:
        flash(message, "notice")
    if form.kept.data:
        return form_page("sign_ins/sign_in.html", SignInForm(next=form.next.data, kept=form.kept.data))
    return redirect(url_for("sign_ins.sign_in", next=safe_next(request.values.get("next"))))


@bp.route("/me/second-factor", methods=["GET", "POST"])
@requires("own.records")
def mine() -> ResponseReturnValue:
    """Set the second step up, or see that it stands."""
    account, form = people.signed_in(), ConfirmForm(sent(), next=safe_next(request.args.get("next")))
    if account.secured_at and not sent():
        return _standing(account, SecondStepForm())
    try:
        made = _confirmed(account, form)
    except Refused as refusal:
        return not_now(refusal, form, "sign_ins/set_up.html", **key_of(account))
    return _recovery(made) if made else form_page("sign_ins/set_up.html", form, **key_of(account))


def _confirmed(account: Account, form: ConfirmForm) -> SecondFactor | None:
    if not valid(form):
        return None
    refuse_more(str(account.id))
    made = totp_actions.confirm(form.record_id, account.id, form.code.data or "")
    if not made:
        count_wrong(form, str(account.id), _("This is not the code the app shows now. Look once more."))
    return made


@bp.post("/me/second-factor/ending")
@requires("own.records")
def end() -> ResponseReturnValue:
    """End the own second step with one of its codes, to set up another phone or to do without."""
    account, form = people.signed_in(), SecondStepForm(sent())
    if valid(form):
        refuse_more(str(account.id))
        if totp_actions.end_own(account.id, form.code.data or ""):
            return done(".mine", _("The second step has ended. You can set up another phone now."))
        _count_wrong(form, account)
    return _standing(account, form)


def _standing(account: Account, form: SecondStepForm) -> ResponseReturnValue:
    factor = totp_queries.standing(account.id)
    left = totp_queries.recovery_codes_left(factor.id) if factor else 0
    return form_page("sign_ins/second_factor.html", form, factor=factor, left=left, needed=is_needed(account))


def _recovery(factor: SecondFactor) -> ResponseReturnValue:
    codes = [in_groups(one) for one in totp_queries.recovery_codes(factor)]
    onward = safe_next(request.form.get("next")) or url_for("people.me")
    return page(
        "sign_ins/recovery_codes.html", codes=codes, onward=onward, kept=what_waited(factor.account_id)
    )
