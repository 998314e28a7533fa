"""A browser that says, as browsers do, which site its forms are on, and forms that it sends later."""

from typing import Any

from tests.pages import Page, Visitor

HERE, EVIL = "http://localhost", "http://evil.example"
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
