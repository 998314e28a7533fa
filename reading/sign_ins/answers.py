"""How a device is let in, and let go."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from reading import account_tag
from reading.errors import Refused, wants_json
from reading.forms import Form
from reading.paths import next_or, safe_next
from reading.people.answers import form_page, page, sent
from reading.people.models import Account, PlainAccount
from reading.sent import Kept
from reading.sign_ins import actions, half, present
from reading.sign_ins.setting_up import key_of
from reading.sign_ins.totp_forms import ConfirmForm, SecondStepForm

TOO_MANY = 429
# What a button sends that leads from one page of signing in to another, where a form waits that a link would lose.
LED = "again"


def enter(
    account: Account | PlainAccount, password: str, message: str | None = None
) -> ResponseReturnValue | None:
    """Sign this device in, with a session that holds nothing of the one before, and lead on.

    ``password`` is the one just proven. Who was signed in here as somebody else is signed out. Whose sign-in takes a
    second step is led to that instead. None when another password was set at that very moment. Raises ``Refused`` for
    an account that was closed.
    """
    _end_of_others(account)
    if account.secured_at is None:
        return let_in(present.enter(account, password), message)
    waits = request.form.get("kept", "")
    half.begin(account.id, actions.renew_hash(account, password), waits)
    _say(message)
    onward = safe_next(request.values.get("next"))
    # At its own address wherever that can hold what waits: a switch on this answer would ask for the password again.
    if waits and not half.holds(waits):
        return form_page("sign_ins/second_step.html", SecondStepForm(next=onward, kept=waits))
    return redirect(url_for("second_factor.ask", next=onward))


def let_in(entered: present.Entered | None, message: str | None = None) -> ResponseReturnValue | None:
    """Lead on who has proven all there is to prove and is signed in now; None for nobody.

    An administrator whose sign-in takes no second step yet is led to set it up, and who wrote a form before to that.
    """
    if entered is None:
        return None
    session.clear()
    _say(message)
    return entered.handed(make_response(_onward(entered.account)))


def _onward(account: Account | PlainAccount) -> ResponseReturnValue:
    onward = safe_next(request.values.get("next"))
    if any(not role.is_in_force for role in account.roles):
        if not request.form.get("kept"):
            return redirect(url_for("second_factor.mine", next=onward))
        form = ConfirmForm(next=onward, kept=request.form["kept"])
        return form_page("sign_ins/set_up.html", form, **key_of(account))
    if not request.form.get("kept"):
        return redirect(next_or(url_for("home.index")))
    return once_more(account.id) or redirect(url_for("home.index"))


def once_more(account_id: uuid.UUID) -> ResponseReturnValue | None:
    """Return the page that sends once more what waited for this account to sign in; None where nothing did."""
    form = what_waited(account_id)
    text = _("You are signed in again, and what you wrote is here.")
    return page("sign_ins/kept.html", kept=form, text=text) if form else None


def what_waited(account_id: uuid.UUID) -> Kept | None:
    """Return the form that waited for this account to sign in; None for nothing and, which is said, for another's."""
    sealed = request.form.get("kept")
    form = Kept.opened(sealed, account_id) if sealed else None
    if sealed and form is None:
        flash(
            _("What was written on the page before is another account's, or too old. It was not sent."),
            "warn",
        )
    return form


def filled_in() -> MultiDict[str, str] | None:
    """Return what was sent; None for whom a link or a button only led here."""
    return None if LED in request.form else sent()


def along() -> dict[str, str | None]:
    """Return what comes along from one page of signing in to the next: where to go on to, and the form that waits."""
    waits = request.form.get("kept")
    if not current_user.is_authenticated:
        half.hold(waits or "")
        waits = waits or half.waits()
    return {"next": safe_next(request.values.get("next")), "kept": waits}


def not_now(refusal: Refused, form: Form, template: str, **values: Any) -> ResponseReturnValue:
    """Answer with the form that was sent when there were too many tries: what waits in it goes on waiting.

    Any other refusal is raised again.
    """
    if refusal.status != TOO_MANY or wants_json():
        raise refusal
    form.form_errors = [refusal.message]
    answer = make_response(form_page(template, form, **values))
    answer.status_code = TOO_MANY
    answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _end_of_others(account: Account | PlainAccount) -> None:
    here = present.here()
    if here and current_user.id != account.id:
        actions.end(here, current_user.id, "out")
        present.nobody()


def _say(message: str | None) -> None:
    if message:
        flash(message, "success")


def leave(message: str) -> ResponseReturnValue:
    """Lead home who is no longer signed in on this device, since their account is gone: it forgets who it was."""
    session.clear()
    flash(message, "success")
    return account_tag.forget(present.leave(redirect(url_for("home.index"))))
