"""Words without a break, as long as they may be: no page grows wider than the phone for them."""

from datetime import timedelta

import pytest
from flask import Flask

from reading.audit import actions as audit
from reading.extensions import db
from tests.books.catalogue import add
from tests.browser.checks import measures
from tests.browser.conftest import DESKTOP, Phones
from tests.cast import Cast, add_resident
from tests.logbook.telling import TODAY, keep

pytestmark = pytest.mark.look

TITLE, AUTHOR, NAME, WORDS = "W" * 200, "M" * 120, "Q" * 40, "w" * 1000


def test_no_page_scrolls_sideways_for_a_word_without_a_break(app: Flask, cast: Cast, phone: Phones) -> None:
    cast.resident.name, cast.resident.nickname, cast.resident.show_as = NAME, "N" * 20, "nickname"
    child = add_resident(NAME, cast.resident.home_code, guardian=cast.resident.account)
    db.session.commit()
    add(TITLE, AUTHOR)
    entry = keep(cast.resident, TITLE, TODAY)
    keep(child, TITLE, TODAY - timedelta(days=1))
    entry.reflection = WORDS
    db.session.commit()
    reader, steward = phone(cast.resident).new_page(), phone(cast.steward).new_page()
    wrong = {}
    for page, path in (
        (reader, "/"),
        (reader, "/logbook"),
        (reader, "/logbook/new"),
        (reader, f"/logbook/{entry.id}"),
        (reader, f"/logbook/{entry.id}/removal"),
        (reader, "/points"),
        (reader, "/books"),
        (reader, f"/books/{entry.book_id}"),
        (reader, "/me"),
        (reader, "/me/home"),
        (reader, "/me/household"),
        (reader, f"/me/household/{child.id}"),
        (reader, f"/me/household/{child.id}/shown"),
        (reader, "/leaderboards"),
        (steward, "/residents"),
        (steward, f"/logbook/new?resident={child.id}"),
    ):
        page.goto(path)
        wrong[path] = [one for one in measures(page) if "sideways" in one or "beyond" in one]
    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_name_in_the_trail_stays_together_however_long_the_details_are(cast: Cast, phone: Phones) -> None:
    for route in ("/residents/imports/<uuid:import_id>/confirmation", "/events/<uuid:event_id>/cancellation"):
        audit.write_down("access.refused", by=cast.admin.id, route=route, status=403, entry=route)
    for viewport in (DESKTOP, {"width": 800, "height": 900}):
        page = phone(cast.admin, viewport=viewport).new_page()
        page.goto("/audit")
        broken = (
            "all => all.filter(one => { const text = document.createRange(); text.selectNodeContents(one);"
            " return new Set(Array.from(text.getClientRects(), line => line.top)).size > 1; }).length"
        )
        assert page.locator("tbody td:nth-child(3) a").evaluate_all(broken) == 0
        assert measures(page) == []
