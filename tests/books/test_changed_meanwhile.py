"""What two librarians correct of the same catalogue entry is not written over without a word."""

import uuid

import pytest
from flask import Flask

from reading.books import actions
from reading.books.models import Book
from reading.books.rules import NO_NUMBER, Details
from reading.extensions import db
from tests.cast import Cast
from tests.pages import Visitor


@pytest.fixture
def book(cast: Cast) -> uuid.UUID:
    """A book of the catalogue; its id."""
    details = Details("红旗渠", "郑雄", NO_NUMBER, "", None, None, "")
    return actions.add(uuid.uuid4(), details, cast.librarian.id).id


def kept(book_id: uuid.UUID) -> Book:
    return db.session.get_one(Book, book_id, populate_existing=True)


def test_an_older_form_takes_no_newer_words_back(app: Flask, cast: Cast, book: uuid.UUID) -> None:
    where = f"/books/{book}/edit"
    mine, other = Visitor(app).sign_in(cast.librarian), Visitor(app).sign_in(cast.admin)
    older = mine.get(where)
    other.submit(other.get(where), publisher="河南人民出版社", year="2011", shelf="local")
    page = mine.submit(older, 409, author="郑雄 著", year="2010")
    for said in (
        "This was changed since you opened the form",
        "Publisher 河南人民出版社",
        "2011",
        "Local reading",
    ):
        assert said in page.text
    typed = {name: page.soup.find(id=name)["value"] for name in ("author", "publisher", "year")}
    assert typed == {"author": "郑雄 著", "publisher": "河南人民出版社", "year": "2010"}
    assert kept(book).author == "郑雄"
    for _tap in range(2):
        assert "Saved." in mine.submit(page).text
    now = kept(book)
    assert (now.author, now.publisher, now.year, now.shelf) == ("郑雄 著", "河南人民出版社", 2010, "local")


def test_a_number_given_meanwhile_by_who_logged_it_is_not_taken_away(
    app: Flask, cast: Cast, book: uuid.UUID
) -> None:
    where = f"/books/{book}/edit"
    mine, other = Visitor(app).sign_in(cast.librarian), Visitor(app).sign_in(cast.admin)
    older = mine.get(where)
    other.submit(other.get(where), isbn="978-7-5063-6543-7")
    page = mine.submit(older, 409, publisher="作家出版社")
    assert page.soup.find(id="isbn")["value"] == "9787506365437"
    mine.submit(page)
    assert (kept(book).isbn, kept(book).publisher) == ("9787506365437", "作家出版社")


def test_the_same_correction_sent_twice_and_one_of_before_are_saved(
    app: Flask, cast: Cast, book: uuid.UUID
) -> None:
    mine = Visitor(app).sign_in(cast.librarian)
    page = mine.get(f"/books/{book}/edit")
    for _tap in range(2):
        assert "Saved." in mine.submit(page, year="2011").text
    assert "Saved." in mine.submit(page, year="2012", seen=None).text
    assert kept(book).year == 2012
