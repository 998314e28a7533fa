"""How a device is let in, and let go."""

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from reading import account_tag
from reading.paths import next_or, safe_next
from reading.people.models import Account, PlainAccount
from reading.sign_ins import actions, half, present


def enter(
    account: Account | PlainAccount, password: str, message: str | None = None
) -> ResponseReturnValue | None:
    """Sign this device in, with a session that holds nothing of the one before, and lead on.

    ``password`` is the one just proven. Whose sign-in takes a second step is led to that instead. None when another
    password was set at that very moment. Raises ``Refused`` for an account that was closed.
    """
    if account.secured_at is None:
        return let_in(account, password, message)
    actions.renew_hash(account, password)
    half.begin(account)
    _say(message)
    return redirect(url_for("second_factor.ask", next=safe_next(request.values.get("next"))))


def let_in(
    account: Account | PlainAccount, password: str | None, message: str | None = None
) -> ResponseReturnValue | None:
    """Sign this device in as somebody who proved all there is to prove; ``password`` None: it was proven before.

    An administrator whose sign-in takes no second step yet is led to set it up. Else as :func:`enter`.
    """
    entered = present.enter(account, password)
    if entered is None:
        return None
    session.clear()
    _say(message)
    if any(not role.is_in_force for role in entered.account.roles):
        return entered.handed(
            redirect(url_for("second_factor.mine", next=safe_next(request.values.get("next"))))
        )
    return entered.handed(redirect(next_or(url_for("home.index"))))


def _say(message: str | None) -> None:
    if message:
        flash(message, "success")


def leave(message: str) -> ResponseReturnValue:
    """Lead home who is no longer signed in on this device, since their account is gone: it forgets who it was."""
    session.clear()
    flash(message, "success")
    return account_tag.forget(present.leave(redirect(url_for("home.index"))))
