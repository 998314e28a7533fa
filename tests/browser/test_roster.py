"""The roster in the hall: marks without a reload, marks that are refused or find no network; and the hall's screen."""

from playwright.sync_api import Page, expect

from reading.events import actions as events
from tests.browser.conftest import DESKTOP, Phones
from tests.stage import Stage

PROJECTOR = {"width": 1280, "height": 720}


def line_of(page: Page, name: str):
    return page.locator(".roster > li", has_text=name)


def pressed(page: Page, name: str, status: str, *, is_so: bool) -> None:
    mark = line_of(page, name).locator(f".mark[value={status}]")
    expect(mark).to_have_attribute("aria-pressed", "true" if is_so else "false")


def test_many_marks_without_one_reload(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    page.evaluate("window.stayed = true")
    for name, status in (
        ("单田方", "present"),
        ("张晓明", "late"),
        ("郭建国", "excused"),
        ("单田方", "late"),
    ):
        with page.expect_response("**/attendance"):
            line_of(page, name).locator(f".mark[value={status}]").click()
    for status, number in (("present", "0"), ("late", "2"), ("excused", "1")):
        expect(page.locator(f"[data-count={status}]")).to_have_text(number)
    assert page.evaluate("window.stayed") is True
    page.reload()
    pressed(page, "单田方", "late", is_so=True)
    pressed(page, "郭建国", "excused", is_so=True)


def test_two_quick_taps_leave_the_last_one(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    marks = line_of(page, "单田方").locator(".mark")
    with page.expect_response(lambda answer: '"late"' in (answer.request.post_data or "")):
        marks.and_(page.locator("[value=present]")).click()
        marks.and_(page.locator("[value=late]")).click()
    page.reload()
    pressed(page, "单田方", "late", is_so=True)


def test_a_refused_mark_is_taken_back_and_says_why(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    with page.expect_response("**/roster.json"):
        page.goto(f"/events/{stage.soon.id}/roster")
    # The page hears of it with the answer to its mark, not before.
    page.route("**/roster.json", lambda way: way.abort())
    events.cancel(stage.soon.id, "停电", stage.cast.librarian.id)
    with page.expect_response("**/attendance") as answer:
        line_of(page, "单田方").locator(".mark[value=present]").click()
    assert answer.value.json()["marks"][0]["result"] == "refused"
    expect(page.locator("[data-said]")).to_contain_text("单田方 · 已到 · 这场活动已取消")
    pressed(page, "单田方", "present", is_so=False)
    expect(page.locator("[data-count=present]")).to_have_text("0")


def test_where_nothing_can_be_kept_nothing_looks_saved_without_a_network(phone: Phones, stage: Stage):
    context = phone(stage.cast.librarian)
    context.add_init_script(
        "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {value: undefined})"
    )
    page = context.new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    with page.expect_response("**/attendance"):
        line_of(page, "单田方").locator(".mark[value=late]").click()
    context.set_offline(True)
    line_of(page, "单田方").locator(".mark[value=present]").click()
    expect(page.locator("[data-said]")).to_contain_text("没有保存")
    pressed(page, "单田方", "present", is_so=False)
    pressed(page, "单田方", "late", is_so=True)


def test_the_hall_sees_code_and_key_without_scrolling(phone: Phones, stage: Stage):
    for size in (DESKTOP, PROJECTOR):
        page = phone(stage.cast.librarian, viewport=size).new_page()
        page.goto(f"/events/{stage.soon.id}/screen")
        for part in (".qr svg", ".figure"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= size["height"], (size, part, box)
