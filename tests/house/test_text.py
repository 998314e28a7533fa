"""Text as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.text import (
    forbidden_character,
    like_pattern,
    match_key,
    pinyin_keys,
    sort_key,
    squeezed,
    with_plain_digits,
)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单田芳", "stf"),
        ("单田芳", "dtf"),
        ("单田芳", "shantianfang"),
        ("曾国藩", "zgf"),
        ("曾国藩", "cgf"),
        ("欧阳修", "oyx"),
        ("红楼梦", "hongloumeng"),
        ("三体III", "stiii"),
    ],
)
def test_every_reading_of_the_first_character_finds_the_name(name: str, typed: str) -> None:
    assert typed in pinyin_keys(name).split()


def test_a_character_without_pinyin_is_found_by_itself() -> None:
    assert any("𠮷" in key for key in pinyin_keys("𠮷野家").split())


def test_names_sort_by_pinyin() -> None:
    assert sorted(["张三", "王五", "李四"], key=sort_key) == ["李四", "王五", "张三"]


@given(st.text(max_size=60))
def test_keys_are_made_of_any_text(text: str) -> None:
    assert pinyin_keys(text) == pinyin_keys(text).casefold()
    sort_key(text)


@given(st.text(max_size=60))
def test_squeezing_twice_changes_nothing(text: str) -> None:
    assert squeezed(squeezed(text)) == squeezed(text)


@pytest.mark.parametrize(
    "blank",
    ["\u200b", "\ufeff", "\u2060", "\u200d\u200c", "\u3164", "\u2800", "\u00ad \u200b", "\ufe0f", "\u2028"],
)
def test_text_that_shows_nothing_is_empty(blank: str) -> None:
    assert squeezed(blank) == ""


def test_what_came_along_with_copied_text_is_left_out() -> None:
    assert squeezed("\ufeff围\u200b城 ") == "围城"
    assert squeezed("🏳️\u200d🌈 ❤️") == "🏳️\u200d🌈 ❤️"


def test_signs_that_tell_titles_apart_stay_in_the_key() -> None:
    assert len({match_key(title) for title in ("C语言入门", "C++语言入门", "C#语言入门")}) == 3
    assert match_key("Ｃ＋＋语言 入门") == match_key("c++语言入门")


def test_spellings_of_one_title_share_a_key() -> None:
    assert match_key("《红楼梦》 (上)") == match_key("红楼梦（上）") == match_key(" 红楼梦 上 ")
    assert match_key("Ｈarry Potter") == match_key("harry potter")


def test_only_full_width_digits_become_plain() -> None:
    assert with_plain_digits("１２－３") == "12-3"
    assert with_plain_digits("\u0661\u0662") == "\u0661\u0662"


def test_line_breaks_are_allowed_and_overrides_are_not() -> None:
    assert not forbidden_character("两行\n文字\t。")
    assert forbidden_character("\u202eevil")
    assert forbidden_character("张\uffff三")
    assert forbidden_character("\ufffe")


def test_wildcards_are_taken_literally() -> None:
    assert like_pattern("100%_\\") == "%100\\%\\_\\\\%"
