"""The numbers of books, and when two spellings are one book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as standard

from reading.books.rules import (
    BadNumber,
    NotABook,
    NotANumber,
    Number,
    WrongCheckDigit,
    WrongLength,
    book_key,
    plain_title,
    read_number,
)
from tests.books.catalogue import DREAM_10, DREAM_13


@pytest.mark.parametrize(
    "written",
    [
        DREAM_13,
        DREAM_10,
        "978-7-02-000220-7",
        "978 7 02 000220 7",
        "7-02-000220-X",
        "ISBN 978-7-02-000220-7",
        "isbn：９７８７０２０００２２０７",
        "９７８－７－０２－０００２２０－７",
        "978–7–02–000220–7",
        "ISBN-13: 9787020002207",
        "  9787020002207  ",
    ],
)
def test_every_spelling_of_an_isbn_is_one_number(written: str) -> None:
    assert read_number(written) == Number(isbn=DREAM_13)


@pytest.mark.parametrize("written", ["0-8044-2957-X", "080442957x", "０８０４４２９５７Ｘ"])
def test_an_isbn_may_end_in_x(written: str) -> None:
    assert read_number(written) == Number(isbn="9780804429573")


@pytest.mark.parametrize(
    "written",
    [
        "10019·1234",
        "10019.1234",
        "10019-1234",
        "１００１９．１２３４",
        "统一书号：10019•1234",
        "10019 · 1234",
    ],
)
def test_every_spelling_of_a_unified_number_is_one_number(written: str) -> None:
    assert read_number(written) == Number(unified_number="10019·1234")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("9787020002208", WrongCheckDigit),
        ("7020002207", WrongCheckDigit),
        ("978702000220", WrongLength),
        ("97870200022071", WrongLength),
        ("12345", WrongLength),
        ("6901234567892", NotABook),
        ("红楼梦", NotANumber),
        ("", NotANumber),
        ("97870200X2207", NotANumber),
        ("٩٧٨٧٠٢٠٠٠٢٢٠٧", NotANumber),
        ("9787020_002207", NotANumber),
        ("18019·1234", NotANumber),
        ("10019·123456", NotANumber),
    ],
)
def test_what_is_wrong_with_a_number_is_told(written: str, kind: type[BadNumber]) -> None:
    with pytest.raises(BadNumber) as told:
        read_number(written)
    assert type(told.value) is kind
    assert str(told.value).endswith(".")


@given(st.integers(min_value=0, max_value=999_999_999))
def test_both_forms_of_any_isbn_are_one_number(body: int) -> None:
    digits = f"{body:09}"
    ten = digits + standard._calc_isbn10_check_digit(digits)
    assert read_number(ten) == read_number(standard.to_isbn13(ten)) == read_number(f"{ten[:1]}-{ten[1:]}")


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_told_to_be_none(text: str) -> None:
    try:
        number = read_number(text)
    except BadNumber:
        return
    assert (number.isbn is None) != (number.unified_number is None)
    assert number == read_number(number.isbn or number.unified_number or "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("红楼梦", "曹雪芹"), ("《红楼梦》", "曹 雪芹")),
        (("The Old Man", "Hemingway"), ("the old man", "HEMINGWAY")),
        (("１９８４", "奥威尔"), ("1984", "奥威尔")),
        (("西游记（全二册）", "吴承恩"), ("西游记", "吴承恩")),
    ],
)
def test_two_spellings_are_one_book(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert book_key(*one) == book_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("红楼梦", "曹雪芹"), ("红楼", "梦曹雪芹")),
        (("📚", ""), ("🎉", "")),
        (("红楼梦（上）", ""), ("红楼梦（下）", "")),
        (("𠮷野家", ""), ("吉野家", "")),
        (("一" * 199 + "二", ""), ("一" * 199 + "三", "")),
        (("ﷺ" * 200, "甲"), ("ﷺ" * 200, "乙")),
    ],
)
def test_two_books_stay_two(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert book_key(*one) != book_key(*other)


@given(st.text(max_size=200), st.text(max_size=120))
def test_the_key_of_any_title_fits_its_column(title: str, author: str) -> None:
    assert len(book_key(title, author)) <= 400


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("《红楼梦》", "红楼梦"),
        (" 红楼梦 ", "红楼梦"),
        ("《诗经》与《楚辞》", "《诗经》与《楚辞》"),
        ("《》", "《》"),
    ],
)
def test_the_marks_around_a_title_are_not_kept(written: str, kept: str) -> None:
    assert plain_title(written) == kept
