"""A form that waits for its writer to sign in waits through all that may come between, until it is too old."""

from typing import Any

import pytest

from reading.extensions import db
from reading.people import role_actions
from reading.sign_ins.code_rules import MOST_WRONG_OF_ONE
from tests.cast import PASSWORD, Cast, add_staff
from tests.clock import TestClock
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.conftest import Enter
from tests.sign_ins.tabs import PHONE, WORDS, at_home, end_elsewhere, sent, sign_in_on, written
from tests.sign_ins.totp import phone_shows

STEP = "/sign-in/second-step"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Too many wrong tries. Wait 1 minute"), ("zh", "请等 1 分钟再试")]
)
def test_it_is_there_after_too_many_wrong_tries(
    cast: Cast, reader: Visitor, clock: TestClock, language: str, said: str
) -> None:
    reader.headers["Accept-Language"] = language
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    page = sent(reader, form, 401)
    for _try in range(5):
        page = sign_in_on(page, reader, 400, password="wrong password")
    stopped = sign_in_on(page, reader, 429)
    assert said in stopped.text
    assert stopped.response.headers["Retry-After"] == "60"
    assert fields_of(stopped.form())["phone"] == PHONE
    clock.advance(minutes=1)
    assert WORDS in sign_in_on(stopped, reader).text


def planning(staff: Visitor) -> dict[str, Any]:
    """Fill the form for an event in; return what it would send."""
    return {**fields_of(staff.get("/events/new").form()), "title": WORDS}


def is_back(page: Page) -> bool:
    return (page.h1, fields_of(page.form("/events/new")).get("title")) == ("Send it once more", WORDS)


def at_second_step(cast: Cast, enter: Enter, clock: TestClock, **typed: str) -> tuple[Visitor, Page]:
    """Let an administrator's sign-in end while a form is open; return the page that asks for their code."""
    staff = at_home(enter(cast.admin))
    form = {**planning(staff), **typed}
    end_elsewhere(cast.admin)
    clock.advance(minutes=5)
    return staff, sign_in_on(sent(staff, form, 401, "/events/new"), staff, phone=cast.admin.phone)


def test_it_is_there_after_too_many_wrong_codes(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff, step = at_second_step(cast, enter, clock)
    for _try in range(MOST_WRONG_OF_ONE):
        step = staff.submit(step, 400, code="not it")
    stopped = staff.submit(step, 429, code=phone_shows(cast.admin))
    assert "Too many wrong codes." in stopped.text
    assert stopped.response.headers["Retry-After"] == "600"
    clock.advance(minutes=10)
    # The password was right too long ago by now.
    again = staff.submit(stopped, code=phone_shows(cast.admin))
    assert "The password is asked for once more." in again.text
    step = sign_in_on(again, staff, phone=cast.admin.phone)
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))


def test_it_is_there_after_the_page_of_the_second_step_was_opened_anew(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    staff, step = at_second_step(cast, enter, clock)
    staff.submit(step, 400, code="not it")
    for _time in range(2):
        step = staff.get(STEP)
        assert WORDS not in step.text
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))
    # Nothing of it stays behind on the device.
    assert staff.client.get_cookie("session") is None


def test_larger_text_asks_for_the_code_and_for_no_password_again(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    staff, step = at_second_step(cast, enter, clock)
    assert step.path == STEP
    step = staff.get(f"/text-size/large?next={step.path}", follow=True)
    assert step.h1 == "Second step"
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))


def test_opened_anew_too_late_it_waits_for_the_password(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff, _step = at_second_step(cast, enter, clock)
    clock.advance(minutes=11)
    again = staff.get(STEP)
    assert again.h1 == "Sign in"
    step = sign_in_on(again, staff, phone=cast.admin.phone)
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))


def test_opened_anew_it_is_nobody_else_s_who_begins_to_sign_in_there(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    staff, _step = at_second_step(cast, enter, clock)
    staff.post("/sign-in", 302, phone=cast.admin.phone, password=PASSWORD)
    assert fields_of(staff.get(STEP).form())["kept"] == ""


def test_what_a_cookie_has_no_room_for_waits_on_the_page_alone(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    long = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(2_000))
    staff, step = at_second_step(cast, enter, clock, about=long)
    assert "It is kept on this page alone" in step.text
    assert fields_of(staff.get(STEP).form())["kept"] == ""
    assert all(len(one) < 4096 for one in step.response.headers.getlist("Set-Cookie"))
    page = staff.submit(step, code=phone_shows(cast.admin))
    assert fields_of(page.form("/events/new"))["about"] == long


def test_it_is_there_for_who_begins_again(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff, step = at_second_step(cast, enter, clock)
    again = staff.submit(step, form=step.form(holding="again"))
    assert again.h1 == "Sign in"
    step = sign_in_on(again, staff, phone=cast.admin.phone)
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))


def test_it_is_there_for_who_signed_in_in_another_tab_meanwhile(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    staff, step = at_second_step(cast, enter, clock)
    enter(cast.admin, into=staff)
    clock.advance(seconds=30)
    # The page of the second step is one of before as well, and is believed.
    assert is_back(staff.submit(step, code=phone_shows(cast.admin)))


def test_it_is_there_after_an_administrator_has_set_the_second_step_up(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    admin = add_staff("周主任", "13900000088", "librarian", "410581")
    db.session.commit()
    staff = at_home(enter(admin))
    form = planning(staff)
    end_elsewhere(admin)
    role_actions.grant_role(admin.id, "admin", "410581", by=cast.admin)
    page = sign_in_on(sent(staff, form, 401, "/events/new"), staff, phone="13900000088")
    assert page.h1 == "Second step at sign-in"
    assert "What you wrote on the page before comes along" in page.text
    for _try in range(MOST_WRONG_OF_ONE):
        page = staff.submit(page, 400, code="not it")
    page = staff.submit(page, 429, code=phone_shows(admin))
    clock.advance(minutes=10)
    codes = staff.submit(page, code=phone_shows(admin))
    assert codes.h1 == "Recovery codes"
    assert WORDS in codes.text
    assert fields_of(codes.form("/events/new"))["title"] == WORDS
    # The event lacks all but its title: the form is its own again, and says so.
    assert staff.submit(codes, 400, form=codes.form("/events/new")).path == "/events/new"
