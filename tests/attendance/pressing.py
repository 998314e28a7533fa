"""Pressing the marks of a roster page, as a thumb does."""

import uuid
from typing import Any

from bs4 import Tag

from reading.people.models import Resident
from tests.pages import Page, Visitor, fields_of


def row(page: Page, resident: Resident) -> Tag:
    """Return the person's line on the roster."""
    found = page.soup.find(id=f"r-{resident.id}")
    assert isinstance(found, Tag), f"{resident.name} is not on the page"
    return found


def pressed(page: Page, resident: Resident) -> str:
    """Return the mark that stands in the person's line, "" for none."""
    found = row(page, resident).find("button", attrs={"aria-pressed": "true"})
    return str(found["value"]) if isinstance(found, Tag) else ""


def press(
    visitor: Visitor, page: Page, resident: Resident, status: str, answer: int = 200, **typed: str
) -> Page:
    """Press a mark in the person's line and return the page it leads to."""
    button = row(page, resident).find("button", value=status)
    form = button.find_parent("form") if isinstance(button, Tag) else None
    assert isinstance(button, Tag)
    assert isinstance(form, Tag)
    sent = {**fields_of(form), str(button["name"]): status, **typed}
    response = visitor.client.post(
        str(form["action"]), data=sent, headers=visitor.headers, follow_redirects=True
    )
    return visitor._page(response, answer)


def a_mark(resident: Resident, status: str = "present", **other: Any) -> dict[str, Any]:
    """Return a mark as the page's script sends it."""
    return {"id": str(uuid.uuid4()), "resident": str(resident.id), "status": status, **other}
