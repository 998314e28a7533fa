"""What every page owes a person's eyes and thumbs, measured in the browser."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
# The sheets are our own, so axe need not fetch them again to read them.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False, "iframes": False}
ALL = {"type": "tag", "values": AXE_TAGS}
# What other colours alone can break, and what other sizes can: neither shows other things (static/base.css).
COLOURS = {"type": "rule", "values": ("color-contrast", "link-in-text-block")}
SIZES = {"type": "rule", "values": ("color-contrast", "scrollable-region-focusable", "target-size")}
AXE_RUN = """
options => axe.run(document, options)
  .then(found => found.violations.map(v => [v.id, v.nodes.map(n => [n.html, n.failureSummary])]))
"""
WIDTHS = (360, 320)
HEIGHT = 780
# Design §9: targets 48 px high; in large, as the norm for elders (移动互联网应用适老化通用设计规范) measures it, 60 px
# both ways and lines 1.3 apart, with text of 22 px, or 30 where that is chosen. A pixel's fraction is nobody's loss.
# Twice the zoom on a window 640 or 720 wide is the same as these widths.
TARGET, LARGE_TARGET, LINES_APART = 48, 60, 1.3
LARGE_TEXT = {"large": 22, "largest": 30}
SLACK = 0.5

MEASURE = """
() => {
  const found = { wider: 0, beyond: [], low: [], small: [], entries: 0 };
  const root = document.documentElement, short = e => e.outerHTML.replace(/\\s+/g, " ").slice(0, 140);
  found.wider = root.scrollWidth - root.clientWidth;
  const shown = e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility === "visible" && !e.closest(".vh:not(:focus)");
  };
  for (const e of document.body.querySelectorAll("*")) {
    if (!shown(e) || e.closest("svg") || e.parentElement.closest(".scroll")) continue;
    const box = e.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) found.beyond.push(short(e));
  }
  const targets = "a.btn, button, nav a, input:not([type=hidden]), select, textarea, summary";
  for (const e of document.querySelectorAll(targets)) {
    // A box or a radio is pressed with its label; the two together are the target.
    const ticked = e.matches("[type=checkbox], [type=radio]") && e.labels[0];
    const pressed = ticked ? (e.closest(".choice") || e.labels[0]) : e;
    if (!shown(pressed)) continue;
    const box = pressed.getBoundingClientRect();
    found.low.push([box.height, box.width, short(e)]);
  }
  found.entries = [...document.querySelectorAll(".switch a[href*='/text-size/']")].filter(shown).length;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(e) || e.closest("svg, script, noscript")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), apart = parseFloat(style.lineHeight);
    // A single line stands by itself, and so does the column of a title slip.
    const several = e.getBoundingClientRect().height > 1.6 * apart && style.writingMode === "horizontal-tb";
    found.small.push([size, several ? apart / size : null, short(e)]);
  }
  return found;
}
"""


def axe(page: Page, rules: dict[str, Any] = ALL) -> list[str]:
    """Return what axe finds wrong with the page as it stands by these rules, one text for each place."""
    # The script is loaded once a page, however often it runs.
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE_RUN, {**AXE_OPTIONS, "runOnly": rules})
    return [f"axe {rule}: {html[:200]} — {why}" for rule, nodes in found for html, why in nodes]


def measures(page: Page, size: str = "normal", *, lang: str = "zh-Hans") -> list[str]:
    """Return what is too wide, too low, too small or too close on the page at 360 and at 320 pixels.

    ``size`` is the text size the page is shown in.
    """
    wrong: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong += [f"at {width} px: {one}" for one in _measured(page, size)]
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    found = page.evaluate("document.documentElement.lang")
    return wrong if found == lang else [*wrong, f"the page says its language is {found!r}"]


def _measured(page: Page, size: str) -> list[str]:
    found: dict[str, Any] = page.evaluate(MEASURE)
    large = size in LARGE_TEXT
    least = LARGE_TARGET if large else TARGET
    wrong = [f"scrolls sideways by {found['wider']} px"] if found["wider"] > 0 else []
    wrong += [f"reaches beyond the screen: {html}" for html in found["beyond"]]
    wrong += [
        f"{height:.1f} px high: {html}" for height, _width, html in found["low"] if height < least - SLACK
    ]
    wrong += [] if found["entries"] else ["no way to another text size is in sight"]
    if large:
        low, small, least_text = found["low"], found["small"], LARGE_TEXT[size]
        wrong += [
            f"{width:.1f} px wide: {html}" for _height, width, html in low if width < LARGE_TARGET - SLACK
        ]
        wrong += [f"text of {px:.1f} px: {html}" for px, _apart, html in small if px < least_text - SLACK]
        wrong += [
            f"lines {apart:.2f} apart: {html}"
            for _px, apart, html in small
            if apart and apart < LINES_APART - 0.005
        ]
    return wrong
