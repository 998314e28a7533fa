"""What was typed before a detour is put back once, soon, to whom it is, and over nothing that is newer."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Phones
from tests.browser.detours import (
    YESTERDAY,
    begin_to_move,
    expect_that_record,
    is_held,
    no_script,
    opened,
    touch,
    write_a_record,
)  # fmt: skip
from tests.browser.journey import main_action, sign_in
from tests.cast import PASSWORD, Cast
from tests.logbook.telling import TODAY, entries

pytestmark = pytest.mark.look


def test_a_password_or_a_hidden_field_is_not_held(phone: Phones, cast: Cast):
    page = opened(phone, None, "/join")
    touch(page)
    page.fill("[name=name]", "马晓燕")
    page.fill("[name=password]", PASSWORD)
    hidden = page.locator("#join input[type=hidden]").evaluate_all(
        "all => all.map(one => one.value).filter(Boolean)"
    )
    page.locator("a.pick").click()
    page.wait_for_url(re.compile(r"/communities\?"))
    held = page.evaluate("sessionStorage.getItem('typed')")
    assert "马晓燕" in held
    assert len(hidden) >= 2
    assert [one for one in [PASSWORD, *hidden] if one in held] == []
    page.get_by_role("link", name="回到刚才的表").click()
    expect(page.locator("[name=name]")).to_have_value("马晓燕")
    expect(page.locator("[name=password]")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_what_was_put_back_once_is_forgotten(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/logbook/new")
    write_a_record(page)
    page.get_by_role("link", name="张小花").click()
    page.wait_for_url("**resident=*")
    expect_that_record(page)
    page.goto("/logbook/new")
    touch(page)
    for name in ("book", "pages", "reflection"):
        expect(page.locator(f"[name={name}]")).to_have_value("")


def test_another_account_in_the_same_tab_sees_nothing_of_it(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/me/home")
    begin_to_move(page)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert is_held(page)
    page.goto("/sign-in")
    sign_in(page, "13800000002")
    expect(page.locator("h1")).to_contain_text("单田方")
    page.goto("/me/home")
    touch(page)
    expect(page.locator("[name=since]")).to_have_value(TODAY.isoformat())
    assert not is_held(page)


def test_somebody_who_signed_in_meanwhile_in_another_tab_sees_nothing_of_it(
    phone: Phones, cast: Cast, address: str
):
    page = opened(phone, cast.resident, "/me/home")
    begin_to_move(page)
    other = phone(cast.neighbour)
    other.new_page().goto("/me")
    for one in other.cookies():
        page.context.add_cookies([{"name": one["name"], "value": one["value"], "url": address}])
    page.get_by_role("link", name="回到刚才的表").click()
    expect(page.locator("body")).to_contain_text("单田方")
    expect(page.locator("[name=since]")).to_have_value(TODAY.isoformat())
    page.wait_for_function("sessionStorage.length === 0")


def test_after_ten_minutes_it_is_forgotten(phone: Phones, cast: Cast):
    page = phone(cast.resident).new_page()
    page.clock.install()
    page.goto("/me/home")
    begin_to_move(page)
    page.clock.fast_forward("11:00")
    page.get_by_role("link", name="回到刚才的表").click()
    page.wait_for_function("sessionStorage.length === 0")
    expect(page.locator("[name=since]")).to_have_value(TODAY.isoformat())
    expect(page.get_by_label("张晓明")).to_be_checked()


def test_nine_minutes_are_not_too_long(phone: Phones, cast: Cast):
    page = phone(cast.resident).new_page()
    page.clock.install()
    page.goto("/me/home")
    begin_to_move(page)
    page.clock.fast_forward("09:00")
    page.go_back()
    expect(page.locator("[name=since]")).to_have_value(YESTERDAY)
    expect(page.get_by_label("张晓明")).not_to_be_checked()


def test_nothing_old_stands_over_what_a_refused_form_told(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/me/home")
    begin_to_move(page)
    # Of a weak network: the form is filled in and sent before its scripts are there.
    page.route("**/static/*.js*", no_script)
    page.goto("/me/home")
    page.get_by_label("张小花").uncheck()
    page.fill("[name=since]", "2026-11-20")
    page.unroute("**/static/*.js*")
    main_action(page).click()
    expect(page.locator(".summary")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
    expect(page.locator("[name=since]")).to_have_value("2026-11-20")
    expect(page.get_by_label("张晓明")).to_be_checked()
    expect(page.get_by_label("张小花")).not_to_be_checked()


def test_nothing_old_comes_after_a_form_was_saved(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/me/home")
    begin_to_move(page)
    page.route("**/static/keep.js*", no_script)
    page.goto("/me/home")
    page.fill("[name=community]", "兴林社区")
    main_action(page).click()
    page.wait_for_url("**/me")
    page.unroute("**/static/keep.js*")
    page.goto("/me/home")
    touch(page)
    expect(page.locator("[name=since]")).to_have_value(TODAY.isoformat())
    expect(page.get_by_label("张晓明")).to_be_checked()


def test_what_was_typed_before_the_script_came_back_stays(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/logbook/new")
    write_a_record(page)
    held: list[Route] = []
    page.route("**/static/keep.js*", lambda script: held.append(script))
    page.get_by_role("link", name="张小花").click(no_wait_after=True)
    page.wait_for_url("**resident=*", wait_until="commit")
    page.fill("[name=pages]", "45")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("[name=book]")).to_have_value("三体")
    expect(page.locator("[name=pages]")).to_have_value("45")


def expect_it_blank(page: Page, path: str) -> None:
    """Open a form while something of another is held: it stays blank, and that is held on."""
    page.goto(path)
    expect(page.locator("script[src*=keep]")).to_have_count(1)
    for name in ("book", "pages", "reflection"):
        expect(page.locator(f"[name={name}]")).to_have_value("")
    assert is_held(page)


def hold_a_record(page: Page) -> None:
    """Write a record, and take a detour on which somebody stays for a while before going elsewhere."""
    write_a_record(page)
    page.route(re.compile("/text-size/"), lambda way: way.fulfill(body="<p>", content_type="text/html"))
    page.locator(".switch").get_by_role("link", name="长辈版").click()
    page.wait_for_url(re.compile("/text-size/"))
    assert is_held(page)


@pytest.mark.parametrize(
    ("who", "typed_for", "others"),
    [("resident", "child", ("", "resident")), ("steward", "phoneless", ("resident",))],
)
def test_what_was_typed_for_one_reader_comes_back_for_them_alone(
    phone: Phones, cast: Cast, who: str, typed_for: str, others: tuple[str, ...]
):
    theirs = f"/logbook/new?resident={getattr(cast, typed_for).id}"
    page = opened(phone, getattr(cast, who), theirs)
    hold_a_record(page)
    for one in others:
        expect_it_blank(page, f"/logbook/new?resident={getattr(cast, one).id}" if one else "/logbook/new")
    page.goto(theirs)
    expect_that_record(page)
    page.wait_for_function("sessionStorage.length === 0")


def test_the_switches_keep_a_refused_form_at_its_reader(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, f"/logbook/new?resident={cast.child.id}")
    page.fill("[name=book]", "三体")
    page.fill("[name=pages]", "三十")
    with page.expect_response(re.compile(r"/static/keep\.js")):
        main_action(page).click()
        expect(page.locator(".summary")).to_be_visible()
    page.locator(".switch").get_by_role("link", name="长辈版").click()
    expect(page.locator("html")).to_have_class("large")
    expect(page.locator("h1")).to_contain_text("张小花")
    expect(page.locator("[name=pages]")).to_have_value("三十")


def save_another(page: Page, path: str, *, before_the_script: bool) -> None:
    """Save a record on another form than the one whose text is held, maybe before the script is there."""
    if before_the_script:
        page.route("**/static/keep.js*", no_script)
    page.goto(path)
    page.fill("[name=book]", "活着")
    page.fill("[name=pages]", "12")
    main_action(page).click()
    page.wait_for_url(re.compile(r"/logbook(\?|$)"))
    if before_the_script:
        page.unroute("**/static/keep.js*")


@pytest.mark.parametrize("before_the_script", [False, True])
def test_a_record_saved_for_one_reader_leaves_what_was_typed_for_another(
    phone: Phones, cast: Cast, before_the_script: bool
):
    theirs = f"/logbook/new?resident={cast.child.id}"
    page = opened(phone, cast.resident, theirs)
    hold_a_record(page)
    save_another(page, "/logbook/new", before_the_script=before_the_script)
    assert is_held(page)
    page.goto(theirs)
    expect_that_record(page)
    main_action(page).click()
    page.wait_for_url(re.compile(r"/logbook\?"))
    assert not is_held(page)
    assert {(one.resident_id, one.book.title) for one in entries()} == {
        (cast.resident.id, "活着"),
        (cast.child.id, "三体"),
    }


def test_a_record_saved_for_the_same_reader_drops_what_was_typed_before(phone: Phones, cast: Cast):
    theirs = f"/logbook/new?resident={cast.child.id}"
    page = opened(phone, cast.resident, theirs)
    hold_a_record(page)
    save_another(page, theirs, before_the_script=True)
    assert not is_held(page)


def test_moving_house_leaves_what_was_typed_of_a_book(phone: Phones, cast: Cast):
    theirs = f"/logbook/new?resident={cast.child.id}"
    page = opened(phone, cast.resident, theirs)
    hold_a_record(page)
    page.goto("/me/home")
    page.fill("[name=community]", "兴林社区")
    main_action(page).click()
    page.wait_for_url("**/me")
    page.goto(theirs)
    expect_that_record(page)


@pytest.mark.parametrize("before_the_script", [False, True])
def test_what_cannot_be_read_back_is_dropped_with_the_next_record(
    phone: Phones, cast: Cast, before_the_script: bool
):
    page = opened(phone, cast.resident, "/logbook")
    page.evaluate("sessionStorage.setItem('typed', '{not what was held')")
    save_another(page, "/logbook/new", before_the_script=before_the_script)
    assert not is_held(page)


def test_who_signs_out_beside_a_form_leaves_nothing_behind(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, f"/logbook/new?resident={cast.child.id}")
    hold_a_record(page)
    expect_it_blank(page, "/logbook/new")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert not is_held(page)
