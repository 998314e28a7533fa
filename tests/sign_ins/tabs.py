"""A browser that says, as browsers do, which site its forms are on, and forms that it sends later."""

from typing import Any

from sqlalchemy import func, select

from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Account
from reading.sign_ins import actions
from tests.cast import PASSWORD
from tests.pages import Page, Visitor, fields_of

HERE, EVIL = "http://localhost", "http://evil.example"
WORDS = "留着这一句"
PHONE, OTHER_PHONE = "13800000001", "13800000002"


def at_home(visitor: Visitor) -> Visitor:
    """Let the browser say that its forms are on a page of this site."""
    return from_site(visitor, HERE)


def from_site(visitor: Visitor, origin: str | None) -> Visitor:
    """Let the browser say so of the site ``origin``; None for one that says nothing."""
    told = {"Origin": origin} if origin else {}
    visitor.headers = {"Accept-Language": "en", **told}
    return visitor


def sent(visitor: Visitor, form: dict[str, Any], status: int, path: str = "/logbook/new") -> Page:
    """Send a form as a page held it a while ago."""
    return visitor._page(visitor.client.post(path, data=form, headers=visitor.headers), status)


def written(visitor: Visitor) -> dict[str, Any]:
    """Fill the form for a record in; return what it would send."""
    form = fields_of(visitor.get("/logbook/new").form())
    return {**form, "book": "活着", "pages": "30", "reflection": WORDS}


def end_elsewhere(account: Account) -> None:
    """End every sign-in of the account, as another device of its own does."""
    actions.end_others(account.id, None)


def sign_in_on(page: Page, visitor: Visitor, status: int = 200, **other: str) -> Page:
    """Sign the resident in by the form of ``page``, or whose phone and password are told."""
    typed: dict[str, Any] = {"phone": PHONE, "password": PASSWORD, **other}
    return visitor.submit(page, status, **typed)


def entries() -> int:
    """Return how many records of reading there are."""
    return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0
