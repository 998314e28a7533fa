"""What is no title is told from what is one: a few hundred real ones pass, whatever they look like."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from reading.logbook.title_rules import is_no_title
from tests.logbook.titles import made_up, real


def test_no_real_title_is_taken_for_none() -> None:
    assert len(real()) > 500
    assert [title for title in real() if is_no_title(title)] == []


def test_no_title_of_the_sample_s_catalogue_is_taken_for_none() -> None:
    with (config.ROOT / "reading" / "books" / "data" / "sample-books.csv").open(encoding="utf-8-sig") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    assert len(titles) > 80
    assert [title for title in titles if is_no_title(title)] == []


@pytest.mark.parametrize("title", made_up())
def test_what_fingers_leave_on_a_keyboard_is_no_title(title: str) -> None:
    assert is_no_title(title)
    assert is_no_title(f" {title} ")


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_no_title(text) in (True, False)


@given(st.sampled_from("的一是不了人我在有他啊书k5"), st.integers(4, 200))
def test_one_character_again_and_again_is_no_title(char: str, times: int) -> None:
    assert is_no_title(char * times)
