"""Pages of the devices one is signed in on."""

import uuid

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from reading import clock
from reading.access import requires
from reading.people.answers import done, page
from reading.people.queries import signed_in
from reading.sign_ins import actions, present, queries

bp = Blueprint("devices", __name__)

WORDS = {
    "HarmonyOS": _l("HarmonyOS"),
    "Android": _l("Android"),
    "Windows": _l("Windows computer"),
    "WeChat": _l("WeChat"),
    "Huawei": _l("Huawei Browser"),
    "Xiaomi": _l("Mi Browser"),
    "UC": _l("UC Browser"),
    "QQ": _l("QQ Browser"),
    "Quark": _l("Quark"),
}


@bp.get("/me/devices")
@requires("own.records")
def mine() -> ResponseReturnValue:
    """Where one is signed in; each can be ended."""
    account = signed_in()
    devices = queries.devices(account.id, clock.now())
    return page(
        "sign_ins/devices.html", devices=devices, here_id=present.here(), name_of=_name_of, account=account
    )


@bp.post("/me/devices/<uuid:sign_in_id>/ending")
@requires("own.records")
def end(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """Sign one device out; it finds out with its next request."""
    one = queries.own(signed_in().id, sign_in_id) or abort(404)
    actions.end(one.id, signed_in().id, "elsewhere")
    return done("devices.mine", _("That device is signed out."))


@bp.post("/me/devices/others/ending")
@requires("own.records")
def end_others() -> ResponseReturnValue:
    """Sign every device out but this one."""
    number = actions.end_others(signed_in().id, present.here())
    text = ngettext("%(num)d other device is signed out.", "%(num)d other devices are signed out.", number)
    return done("devices.mine", text if number else _("No other device was signed in."))


def _name_of(words: str) -> str:
    """Return what a device is called, such as “Android · WeChat”."""
    known = [str(WORDS.get(one, one)) for one in words.split(" · ") if one]
    return " · ".join(known) or _("A device")
