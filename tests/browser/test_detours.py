"""What was typed outlasts a detour from its form: through the townships, to another reader, to larger text."""

import re

import pytest
from playwright.sync_api import Page, expect

from reading.extensions import db
from reading.people.models import Resident
from reading.rights.consent_actions import decide
from tests.browser.checks import axe
from tests.browser.conftest import Phones
from tests.browser.detours import (
    PHONE,
    YESTERDAY,
    choose_xinglin,
    expect_that_record,
    opened,
    touch,
    write_a_record,
)
from tests.browser.journey import main_action
from tests.cast import PASSWORD, Cast
from tests.logbook.telling import only_entry

pytestmark = pytest.mark.look


def test_who_joins_chooses_the_township_and_types_nothing_twice(phone: Phones, cast: Cast):
    page = opened(phone, None, "/join")
    touch(page)
    page.fill("[name=community]", "不知道")
    page.fill("[name=name]", "马晓燕")
    page.fill("[name=phone]", PHONE)
    page.fill("[name=password]", PASSWORD)
    page.check("[name=agree]")
    choose_xinglin(page)
    expect(page.locator("[name=name]")).to_have_value("马晓燕")
    expect(page.locator("[name=phone]")).to_have_value(PHONE)
    expect(page.locator("[name=agree]")).to_be_checked()
    expect(page.locator(".offered")).to_be_hidden()
    assert axe(page) == []
    page.fill("[name=password]", PASSWORD)
    main_action(page).click()
    expect(page.locator("h1")).to_contain_text("马晓燕")


