"""A steward at a neighbour's door: everybody enrolled with one form, without a script, then logged for in two taps."""

import re

from playwright.sync_api import expect
from sqlalchemy import select

from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Resident
from tests.browser.conftest import Phones
from tests.cast import Cast

BUILDING = "/buildings/410581001001-1-1"


def test_a_household_is_enrolled_and_logged_for_without_a_script(cast: Cast, phone: Phones) -> None:
    page = phone(cast.steward, java_script_enabled=False).new_page()
    page.goto("/staff")
    page.click("text=我的楼：挨家挨户")
    page.click("text=登记一家人")
    page.click("label:has-text('2单元')")
    page.fill("[name=door]", "501")
    page.fill("[name=name_1]", "何爷爷")
    page.fill("[name=name_2]", "何小妹")
    page.fill("[name=born_on_2]", "2018-05-01")
    page.click("text=再加一个人")
    expect(page.locator("fieldset.person")).to_have_count(4)
    expect(page.locator("[name=born_on_2]")).to_have_value("2018-05-01")
    page.check("[name=agree]")
    page.click("text=登记这一家")
    expect(page.locator("main")).to_contain_text("要监护人同意")
    page.check("[name=guardian_agrees]")
    page.click("text=登记这一家")
    expect(page.locator("main")).to_contain_text(re.compile("已登记：何爷爷[、，]何小妹。"))
    page.click("text=何爷爷 >> nth=-1")
    page.click("text=帮何爷爷记")
    page.fill("[name=book]", "农桑易懂")
    page.fill("[name=pages]", "12")
    page.click("button[form=log]")
    expect(page).to_have_url(re.compile(rf"{BUILDING}(\?|$)"))
    entry = db.session.scalars(select(LogEntry)).one()
    reader = db.session.get_one(Resident, entry.resident_id)
    assert (reader.name, reader.door, entry.entered_by) == ("何爷爷", "501", cast.steward.id)
