"""What the first load of a resident's page costs over a weak signal: bytes as served, and requests."""

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Phones
from tests.browser.tour import PAGES, VISITOR, Where, person
from tests.stage import Stage

MOST_BYTES, MOST_REQUESTS = 14 * 1024, 3
RESIDENTS = (VISITOR, "resident", "neighbour", "outsider")
# A browser asks for the icon by itself, after the page, once for all pages; its bytes count, as a file of its own.
ICON = "document.querySelector('link[rel=icon]').href"


def stops() -> dict[str, list[tuple[str, Where]]]:
    """Return, by endpoint, what residents and visitors look at."""
    found = {name: [stop for stop in stops if stop[0] in RESIDENTS] for name, stops in PAGES.items()}
    return {name: kept for name, kept in found.items() if kept}


AREAS = sorted({name.split(".")[0] for name in stops()})


@pytest.mark.parametrize("area", AREAS)
def test_the_first_load_of_a_residents_page_is_light(area: str, phone: Phones, stage: Stage):
    heavy = []
    for who, where in (
        stop for name, found in stops().items() if name.startswith(f"{area}.") for stop in found
    ):
        context = phone(person(who, stage))
        page = context.new_page()
        loaded: list[Request] = []
        page.on("requestfinished", loaded.append)
        page.goto(where(stage), wait_until="load")
        first = list(loaded)
        page.evaluate(f"fetch({ICON}).then(answer => answer.blob())")
        sizes = [request.sizes() for request in loaded]
        weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        if weight > MOST_BYTES or len(first) > MOST_REQUESTS:
            heavy.append((where(stage), weight, [request.url for request in first]))
        assert len(loaded) == len(first) + 1
        context.close()
    assert heavy == []
