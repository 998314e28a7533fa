"""What the page shows on which somebody sets the second step at sign-in up."""

from typing import Any

from flask import current_app
from markupsafe import Markup

from reading.access import ADMIN
from reading.late import Late
from reading.people.models import Account, PlainAccount
from reading.sign_ins import totp_queries
from reading.sign_ins.totp_rules import address, typed_secret

segno: Any = Late("segno")

QUIET_SQUARES = 4


def key_of(account: Account | PlainAccount) -> dict[str, Any]:
    """Return what ``sign_ins/set_up.html`` shows beside its form: the key of the account's next generator."""
    secret = totp_queries.secret_of(account.id, totp_queries.next_number(account.id))
    link = address(secret, account.name)
    code = segno.make(link, error="m", micro=False)
    qr = Markup(code.svg_inline(omitsize=True, border=QUIET_SQUARES, light="#fff"))
    return {"qr": qr, "link": link, "secret": typed_secret(secret), "needed": is_needed(account)}


def is_needed(account: Account | PlainAccount) -> bool:
    """Tell whether the account may not do without a second step."""
    asked_for = current_app.config["ADMIN_TOTP"] == "required"
    return asked_for and any(role.name == ADMIN for role in account.roles)
