"""Pages of the second step at sign-in: asked for after the password, and set up by oneself."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from reading.access import ADMIN, public, requires
from reading.late import Late
from reading.paths import next_or, safe_next
from reading.people import queries as people
from reading.people.answers import done, form_page, page, sent, valid
from reading.people.models import Account
from reading.sign_ins import half, totp_actions, totp_queries
from reading.sign_ins.answers import let_in
from reading.sign_ins.code_rules import in_groups
from reading.sign_ins.totp_forms import ConfirmForm, SecondStepForm
from reading.sign_ins.totp_models import SecondFactor
from reading.sign_ins.totp_rules import address, typed_secret
from reading.sign_ins.tries import count_wrong, refuse_more

segno: Any = Late("segno")
bp = Blueprint("second_factor", __name__)

QUIET_SQUARES = 4


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    """Ask whose password was right for the code their phone shows."""
    if current_user.is_authenticated:
        return redirect(next_or(url_for("home.index")))
    account, form = half.who(), SecondStepForm(sent(), next=safe_next(request.args.get("next")))
    if account is None:
        flash(_("That took too long. Sign in again, then type the code."), "notice")
        return redirect(url_for("sign_ins.sign_in", next=safe_next(request.values.get("next"))))
    if valid(form):
        refuse_more(str(account.id))
        if totp_actions.answer(account.id, form.code.data or ""):
            return let_in(account, None) or redirect(url_for("sign_ins.sign_in"))
        count_wrong(
            form, str(account.id), _("This code is not right, or was used before. Wait for the next one.")
        )
    return form_page("sign_ins/second_step.html", form)


@bp.route("/me/second-factor", methods=["GET", "POST"])
@requires("own.records")
def mine() -> ResponseReturnValue:
    """Set the second step up, or see that it stands."""
    account, form = people.signed_in(), ConfirmForm(sent(), next=safe_next(request.args.get("next")))
    if account.secured_at and not sent():
        return _standing(account, SecondStepForm())
    if valid(form):
        refuse_more(str(account.id))
        made = totp_actions.confirm(form.record_id, account.id, form.code.data or "")
        if made:
            return _recovery(made)
        count_wrong(form, str(account.id), _("This is not the code the app shows now. Look once more."))
    return _set_up(account, form)


@bp.post("/me/second-factor/ending")
@requires("own.records")
def end() -> ResponseReturnValue:
    """End the own second step with one of its codes, to set up another phone or to do without."""
    account, form = people.signed_in(), SecondStepForm(sent())
    if valid(form):
        refuse_more(str(account.id))
        if totp_actions.end_own(account.id, form.code.data or ""):
            return done(".mine", _("The second step has ended. You can set up another phone now."))
        count_wrong(
            form, str(account.id), _("This code is not right, or was used before. Wait for the next one.")
        )
    return _standing(account, form)


def _set_up(account: Account, form: ConfirmForm) -> ResponseReturnValue:
    secret = totp_queries.secret_of(account.id, totp_queries.next_number(account.id))
    link = address(secret, account.name)
    code = segno.make(link, error="m", micro=False)
    qr = Markup(code.svg_inline(omitsize=True, border=QUIET_SQUARES, light="#fff"))
    return form_page(
        "sign_ins/set_up.html", form, qr=qr, link=link, secret=typed_secret(secret), needed=_needed(account)
    )


def _standing(account: Account, form: SecondStepForm) -> ResponseReturnValue:
    factor = totp_queries.standing(account.id)
    left = totp_queries.recovery_codes_left(factor.id) if factor else 0
    return form_page("sign_ins/second_factor.html", form, factor=factor, left=left, needed=_needed(account))


def _recovery(factor: SecondFactor) -> ResponseReturnValue:
    codes = [in_groups(one) for one in totp_queries.recovery_codes(factor)]
    onward = safe_next(request.form.get("next")) or url_for("people.me")
    return page("sign_ins/recovery_codes.html", codes=codes, onward=onward)


def _needed(account: Account) -> bool:
    asked_for = current_app.config["ADMIN_TOTP"] == "required"
    return asked_for and any(role.name == ADMIN for role in account.roles)
