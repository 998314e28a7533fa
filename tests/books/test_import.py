"""`books import`: the whole file or nothing of it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.books import actions, queries
from reading.books.models import Book
from reading.csv_files import BadFile
from reading.extensions import db
from tests.books.catalogue import DREAM_13, add

HEADER = "title,author,publisher,year,pages,isbn,shelf\n"
SOUND = (
    HEADER
    + "《红楼梦》,曹雪芹,人民文学出版社,1996,１６０６,978-7-02-000220-7,classics\n"
    + "农桑易懂,,农业出版社,1979,,16144.2211,farming\n"
    + "𠮷祥如意,,,,,,\n"
)


def run(app: Flask, file: Path, status: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["books", "import", str(file)])
    db.session.remove()
    assert result.exit_code == status, result.output
    return result.output


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Book)) or 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_list_of_books_comes_in_and_again_is_a_no_op(app: Flask, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "books.csv"
    file.write_text(SOUND, encoding=encoding)
    assert run(app, file) == "3 added, 0 known already\n"
    assert run(app, file) == "0 added, 3 known already\n"
    (book,) = queries.search(DREAM_13)
    kept = (book.title, book.author, book.publisher, book.year, book.pages, book.shelf)
    assert kept == ("红楼梦", "曹雪芹", "人民文学出版社", 1996, 1606, "classics")
    (old,) = queries.search("16144·2211")
    assert (old.title, old.isbn, old.pages) == ("农桑易懂", None, None)


def test_a_book_that_readers_wrote_down_takes_what_the_list_knows(app: Flask) -> None:
    written = add("红楼梦", "曹雪芹").id
    counts = actions.import_books(SOUND.encode())
    assert (counts.added, counts.known) == (2, 1)
    book = db.session.get_one(Book, written)
    assert (book.isbn, book.pages, book.shelf) == (DREAM_13, 1606, "classics")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SOUND.replace("𠮷", "吉").encode("gbk"), "line 2: this is not UTF-8; it looks like GBK"),
        (b"title,author\n", "line 1: the header must be title,author,publisher,year,pages,isbn,shelf"),
        (b"", "the file is empty"),
        ((SOUND + ",甲,,,,,\n").encode(), "line 5: title is missing"),
        ((SOUND + f"{'书' * 201},,,,,,\n").encode(), "line 5: title is longer than 200"),
        ((SOUND + f"书,{'甲' * 121},,,,,\n").encode(), "line 5: author is longer than 120"),
        ((SOUND + "书\0,,,,,,\n").encode(), "line 5"),
        ((SOUND + "书\u202e名,,,,,,\n").encode(), "line 5: title holds a control character"),
        ((SOUND + "书,,,一九七九,,,\n").encode(), "line 5: year '一九七九' is no whole number"),
        ((SOUND + "书,,,,1_0,,\n").encode(), "line 5: pages '1_0' is no whole number from 1 to 20000"),
        ((SOUND + "书,,,,0,,\n").encode(), "line 5: pages '0' is no whole number from 1 to 20000"),
        ((SOUND + "书,,,,,9787020002208,\n").encode(), "line 5: isbn '9787020002208': The last digit"),
        ((SOUND + "书,,,,,,nowhere\n").encode(), "line 5: there is no shelf 'nowhere'"),
        ((SOUND + "石头记,,,,,702000220X,\n").encode(), "line 5: the same book as in line 2"),
        ((SOUND + "𠮷祥 如意,,,,,,\n").encode(), "line 5: the same book as in line 4"),
        ((SOUND + "书,,,\n").encode(), "line 5: 4 columns instead of 7"),
    ],
)
def test_nothing_comes_in_when_a_line_is_wrong(app: Flask, content: bytes, told: str) -> None:
    with pytest.raises(BadFile) as bad:
        actions.import_books(content)
    assert told in str(bad.value)
    db.session.rollback()
    assert count() == 0


def test_a_bad_file_is_told_on_the_command_line(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "books.csv"
    file.write_text(SOUND + ",,,,,,x\n", encoding="utf-8")
    told = run(app, file, status=1)
    assert "Nothing was imported." in told
    assert "line 5: there is no shelf 'x'" in told
    assert "line 5: title is missing" in told