def test_only_those_who_were_ticked_move_house(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/me/home")
    touch(page)
    page.get_by_label("张晓明").uncheck()
    page.fill("[name=since]", YESTERDAY)
    choose_xinglin(page)
    expect(page.get_by_label("张晓明")).not_to_be_checked()
    expect(page.get_by_label("张小花")).to_be_checked()
    expect(page.locator("[name=since]")).to_have_value(YESTERDAY)
    main_action(page).click()
    page.wait_for_url("**/me")
    db.session.expire_all()
    homes = [db.session.get_one(Resident, one.id).community_id for one in (cast.resident, cast.child)]
    assert homes == ["410581001001", "410581001004"]


def test_a_steward_s_moving_form_keeps_door_and_day(phone: Phones, cast: Cast):
    page = opened(phone, cast.steward, f"/buildings/people/{cast.phoneless.id}/home")
    touch(page)
    page.fill("[name=door]", "302")
    page.fill("[name=since]", YESTERDAY)
    choose_xinglin(page)
    expect(page.locator("[name=door]")).to_have_value("302")
    expect(page.locator("[name=since]")).to_have_value(YESTERDAY)


def test_a_new_group_keeps_its_name_and_leader(phone: Phones, cast: Cast):
    page = opened(phone, cast.librarian, "/groups/new")
    touch(page)
    page.fill("[name=name]", "红旗渠读书组")
    page.fill("[name=leader]", "张晓明")
    choose_xinglin(page)
    expect(page.locator("[name=name]")).to_have_value("红旗渠读书组")
    expect(page.locator("[name=leader]")).to_have_value("张晓明")


def test_the_book_goes_along_to_another_of_the_household(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/logbook/new")
    write_a_record(page)
    page.get_by_role("link", name="张小花").click()
    page.wait_for_url("**resident=*")
    expect_that_record(page)
    main_action(page).click()
    page.wait_for_url(re.compile(r"/logbook\?"))
    entry = only_entry()
    assert (entry.resident_id, entry.pages, entry.finished) == (cast.child.id, 30, True)


@pytest.mark.parametrize("switch", ["长辈版", "English"])
def test_the_switches_at_the_top_leave_the_form_as_it_was(phone: Phones, cast: Cast, switch: str):
    page = opened(phone, cast.resident, "/logbook/new")
    write_a_record(page)
    page.locator(".switch").get_by_role("link", name=switch).click()
    page.wait_for_load_state()
    expect(page.locator("[name=pages]")).to_have_value("30")
    expect(page.locator("[name=book]")).to_have_value("三体")
    expect(page.locator("[name=read_on]")).to_have_value(YESTERDAY)


def test_a_form_without_a_script_of_its_own_is_held_too(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/me/household/new")
    page.fill("[name=name]", "张小果")
    page.get_by_label("家里的大人").check()
    page.locator(".switch").get_by_role("link", name="长辈版").click()
    expect(page.locator("html")).to_have_class("large")
    expect(page.locator("[name=name]")).to_have_value("张小果")
    expect(page.get_by_label("家里的大人")).to_be_checked()


def test_a_day_that_the_address_told_goes_along_too(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, f"/logbook/new?day={YESTERDAY}")
    touch(page)
    page.get_by_role("link", name="张小花").click()
    page.wait_for_url("**resident=*")
    expect(page.locator("[name=read_on]")).to_have_value(YESTERDAY)


def test_what_a_refused_form_shows_outlasts_a_detour(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/logbook/new")
    page.fill("[name=book]", "三体")
    page.fill("[name=pages]", "三十")
    with page.expect_response(re.compile(r"/static/keep\.js")):
        main_action(page).click()
        expect(page.locator(".summary")).to_be_visible()
    page.get_by_role("link", name="张小花").click()
    page.wait_for_url("**resident=*")
    expect(page.locator("[name=book]")).to_have_value("三体")
    expect(page.locator("[name=pages]")).to_have_value("三十")


def save_and_go_to_agree_again(page: Page) -> None:
    """Send what is refused of who withdrew, and take the way from there to the consents."""
    with page.expect_response(re.compile(r"/static/keep\.js")):
        main_action(page).click()
    page.get_by_role("link", name="重新同意").click()
    page.wait_for_url(re.compile(r"/me/consents\?"))


def test_who_agrees_again_on_the_way_finds_what_was_typed(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, "/logbook/new")
    write_a_record(page)
    decide(cast.resident.id, "taking_part", False, cast.account("resident"))
    save_and_go_to_agree_again(page)
    page.get_by_role("button", name="参加书香，张晓明：同意").click()
    page.wait_for_url(re.compile(r"/logbook/new\?"))
    expect(page.locator("main")).to_contain_text("已同意，谢谢。")
    expect_that_record(page)
    main_action(page).click()
    page.wait_for_url("**/logbook")
    assert only_entry().pages == 30


def test_what_was_typed_for_a_child_is_there_once_the_guardian_agreed_again(phone: Phones, cast: Cast):
    page = opened(phone, cast.resident, f"/logbook/new?resident={cast.child.id}")
    write_a_record(page)
    decide(cast.child.id, "taking_part", False, cast.account("resident"))
    save_and_go_to_agree_again(page)
    expect(page.get_by_role("button", name="参加书香，张小花：同意")).to_be_in_viewport()
    page.get_by_role("link", name="记一笔").click()
    page.wait_for_url("**/logbook/new")
    expect(page.locator("[name=book]")).to_have_value("")
    page.go_back()
    page.get_by_role("button", name="参加书香，张小花：同意").click()
    page.wait_for_url(f"**/logbook/new?resident={cast.child.id}")
    expect_that_record(page)
    main_action(page).click()
    page.wait_for_url(re.compile(r"/logbook\?"))
    assert only_entry().resident_id == cast.child.id


def test_without_scripts_people_are_told_what_to_do_first(phone: Phones, cast: Cast):
    page = phone(cast.resident, java_script_enabled=False).new_page()
    page.goto("/me/home")
    expect(page.locator("#home noscript p")).to_have_text(re.compile("请先选好这一项"), use_inner_text=True)
    expect(page.locator("#home noscript p")).to_be_visible()
    scripted = opened(phone, cast.resident, "/me/home")
    expect(scripted.locator("#home noscript p")).to_have_count(0)
