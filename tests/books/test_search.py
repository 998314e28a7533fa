"""Finding a book by what people type."""

import pytest
from flask import Flask

from reading.books import queries
from tests.books.catalogue import DREAM_13, TO_LIVE, add


@pytest.fixture
def shelf(app: Flask) -> None:
    """A few books."""
    add("红楼梦", "曹雪芹", isbn=DREAM_13)
    add("红楼梦研究", "俞平伯")
    add("读红楼梦随笔", "佚名")
    add("活着", "余华", isbn=TO_LIVE)
    add("许三观卖血记", "余华")
    add("1984", "乔治·奥威尔")
    add("The Old Man and the Sea", "Hemingway")
    add("长寿百分百：100%健康", "王医生")
    add("农桑_辑要", "")
    add("农桑易懂", "", unified_number="16144·2211")
    add("📚", "")


def found(text: str, limit: int = 10) -> list[str]:
    return [book.title for book in queries.search(text, limit)]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("红楼梦", ["红楼梦", "红楼梦研究", "读红楼梦随笔"]),
        ("《红楼梦》", ["红楼梦", "红楼梦研究", "读红楼梦随笔"]),
        ("hlm", ["红楼梦", "红楼梦研究"]),
        ("honglou", ["红楼梦", "红楼梦研究"]),
        ("HLM", ["红楼梦", "红楼梦研究"]),
        ("余华", ["活着", "许三观卖血记"]),
        ("yh", ["活着", "许三观卖血记"]),
        ("余华 活着", ["活着"]),
        ("hz yuhua", ["活着"]),
        ("old MAN", ["The Old Man and the Sea"]),
        ("hemingway", ["The Old Man and the Sea"]),
        (DREAM_13, ["红楼梦"]),
        ("7-02-000220-X", ["红楼梦"]),
        ("978702", ["红楼梦"]),
        ("16144.2211", ["农桑易懂"]),
        ("1984", ["1984"]),
        ("📚", ["📚"]),
        ("100%", ["长寿百分百：100%健康"]),
        ("%", ["长寿百分百：100%健康"]),
        ("_", ["农桑_辑要"]),
        ("农桑_", ["农桑_辑要", "农桑易懂"]),
    ],
)
def test_books_are_found_best_first(shelf: None, typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\\",
        "%%%",
        "__",
        "没有的书",
        "\0",
        "红\0楼",
        "\u202e红楼",
        "\ud800",
        "9787020002208",
        "x" * 5000,
    ],
)
def test_what_means_no_book_finds_none(shelf: None, typed: str) -> None:
    assert found(typed) == []


def test_only_so_many_are_returned(shelf: None) -> None:
    assert found("红楼梦", limit=1) == ["红楼梦"]
