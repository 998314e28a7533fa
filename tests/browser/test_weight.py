"""What a load of a resident's page costs over a weak signal: bytes as served, and requests."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

import config
from reading import style
from tests.browser.conftest import Phones
from tests.browser.tour import PAGES, person
from tests.browser.tour_signing_in import VISITOR
from tests.stage import Stage

pytestmark = pytest.mark.look

MOST_BYTES, MOST_REQUESTS = 14 * 1024, 3
# The files a page had sent; those it had already take no bytes.
SENT = "performance.getEntriesByType('resource').filter(one => one.transferSize).map(one => one.name)"
# What a stylesheet says; a property of our own keeps the blanks it is written with.
RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // Chromium 88 writes a variable's value as it stood in the sheet, newer ones after a blank.
  return Array.from(sheet.cssRules).map(rule => rule.cssText.replace(/, /g, ",").replace(/(--[a-z-]+:) /g, "$1"));
}"""
WHO = pytest.mark.parametrize("who", [VISITOR, "resident", "neighbour", "outsider"])


class Scales:
    """A page's loads: what each asked for, and what that weighed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.loaded: list[Request] = []
        page.on("requestfinished", lambda request: self.loaded.append(request))

    def load(self, address: str, referer: str | None = None) -> list[str]:
        """Open the page, as light as it has to be, and return the files it asked for."""
        self.loaded.clear()
        self.page.goto(address, referer=referer)
        # Playwright does not tell of a browser's own request for the icon, so it has to be in the page.
        assert str(self.page.locator("link[rel=icon]").get_attribute("href")).startswith("data:")
        sizes = [request.sizes() for request in self.loaded]
        weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        files = [request.url for request in self.loaded if not request.is_navigation_request()]
        assert weight <= MOST_BYTES, (address, weight, files)
        assert len(self.loaded) <= MOST_REQUESTS, (address, files)
        return files


def keep_nothing(context: BrowserContext, page: Page) -> None:
    """Let every load be the first one of its files."""
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})


def addresses(who: str, stage: Stage) -> list[str]:
    """The pages that somebody looks at."""
    return [where(stage) for stops in PAGES.values() for looker, where in stops if looker == who]


@WHO
def test_the_first_load_of_a_page_is_light_and_waits_for_no_file(
    who: str, phone: Phones, stage: Stage, address: str
):
    context = phone(person(who, stage.cast))
    held = {one["name"]: one["value"] for one in context.cookies()}
    page = context.new_page()
    keep_nothing(context, page)
    scales = Scales(page)
    for path in addresses(who, stage):
        # Nothing that a page before has given the phone.
        context.clear_cookies()
        context.add_cookies([{"name": name, "value": held[name], "url": address} for name in held])
        files = scales.load(path)
        assert [url for url in files if ".css" in url] == []
        assert page.locator("style").count() >= 1
        assert page.locator("script:not([defer])").count() == 0


@WHO
def test_so_is_that_of_the_page_it_leads_to(who: str, phone: Phones, stage: Stage, address: str):
    context = phone(person(who, stage.cast))
    page = context.new_page()
    keep_nothing(context, page)
    scales = Scales(page)
    for path in addresses(who, stage):
        assert any("base.css" in url for url in scales.load(path, referer=f"{address}/"))


def test_from_the_third_page_on_it_asks_for_nothing(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto("/")
    sent = []
    for path in ("/events", "/leaderboards"):
        page.locator(f'.nav a[href="{path}"]').click()
        page.wait_for_url(f"**{path}")
        assert page.locator("link[rel=stylesheet]").count() == 1
        sent.append(page.evaluate(SENT))
    assert [len(files) for files in sent] == [1, 0]


@pytest.mark.parametrize("name", style.FILES)
def test_a_stylesheet_inside_a_page_says_what_the_file_says(name: str, chromium: Browser):
    page = chromium.new_page()
    written = (config.ROOT / "static" / name).read_text(encoding="utf-8")
    rules = page.evaluate(RULES, written)
    assert page.evaluate(RULES, style.TEXTS[name]) == rules
    assert len(rules) > 10
    page.close()
