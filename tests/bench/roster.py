"""The roster of five hundred names on a slow phone: what it weighs, when it can be used, how soon a mark answers."""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.hall import PEOPLE, Hall, hall
from tests.bench.serving import Phone, served
from tests.browser.conftest import CHROMIUM, PHONE, QUIET
from tests.browser.journey import sign_in

MOST_BYTES = 40 * 1024
MOST_MARK_MS = 100
# So many times slower than this machine; a phone that takes longer than this is put away.
THROTTLE = 6
MOST_PAINT_MS, MOST_SEARCH_MS = 3_000, 5_000
TAPS = 12

# From the tap to the frame in which the mark is seen.
TAP = """name => new Promise(done => {
  const all = [...document.querySelectorAll('.mark[value=present]')];
  const button = all.find(one => one.getAttribute('aria-label').endsWith(name));
  const began = performance.now();
  button.click();
  requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, button.getAttribute('aria-pressed')])));
})"""
TYPE = """typed => new Promise(done => {
  const field = document.querySelector('input[type=search]'), began = performance.now();
  field.value = typed;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass(frozen=True)
class Roster:
    """Bytes of the page as it travels; then in milliseconds at ``THROTTLE``: its first paint, when a search has
    answered for the first time, how long one takes, and the slowest of ``TAPS`` marks without a network."""

    size: int
    paint_ms: float
    search_ms: float
    typing_ms: float
    mark_ms: float
    wrong: list[str]

    @property
    def figures(self) -> list[tuple[str, float, float]]:
        """Each figure by its name, as measured and at most."""
        return [
            ("bytes of the page, compressed", self.size, MOST_BYTES),
            ("ms to its first paint", self.paint_ms, MOST_PAINT_MS),
            ("ms until its search has answered for the first time", self.search_ms, MOST_SEARCH_MS),
            ("ms for a search", self.typing_ms, MOST_MARK_MS),
            ("ms until a mark is on the screen, without a network", self.mark_ms, MOST_MARK_MS),
        ]


def measure() -> Roster:
    """Serve a hall of ``PEOPLE`` and open its roster on a slow phone."""
    with (
        hall() as found,
        served("reading:create_app", found.environ) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(locale="zh-CN", viewport=PHONE, base_url=f"http://127.0.0.1:{port}")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/sign-in")
        sign_in(page, found.phone)
        page.wait_for_url("**/")
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        try:
            cookies = {one["name"]: one["value"] for one in context.cookies()}
            return _measured(found, page, slow, _size(found, port, cookies))
        finally:
            browser.close()


def _size(found: Hall, port: int, cookies: dict[str, str]) -> int:
    phone = Phone(port)
    phone.cookies.update(cookies)
    return phone.get(f"/events/{found.event_id}/roster", "br").size


def _measured(found: Hall, page: Page, slow: CDPSession, size: int) -> Roster:
    page.goto(f"/events/{found.event_id}/roster")
    typing = page.evaluate(TYPE, "wj")
    usable = page.evaluate("performance.now()")
    paint = page.evaluate(PAINTED)
    page.evaluate(TYPE, "")
    page.locator("[data-ready]", has_text="网络").wait_for()
    page.context.set_offline(True)
    names = page.locator(".roster b").all_inner_texts()
    taps = [page.evaluate(TAP, name) for name in names[5 : 5 + TAPS]]
    wrong = [] if all(pressed == "true" for _ms, pressed in taps) else ["a mark did not show at once"]
    wrong += [] if len(names) == PEOPLE else [f"{len(names)} names on the roster, not {PEOPLE}"]
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return Roster(size, paint, usable, typing, max(ms for ms, _pressed in taps), wrong)
