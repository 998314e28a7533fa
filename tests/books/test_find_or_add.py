"""One book is one entry, whoever names it however."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.books.models import Book
from reading.extensions import db
from tests.books.catalogue import DREAM_13, TO_LIVE, add
from tests.clock import TestClock


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Book)) or 0


def test_a_number_decides(app: Flask) -> None:
    one = add("红楼梦", "曹雪芹", isbn=DREAM_13)
    assert add("石头记", "别人", isbn=DREAM_13).id == one.id
    assert add("红楼梦", "曹雪芹", isbn=TO_LIVE).id != one.id


def test_without_a_number_title_and_author_in_any_spelling_decide(app: Flask) -> None:
    one = add("Ａ Q正传", "鲁迅")
    assert add("《aq 正传》", "鲁 迅").id == one.id
    assert add("AQ正传", "别人").id != one.id
    assert count() == 2


def test_signs_of_a_title_that_mean_something_tell_books_apart(app: Flask) -> None:
    titles = ("C语言入门", "C++语言入门", "C#语言入门")
    assert len({add(title).id for title in titles}) == 3
    assert add("Ｃ＋＋语言 入门").title == "C++语言入门"


def test_a_book_with_a_number_is_found_by_its_title_and_author(app: Flask) -> None:
    one = add("红楼梦", "曹雪芹", isbn=DREAM_13)
    assert add("红楼梦", "曹雪芹").id == one.id


def test_a_title_alone_means_the_only_book_of_that_title(app: Flask) -> None:
    one = add("西游记（全二册）", "吴承恩")
    assert add("西游记").id == one.id
    other = add("家", "巴金")
    add("家", "别人")
    alone = add("家")
    assert alone.id != other.id
    assert add("家").id == alone.id


def test_of_two_editions_a_title_alone_means_the_first_that_came(app: Flask, clock: TestClock) -> None:
    one = add("红楼梦", "曹雪芹", isbn=DREAM_13)
    clock.advance(seconds=1)
    add("红楼梦", "曹雪芹", isbn=TO_LIVE)
    assert add("红楼梦").id == one.id


def test_a_title_with_signs_of_like_is_taken_literally(app: Flask) -> None:
    add("一百本书", "甲")
    assert add("%").title == "%"
    assert add("_").title == "_"
    assert count() == 3


def test_a_book_known_without_its_number_takes_it(app: Flask) -> None:
    one = add("红楼梦", "曹雪芹")
    again = add("红楼梦", "曹雪芹", isbn=DREAM_13, publisher="人民文学出版社", pages=1606)
    assert again.id == one.id
    assert (again.isbn, again.publisher, again.pages) == (DREAM_13, "人民文学出版社", 1606)
    assert add("红楼梦", "曹雪芹", isbn=TO_LIVE).id != one.id


def test_an_authorless_book_does_not_take_a_number(app: Flask) -> None:
    one = add("家")
    assert add("家", isbn=DREAM_13).id != one.id


@pytest.mark.parametrize("title", ["📚 我的书", "𠮷野家", "𬀩𬱖传", "书" * 200, "ﷺ" * 200, "z" * 200])
def test_any_title_is_kept_as_it_was_written(app: Flask, title: str) -> None:
    book_id = add(title, "ﷺ" * 120).id
    db.session.remove()
    assert db.session.get_one(Book, book_id).title == title


def test_an_empty_title_is_no_book(app: Flask) -> None:
    with pytest.raises(ValueError, match="title"):
        add("  ")


@pytest.mark.parametrize("details", [{}, {"isbn": DREAM_13}, {"unified_number": "10019·1234"}])
def test_two_who_add_the_same_book_at_once_add_one(app: Flask, details: dict[str, str]) -> None:
    barrier = Barrier(4)

    def add_at_once(_number: int) -> uuid.UUID:
        with app.app_context():
            barrier.wait()
            book_id = add("红楼梦", "曹雪芹", **details).id
            db.session.remove()
            return book_id

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(add_at_once, range(4)))
    assert len(ids) == 1
    assert count() == 1


def test_two_who_tell_the_number_of_one_book_at_once_do_not_mix_them_up(app: Flask) -> None:
    add("红楼梦", "曹雪芹")
    barrier = Barrier(2)

    def tell(isbn: str) -> str | None:
        with app.app_context():
            barrier.wait()
            kept = add("红楼梦", "曹雪芹", isbn=isbn).isbn
            db.session.remove()
            return kept

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(tell, [DREAM_13, TO_LIVE])) == [DREAM_13, TO_LIVE]
    assert count() == 2
