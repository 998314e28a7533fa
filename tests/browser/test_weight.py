"""What the first load of a resident's page costs over a weak signal: bytes as served, and requests."""

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Phones
from tests.browser.tour import PAGES, person
from tests.browser.tour_signing_in import VISITOR
from tests.stage import Stage

MOST_BYTES, MOST_REQUESTS = 14 * 1024, 3


@pytest.mark.look
@pytest.mark.parametrize("who", [VISITOR, "resident", "neighbour", "outsider"])
def test_the_first_load_of_a_page_is_light(who: str, phone: Phones, stage: Stage):
    page = phone(person(who, stage.cast)).new_page()
    # Every load is a first one.
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    heavy = []
    for where in (where for stops in PAGES.values() for looker, where in stops if looker == who):
        loaded.clear()
        page.goto(where(stage))
        # Playwright does not tell of a browser's own request for the icon, so it has to be in the page.
        assert str(page.locator("link[rel=icon]").get_attribute("href")).startswith("data:")
        sizes = [request.sizes() for request in loaded]
        weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        if weight > MOST_BYTES or len(loaded) > MOST_REQUESTS:
            heavy.append((where(stage), weight, [request.url for request in loaded]))
        assert any("base.css" in request.url for request in loaded), "nothing was kept from the page before"
    assert heavy == []
