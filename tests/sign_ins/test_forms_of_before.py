"""A form that was open while its sign-in ended is not lost, shown to nobody else, and believed of no other site."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.sent import MOST_SEALED, SEALED_FOR_SECONDS, Kept
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Visitor, fields_of
from tests.sign_ins.conftest import Enter
from tests.sign_ins.tabs import (
    EVIL,
    OTHER_PHONE,
    WORDS,
    at_home,
    end_elsewhere,
    from_site,
    sent,
    sign_in_on,
    written,
)
from tests.sign_ins.totp import phone_shows, wrong_digits


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def test_who_was_signed_out_elsewhere_signs_in_and_sends_it_with_one_more_tap(
    cast: Cast, reader: Visitor
) -> None:
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    page = sent(reader, form, 401)
    assert page.h1 == "Sign in"
    assert "You were signed out while this page was open." in page.text
    assert WORDS in page.text
    wrong = sign_in_on(page, reader, 400, password="wrong password")
    assert "You were signed out while this page was open." in wrong.text
    kept = sign_in_on(wrong, reader)
    assert (kept.h1, kept.path) == ("Send it once more", "/sign-in")
    assert WORDS in kept.text
    again = fields_of(kept.form())
    assert {**again, "csrf_token": ""} == {**form, "csrf_token": ""}
    assert entries() == 0
    reader.submit(kept)
    assert entries() == 1
    assert WORDS in reader.get(f"/logbook/{form['id']}").text


def test_whose_sign_in_lapsed_keeps_it_too(cast: Cast, reader: Visitor, clock: TestClock) -> None:
    form = written(reader)
    clock.advance(days=31)
    assert WORDS in sign_in_on(sent(reader, form, 401), reader).text


def test_nobody_else_is_shown_it_who_signs_in_there(cast: Cast, reader: Visitor) -> None:
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    page = sign_in_on(sent(reader, form, 401), reader, phone=OTHER_PHONE)
    assert "It was not sent." in page.text
    assert page.path == "/"
    assert WORDS not in page.response.get_data(as_text=True)
    # Nor who signed in on the same device in another tab.
    page = sent(reader, form, 400)
    assert page.h1 == "Another account is signed in here now"
    assert WORDS not in page.response.get_data(as_text=True)
    assert entries() == 0


def test_its_writer_signs_in_again_and_loads_the_page_that_told_of_another_account(
    cast: Cast, reader: Visitor, enter: Enter
) -> None:
    form = written(reader)
    reader.post("/sign-out")
    enter(cast.neighbour, into=reader)
    assert sent(reader, form, 400).h1 == "Another account is signed in here now"
    reader.post("/sign-out")
    enter(cast.resident, into=reader)
    page = sent(reader, form, 400)
    assert (page.h1, WORDS in page.text) == ("Send it once more", True)


def test_what_was_only_pressed_is_not_called_written(cast: Cast, reader: Visitor) -> None:
    form = {**fields_of(reader.get("/logbook/new").form()), "book_id": "", "book": "1984", "pages": "30"}
    end_elsewhere(cast.account("resident"))
    page = sign_in_on(sent(reader, form, 401), reader)
    assert "Send it again only if you still want that." in page.text
    assert "what you wrote is here" not in page.text


def test_a_new_password_is_asked_for_as_one(cast: Cast, reader: Visitor) -> None:
    form = {
        **fields_of(reader.get("/me/password").form()),
        "present": PASSWORD,
        "password": "新密码新密码新密码",
    }
    end_elsewhere(cast.account("resident"))
    page = sign_in_on(sent(reader, form, 401, "/me/password"), reader)
    labels = [one.get_text(strip=True) for one in page.soup.select("#again label")]
    assert labels == ["Present password", "New password"]


def test_who_signed_out_and_in_again_sends_it_once_more(cast: Cast, reader: Visitor, enter: Enter) -> None:
    form = written(reader)
    reader.post("/sign-out")
    enter(cast.resident, into=reader)
    page = sent(reader, form, 400)
    assert page.h1 == "Send it once more"
    assert WORDS in page.text
    assert entries() == 0
    reader.submit(page)
    assert entries() == 1


def test_who_signed_out_and_did_not_come_back_is_asked_to(cast: Cast, reader: Visitor) -> None:
    form = written(reader)
    reader.post("/sign-out")
    assert WORDS in sign_in_on(sent(reader, form, 401), reader).text


def test_after_the_second_step_it_is_there_as_well(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff = at_home(enter(cast.admin))
    form = {**fields_of(staff.get("/events/new").form()), "title": WORDS}
    end_elsewhere(cast.admin)
    clock.advance(minutes=5)
    page = sent(staff, form, 401, "/events/new")
    step = sign_in_on(page, staff, phone=cast.admin.phone)
    assert step.h1 == "Second step"
    wrong = staff.submit(step, 400, code=wrong_digits(cast.admin))
    kept = staff.submit(wrong, code=phone_shows(cast.admin))
    assert (kept.h1, fields_of(kept.form())["title"]) == ("Send it once more", WORDS)


@pytest.mark.parametrize("origin", [EVIL, "null", None])
@pytest.mark.parametrize("is_back", [False, True])
def test_what_another_site_sends_is_not_even_kept(
    cast: Cast, reader: Visitor, enter: Enter, origin: str | None, is_back: bool
) -> None:
    form = written(reader)
    reader.post("/sign-out")
    if is_back:
        enter(cast.resident, into=reader)
    page = sent(from_site(reader, origin), form, 400)
    assert page.h1 == "The form has expired"
    assert WORDS not in page.text


def test_a_form_of_another_device_is_not_kept(cast: Cast, reader: Visitor, enter: Enter) -> None:
    elsewhere = at_home(enter(cast.resident))
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    assert "Send it" not in sent(elsewhere, form, 401).text
    assert WORDS not in sent(at_home(Visitor(reader.app)), form, 400).text


def test_a_form_without_its_token_is_not_kept(cast: Cast, reader: Visitor) -> None:
    form = {**written(reader), "csrf_token": "x" * 44}
    assert sent(reader, form, 400).h1 == "The form has expired"
    end_elsewhere(cast.account("resident"))
    page = sent(reader, form, 401)
    assert page.h1 == "Please sign in"
    assert WORDS not in page.text


def test_code_is_answered_as_before(cast: Cast, reader: Visitor) -> None:
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    headers = {**reader.headers, "Accept": "application/json"}
    answer = reader.client.post("/logbook/new", data=form, headers=headers)
    assert (answer.status_code, list(answer.get_json())) == (401, ["error"])


def test_what_is_too_long_for_a_page_asks_to_sign_in_as_ever(
    app: Flask, cast: Cast, reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] > MOST_SEALED
    monkeypatch.setattr("reading.sent.MOST_SEALED", 100)
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    assert sent(reader, form, 401).h1 == "Please sign in"


def test_what_is_sealed_opens_for_its_owner_for_a_day_and_as_it_was(app: Flask) -> None:
    mine, other = uuid.uuid4(), uuid.uuid4()
    kept = Kept("/logbook/new", (("book", "活着"), ("who", "a"), ("who", "b")), ("present",))
    with app.test_request_context():
        sealed = kept.sealed(mine)
        assert sealed is not None
        assert Kept.opened(sealed, mine) == kept
        assert [Kept.opened(text, mine) for text in ("", sealed[:-1], sealed + "x", "x" + sealed)] == [
            None
        ] * 4
        assert Kept.opened(sealed, other) is None
        former = app.config["SECRET_KEY"]
        app.config.update(SECRET_KEY="another key that signs from now on", SECRET_KEY_FALLBACKS=[former])
        try:
            assert Kept.opened(sealed, mine) == kept
        finally:
            app.config.update(SECRET_KEY=former, SECRET_KEY_FALLBACKS=[])


def test_a_seal_is_too_old_after_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, kept = uuid.uuid4(), Kept("/logbook/new", (("book", "活着"),), ())
    with app.test_request_context():
        sealed = kept.sealed(owner) or ""
        monkeypatch.setattr("reading.sent.SEALED_FOR_SECONDS", -1)
        assert Kept.opened(sealed, owner) is None
    assert timedelta(seconds=SEALED_FOR_SECONDS) == timedelta(days=1)
