"""What the shared fields take and refuse."""

from datetime import date, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from reading.forms import CityDate, CityMinute, CreatingForm, Form, LongText, Text, WholeNumber, parse_uuid

ARABIC_INDIC = "\u0661\u0662"


class Sample(Form):
    title = Text("Title", longest=10, needed="Write a title.")
    note = LongText("Note", longest=40)
    pages = WholeNumber("Pages", least=1, most=1000)
    on = CityDate("On", needed="Choose a date.")
    at = CityMinute("At")


def filled(**typed: str) -> Sample:
    return Sample(MultiDict({"title": "红楼梦", "on": "2026-11-10", **typed}))


@pytest.fixture(autouse=True)
def in_a_request(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def test_a_good_form_is_read() -> None:
    form = filled(pages="３０", on="２０２６－１１－１０", at="2026-11-10T19:30", note=" a  b\r\n c ")
    assert form.validate(), form.errors
    assert form.data == {
        "title": "红楼梦",
        "note": "a b\nc",
        "pages": 30,
        "on": date(2026, 11, 10),
        "at": datetime(2026, 11, 10, 19, 30),
    }


@pytest.mark.parametrize(
    "pages", ["1_0", ARABIC_INDIC, "-1", "+3", "1.5", "1e3", "ten", "0", "1001", "9" * 5000]
)
def test_what_is_no_whole_number_in_range_is_told_and_kept_as_typed(pages: str) -> None:
    form = filled(pages=pages)
    assert not form.validate()
    assert list(form.errors) == ["pages"]
    assert f'value="{pages}"' in str(form.pages())


@pytest.mark.parametrize(
    "on",
    [
        "2026-02-30",
        "2026-W01-1",
        "20261110",
        "2026/11/10",
        "10-11-2026",
        f"2026-{ARABIC_INDIC}-01",
        "0000-01-01",
        "x",
    ],
)
def test_what_is_no_date_is_told_and_kept_as_typed(on: str) -> None:
    form = filled(on=on)
    assert not form.validate()
    assert "There is no such date" in form.on.errors[0]
    assert f'value="{on}"' in str(form.on())


@pytest.mark.parametrize(
    "at", ["2026-11-10", "2026-11-10T24:00", "2026-11-10T19:60", "19:30", "2026-11-10T19:30Z"]
)
def test_what_is_no_minute_is_told(at: str) -> None:
    form = filled(at=at)
    assert not form.validate()
    assert list(form.errors) == ["at"]


def test_a_missing_needed_field_is_told_in_its_own_words() -> None:
    form = filled(title="   ", on="")
    assert not form.validate()
    assert form.errors == {"title": ["Write a title."], "on": ["Choose a date."]}


@pytest.mark.parametrize("title", ["a\x00b", "\u202eabc", "a\x1bb", "\ud800", "\u2066x"])
def test_invisible_control_characters_are_refused(title: str) -> None:
    form = filled(title=title)
    assert not form.validate()
    assert "control character" in form.title.errors[0]


@pytest.mark.parametrize("title", ["𠮷野家", "📚", "a b", "é"])
def test_any_script_and_emoji_are_kept(title: str) -> None:
    form = filled(title=title)
    assert form.validate(), form.errors
    assert form.title.data == title


def test_a_text_that_is_too_long_is_told_with_its_limit() -> None:
    form = filled(title="书" * 11)
    assert not form.validate()
    assert "10 characters" in form.title.errors[0]


def test_a_creating_form_draws_an_id_and_keeps_the_one_it_is_sent() -> None:
    drawn = CreatingForm().id.data
    assert parse_uuid(drawn)
    sent = CreatingForm(MultiDict({"id": drawn}))
    assert sent.validate()
    assert str(sent.record_id) == drawn


@pytest.mark.parametrize("text", ["", "1", "z" * 36, "{" + "0" * 32 + "}", "urn:uuid:" + "0" * 32, "0" * 32])
def test_only_the_usual_spelling_of_a_uuid_is_taken(text: str) -> None:
    assert parse_uuid(text) is None
