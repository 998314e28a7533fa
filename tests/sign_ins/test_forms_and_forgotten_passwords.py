"""A form that waits for its writer to sign in waits as well while they set a new password for a forgotten one."""

from typing import Any

import pytest

from reading.extensions import db
from tests.cast import PASSWORD, Cast, add_staff
from tests.clock import TestClock
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.codes import WRONG, code_for
from tests.sign_ins.conftest import Enter
from tests.sign_ins.tabs import OTHER_PHONE, PHONE, WORDS, at_home, end_elsewhere, entries, sent, sign_in_on
from tests.sign_ins.totp import phone_shows

NEW = "新密码新密码新密码"
FORGOT = "/sign-in/new-password"


def forgot(page: Page, visitor: Visitor) -> Page:
    """Press "Forgot the password" on a page where a form waits."""
    return visitor.submit(page, form=page.form(FORGOT))


def reset(page: Page, visitor: Visitor, code: str, status: int = 200, phone: str = PHONE) -> Page:
    form = page.form(holding="code")
    return visitor.submit(page, status, form=form, phone=phone, code=code, password=NEW)


def test_it_is_there_after_a_new_password_and_saved_once(cast: Cast, reader: Visitor, waiting: Page) -> None:
    page = forgot(waiting, reader)
    assert (page.h1, "What you wrote is kept on this page." in page.text) == ("Forgot the password", True)
    assert not page.soup.select("[aria-invalid]")
    page = reset(page, reader, code_for(cast.resident, cast.steward))
    assert "The password was changed." in page.text
    assert (page.h1, WORDS in page.text, entries()) == ("Send it once more", True, 0)
    for _tap in range(2):
        reader.submit(page)
    assert entries() == 1


def test_it_is_there_for_who_remembers_the_password_and_comes_back(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = forgot(waiting, reader)
    back = reader.submit(page, form=page.form("/sign-in"))
    assert (back.h1, back.soup.select("[aria-invalid]")) == ("Sign in", [])
    assert "You were signed out while this page was open." in back.text
    assert WORDS in sign_in_on(forgot_and_back(back, reader), reader).text


def forgot_and_back(page: Page, visitor: Visitor) -> Page:
    there = forgot(page, visitor)
    return visitor.submit(there, form=there.form("/sign-in"))


def test_it_outlasts_wrong_codes_and_other_mistakes(cast: Cast, reader: Visitor, waiting: Page) -> None:
    page = reset(forgot(waiting, reader), reader, WRONG, 400)
    page = reset(page, reader, "no code", 400)
    assert WORDS in reset(page, reader, code_for(cast.resident, cast.steward)).text


def test_it_is_shown_to_nobody_else_who_sets_a_new_password_there(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    code = code_for(cast.neighbour, cast.admin)
    page = reset(forgot(waiting, reader), reader, code, phone=OTHER_PHONE)
    assert "is another account's, or too old. It was not sent." in page.text
    assert WORDS not in str(page.soup)
    assert entries() == 0


def test_it_is_there_for_who_signed_in_in_another_tab_meanwhile(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = forgot(waiting, reader)
    reader.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
    page = reset(page, reader, code_for(cast.resident, cast.steward))
    assert (page.h1, WORDS in page.text) == ("Send it once more", True)
    Visitor(reader.app).post("/sign-in", 302, phone=PHONE, password=PASSWORD)


def test_it_is_there_after_the_second_step_too(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff = at_home(enter(cast.admin))
    form = {**fields_of(staff.get("/events/new").form()), "title": WORDS}
    end_elsewhere(cast.admin)
    clock.advance(minutes=5)
    other = add_staff("周主任", "13900000088", "admin", "410581")
    db.session.commit()
    page = forgot(sent(staff, form, 401, "/events/new"), staff)
    step = reset(page, staff, code_for(cast.admin, other), phone=cast.admin.phone)
    assert step.h1 == "Second step"
    page = staff.submit(step, code=phone_shows(cast.admin))
    assert fields_of(page.form("/events/new"))["title"] == WORDS


def test_who_wrote_nothing_is_led_on_to_where_they_were_going(cast: Cast, visitor: Visitor) -> None:
    start = visitor.get("/sign-in?next=/books")
    link = start.soup.find("a", string="Forgot the password")["href"]
    page = visitor.get(link)
    assert page.soup.find("a", class_="back")["href"] == "/sign-in?next=/books"
    assert "kept on this page" not in page.text
    assert reset(page, visitor, code_for(cast.resident, cast.steward)).path == "/books"


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_away_from_here(cast: Cast, visitor: Visitor, onward: str) -> None:
    page = visitor.get(f"{FORGOT}?next={onward}")
    assert "evil" not in str(page.soup.main)
    assert "javascript" not in str(page.soup.main)
    told: dict[str, Any] = {"next": onward}
    form = {**fields_of(page.form()), **told, "phone": PHONE, "password": NEW}
    code = code_for(cast.resident, cast.steward)
    assert sent(visitor, {**form, "code": code}, 302, FORGOT).response.location == "/"


def test_a_second_tap_that_comes_after_the_answer_leads_on(cast: Cast, visitor: Visitor) -> None:
    page = at_home(visitor).get(f"{FORGOT}?next=/books")
    code = code_for(cast.resident, cast.steward)
    form = {**fields_of(page.form()), "phone": PHONE, "code": code, "password": NEW}
    for _tap in range(2):
        assert sent(visitor, form, 302, FORGOT).response.location == "/books"
    # Any other form of the kind is for who is signed in nowhere.
    other = {**form, "id": "00000000-0000-4000-8000-000000000000"}
    assert sent(visitor, other, 302, FORGOT).response.location == "/me/password"
