"""The deeds the trail knows and what it tells of them, in the words of whoever reads it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reading.audit.models import Detail
from reading.forms import parse_uuid

DEEDS = {
    "access.refused": _l("Refused: not theirs to open"),
    "file.exported": _l("File taken out"),
    "trail.exported": _l("Audit trail taken out"),
    "account.closed": _l("Account closed"),
    "leaving.taken_back": _l("Wish to leave taken back"),
    "leaving.wished": _l("Wish to leave"),
    "person.erased": _l("Person erased"),
    "account.created": _l("Account made on the command line"),
    "account.reopened": _l("Account opened again"),
    "consent.written_down": _l("Spoken consent written down by staff"),
    "group.ended": _l("Study group ended"),
    "group.leader_named": _l("Leader of a study group named"),
    "group.member_written_in": _l("Spoken yes to a study group written down"),
    "group.started": _l("Study group started"),
    "log.corrected": _l("Flagged record corrected with its reader"),
    "log.kept": _l("Flagged record kept"),
    "log.set_aside": _l("Flagged record set aside"),
    "log.taken_back": _l("Record set aside counts again"),
    "password.changed": _l("Password changed"),
    "resident.moved": _l("Move of somebody without an account written down"),
    "code.given": _l("One-time code given"),
    "password.reset": _l("Password reset with a code"),
    "account.handed_over": _l("Member of a household given an account of their own"),
    "record.claimed": _l("Record claimed with a code"),
    "community.closed": _l("Place closed"),
    "community.reopened": _l("Place opened again"),
    "second_factor.confirmed": _l("Second step at sign-in set up"),
    "second_factor.ended": _l("Second step at sign-in ended"),
    "second_factor.recovered": _l("Recovery code used at sign-in"),
    "residents.imported": _l("List of people taken in"),
    "residents.merge_undone": _l("Merge of two records undone"),
    "data.exported": _l("A person's data taken along"),
    "retention.ran": _l("What was too old let go"),
    "residents.merged": _l("Two records of one person merged"),
    "role.ended": _l("Role ended"),
    "role.granted": _l("Role granted"),
    "sign_in": _l("Signed in"),
    "sign_in.ended": _l("Signed out from elsewhere"),
    "sign_in.refused": _l("Wrong phone number or password"),
    "sign_out": _l("Signed out"),
}

# What else a line tells, in the order in which it is told.
DETAILS = {
    "route": _l("page asked for"),
    "status": _l("answer"),
    "month": _l("of the month"),
    "role": _l("role"),
    "kind": _l("kind"),
    "withdrawn": _l("withdrawn"),
    "guardian": _l("guardian"),
    "moved": _l("by moving away"),
    "left": _l("by leaving"),
    "at_once": _l("at once"),
    "added": _l("added"),
    "known": _l("known already"),
    "refused": _l("refused"),
    "why": _l("why"),
    "purpose": _l("for what"),
    "ended": _l("sign-ins ended"),
    "number": _l("how many"),
    "nodes": _l("places"),
    "table": _l("of what"),
    "rows": _l("lines"),
    "to": _l("new home"),
    "code": _l("number of the code"),
    "given_by": _l("given by"),
    "account": _l("account"),
    "merged": _l("the other record"),
    "entry": _l("reading record"),
    "group": _l("study group"),
}
VALUES: dict[str, dict[Any, Any]] = {
    "status": {200: _l("handed out"), 403: _l("not allowed"), 404: _l("not found")},
    "role": {
        "steward": _l("Steward"),
        "organizer": _l("Night-school organizer"),
        "librarian": _l("Librarian"),
        "admin": _l("Administrator"),
    },
    "kind": {
        "taking_part": _l("Taking part"),
        "boards": _l("Standing on boards"),
        "reflections": _l("Showing what I wrote about books"),
        "json": "JSON",
        "xlsx": "XLSX",
    },
    "why": {"out": _l("signed out"), "elsewhere": _l("one device"), "others": _l("all other devices")},
    "purpose": {"claim": _l("to claim a record"), "password": _l("for a new password")},
    "table": {
        "audit_lines": _l("audit trail"),
        "sign_ins": _l("old sign-ins"),
        "wrong_answers": _l("wrong answers at sign-in"),
        "wrong_codes": _l("wrong codes"),
        "given_codes": _l("codes given in person"),
        "roster_imports": _l("lists never confirmed"),
    },
}


# Details that are the id of an account or a resident; of a study group; the code of a place.
PEOPLE, GROUP, PLACE = ("guardian", "given_by", "account", "merged"), "group", "to"
NAMED = (*PEOPLE, GROUP, PLACE)
# So much of an id tells lines of the same thing apart.
SHORT = 8


def detail_words(detail: Detail, names: Mapping[Any, str] = MappingProxyType({})) -> list[str]:
    """Return what else a line tells, each with its name; what has no words here stays as it is kept.

    ``names`` are those that whoever reads it may know, by the id or code that stands for them in a line; any other id
    is told by its first few characters.
    """
    order = list(DETAILS)
    kinds = sorted(detail, key=lambda name: (order.index(name) if name in DETAILS else len(order), name))
    return [
        f"{DETAILS.get(name, name)}{_(': ')}{_value(name, detail[name], names)}"
        for name in kinds
        if detail[name] is not None
    ]


def _value(name: str, value: Any, names: Mapping[Any, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in NAMED and value in names:
        return names[value]
    if isinstance(value, str) and parse_uuid(value):
        return value[:SHORT]
    # An address is shown without what the code calls its parts.
    kept = re.sub("<.*?>", "…", value) if name == "route" else value
    return str(VALUES.get(name, {}).get(kept, kept))
