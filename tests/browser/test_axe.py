"""Every page, as everybody who looks at it sees it: accessible, within the screen, and large enough to press."""

from collections import Counter

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from reading.events import actions as events
from tests.browser.checks import COLOURS, SIZES, axe, measures
from tests.browser.conftest import Phones
from tests.browser.not_pages import NOT_PAGES
from tests.browser.tour import DEAD_ENDS, FORMS, PAGES, legs, person
from tests.browser.tour_signing_in import VISITOR
from tests.cast import Cast
from tests.pages import Visitor
from tests.stage import Stage

pytestmark = pytest.mark.look

# So long that setting the stage costs little, so short that workers share the way.
LEGS = legs(most=12)


def test_every_get_route_is_on_the_tour(app: Flask):
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = Counter([*PAGES, *NOT_PAGES])
    assert routes - set(listed) == set(), "say in tests/browser/tour.py who looks at it, and where"
    assert set(listed) - routes == set(), "these routes are gone"
    assert max(listed.values()) == 1


def test_every_stop_of_the_tour_is_the_page_it_says(app: Flask, stage: Stage):
    router = app.url_map.bind("localhost")
    for endpoint, stops in PAGES.items():
        for _who, where in stops:
            assert router.match(where(stage).partition("?")[0])[0] == endpoint, where(stage)


def test_every_stop_of_the_tour_opens_for_who_looks_at_it(app: Flask, stage: Stage):
    visitors = {VISITOR: Visitor(app, "zh-CN")}
    for who, path in [(who, where(stage)) for stops in PAGES.values() for who, where in stops]:
        if who not in visitors:
            visitors[who] = Visitor(app, "zh-CN").sign_in(stage.cast.account(who))
        assert visitors[who].get(path).soup.html["lang"] == "zh-Hans", path


@pytest.mark.parametrize("leg", LEGS)
def test_pages_are_sound_in_light_dark_and_large(leg: str, phone: Phones, stage: Stage):
    who, stops = LEGS[leg]
    page = phone(person(who, stage.cast)).new_page()
    wrong = [f"{where(stage)} {one}" for where in stops for one in looked_at(page, where(stage))]
    assert not wrong, "\n".join(wrong)


def looked_at(page: Page, path: str, status: int = 200) -> list[str]:
    """Open a page, which must be there, and return what is wrong with it."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status, f"{path}: {answer.status}"
    assert answer.request.redirected_from is None, f"{path} sends on to {page.url}"
    return in_all_looks(page)


def in_all_looks(page: Page) -> list[str]:
    """Return what is wrong with the page that is open; it is left in the largest text."""
    wrong = axe(page) + measures(page)
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {one}" for one in axe(page, COLOURS)]
    # The switches do nothing but set these classes (test_large_mode.py goes through the switch itself).
    page.evaluate("document.documentElement.classList.add('large')")
    page.emulate_media(color_scheme="light")
    wrong += [f"large: {one}" for one in axe(page, SIZES) + measures(page, "large")]
    page.evaluate("document.documentElement.classList.add('largest')")
    return wrong + [f"largest: {one}" for one in measures(page, "largest")]


@pytest.mark.parametrize(("who", "path", "status"), DEAD_ENDS)
def test_error_pages_are_sound(who: str, path: str, status: int, phone: Phones, cast: Cast):
    assert looked_at(phone(person(who, cast)).new_page(), path, status) == []


@pytest.mark.parametrize("who", sorted(FORMS))
def test_forms_with_errors_are_sound(who: str, phone: Phones, stage: Stage):
    page = phone(person(who, stage.cast)).new_page()
    wrong = []
    for path in FORMS[who]:
        page.emulate_media(color_scheme="light")
        page.goto(path)
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            page.locator("main .btn-main, main .actions .btn-danger").last.click()
        assert sent.value.status == 400, path
        expect(page.locator(".summary[role=alert]"), path).to_be_visible()
        page.wait_for_load_state()
        wrong += [f"{path} {one}" for one in in_all_looks(page)]
    assert not wrong, "\n".join(wrong)


def test_a_refusal_and_two_contents_under_one_id_are_shown_soundly(phone: Phones, stage: Stage):
    page = phone(stage.cast.neighbour).new_page()
    page.goto(f"/events/{stage.coming.id}")
    events.cancel(stage.coming.id, "", stage.cast.librarian.id)
    with page.expect_navigation() as refused:
        page.locator("main .btn-main").click()
    assert refused.value is not None
    assert refused.value.status == 409
    assert in_all_looks(page) == []

    page.goto("/logbook/new")
    id_of_first = page.locator("main [name=id]").input_value()
    page.fill("[name=book]", "活着")
    page.fill("[name=pages]", "10")
    page.locator("main .btn-main").click()
    page.wait_for_url("**/logbook")
    page.goto("/logbook/new")
    page.locator("main [name=id]").evaluate("(field, id) => { field.value = id; }", id_of_first)
    page.fill("[name=book]", "活着")
    page.fill("[name=pages]", "11")
    with page.expect_navigation() as told_twice:
        page.locator("main .btn-main").click()
    assert told_twice.value is not None
    assert told_twice.value.status == 409
    assert in_all_looks(page) == []
