"""Giving a code as its page does, and reading it off."""

import uuid
from typing import Any

from reading.extensions import db
from reading.people.models import Account, Resident
from reading.sign_ins import code_actions
from reading.sign_ins.code_queries import Holder, account_holder, holder_of
from tests.pages import Page, Visitor

WRONG = "22222 22222"
# Who claims a record, and what the page asks for beside the code.
CLAIMER = "13700000099"
CLAIMED: dict[str, Any] = {"phone": CLAIMER, "password": "吴大爷爱看红旗渠", "agree": "y"}


def claimed(visitor: Visitor, code: str, status: int = 200, **typed: Any) -> Page:
    """Type a code on the page for claiming a record."""
    return visitor.submit(visitor.get("/claim"), status, code=code, **{**CLAIMED, **typed})


def typed_on(page: Page) -> dict[str, Any]:
    """Return what stands in the form's fields for a code and a phone number."""
    fields = page.soup.select("main input[name=code], main input[name=phone]")
    return {str(one["name"]): one.get("value") for one in fields}


def code_for(person: Resident | Account, by: Account) -> str:
    """Return a new code for a resident or an account, given by this account."""
    holder: Holder | None
    if isinstance(person, Resident):
        holder = holder_of(db.session.merge(by), db.session.get_one(Resident, person.id))
    else:
        holder = account_holder(db.session.merge(by), person.id)
    assert holder is not None
    return code_actions.give(uuid.uuid4(), holder, by)


def shown(page: Page) -> str:
    """Return the code on the page that shows it."""
    found = page.soup.find(class_="given-code")
    assert found is not None
    return " ".join(found.get_text().split())


def give(visitor: Visitor, person: Resident) -> str:
    """Open the page for giving this person a code, ask for one, and return it."""
    return shown(visitor.submit(visitor.get(f"/residents/{person.id}/code")))
