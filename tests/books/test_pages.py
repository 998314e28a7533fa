"""The pages of the catalogue."""

import uuid
from typing import Any

import pytest
from flask import Flask

from reading.books import queries
from reading.books.models import Book
from reading.extensions import db
from tests.books.catalogue import DREAM_13, TO_LIVE, add
from tests.cast import Cast
from tests.pages import Visitor, fields_of


def links(page, text: str) -> list[str]:
    return [str(a["href"]) for a in page.soup.main.find_all("a") if text in a.get_text()]


def test_a_visitor_finds_a_book_without_a_script(app: Flask, visitor: Visitor) -> None:
    book = add("红楼梦", "曹雪芹", isbn=DREAM_13, publisher="人民文学出版社", year=1996, pages=1606)
    page = visitor.get("/books?q=hlm")
    assert "1 book found" in page.text
    shown = visitor.get(links(page, "红楼梦")[0])
    assert shown.path == f"/books/{book.id}"
    for said in ("曹雪芹", "人民文学出版社", "1996", "1606", DREAM_13, "Nobody has logged it yet."):
        assert said in shown.text


def test_who_finds_nothing_may_add_it_with_the_title_filled_in(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    page = resident.get("/books?q=《农桑易懂》")
    form = resident.get(links(page, "Add this book")[0])
    page = resident.submit(form, isbn="１６１４４．２２１１", pages="３２０")
    assert (page.h1, page.path) == ("农桑易懂", f"/books/{queries.search('农桑易懂')[0].id}")
    assert "16144·2211" in page.text
    assert "The book is in the catalogue." in page.text


def test_the_shelves_are_looked_along_page_by_page(app: Flask, visitor: Visitor) -> None:
    for number in range(21):
        add(f"农书{number:02}", shelf="farming")
    add("红楼梦", shelf="classics")
    first = visitor.get("/books?shelf=farming")
    assert "红楼梦" not in first.text
    assert "农书19" in first.text
    assert "农书20" not in first.text
    second = visitor.get(links(first, "Next page")[0])
    assert "农书20" in second.text
    assert not links(second, "Next page")
    assert "农书20" in visitor.get("/books?page=2").text


@pytest.mark.parametrize(
    "query", ["shelf=nowhere", "page=0", "page=-1", "page=1_0", "page=٣", "page=x", "page=99999"]
)
def test_a_shelf_or_page_that_is_not_there_is_not_found(app: Flask, visitor: Visitor, query: str) -> None:
    visitor.get(f"/books?{query}", status=404)


@pytest.mark.parametrize("typed", ["%00", "%", "%E2%80%AE", "%ED%A0%80", "x" * 3000])
def test_any_search_is_answered(app: Flask, visitor: Visitor, typed: str) -> None:
    visitor.get(f"/books?q={typed}")
    answer = visitor.client.get(f"/books/search?q={typed}")
    assert answer.get_json() == {"books": []}


def test_suggestions_come_as_json(app: Flask, visitor: Visitor) -> None:
    book = add("红楼梦", "曹雪芹", isbn=DREAM_13)
    answer = visitor.client.get("/books/search?q=hlm")
    expected = {
        "id": str(book.id),
        "title": "红楼梦",
        "author": "曹雪芹",
        "number": DREAM_13,
        "url": f"/books/{book.id}",
    }
    assert answer.get_json() == {"books": [expected]}


def test_a_book_that_is_not_there_is_not_found(app: Flask, visitor: Visitor) -> None:
    visitor.get(f"/books/{uuid.uuid4()}", status=404)
    visitor.get("/books/1", status=404)


def test_adding_a_book_that_is_there_leads_to_it(app: Flask, cast: Cast) -> None:
    book = add("红楼梦", "曹雪芹", isbn=DREAM_13)
    resident = Visitor(app).sign_in(cast.resident)
    page = resident.submit(resident.get("/books/new"), title="石头记", isbn="7-02-000220-X")
    assert page.path == f"/books/{book.id}"
    assert "This book was there already." in page.text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("title", "", "Please write the title"),
        ("title", "   ", "Please write the title"),
        ("title", "\u2060", "Please write the title"),
        ("title", "书" * 500, "at most 200 characters"),
        ("title", "书\0名", "invisible control character"),
        ("title", "书\u202e名", "invisible control character"),
        ("author", "甲" * 121, "at most 120 characters"),
        ("author", "甲\u2066", "invisible control character"),
        ("publisher", "社" * 121, "at most 120 characters"),
        ("isbn", "9787020002208", "does not fit the others"),
        ("isbn", "978702000220", "13 digits"),
        ("isbn", "6901234567892", "not a book's"),
        ("isbn", "书号", "in digits"),
        ("isbn", "٩٧٨٧٠٢٠٠٠٢٢٠٧", "in digits"),
        ("year", "999", "at least 1000"),
        ("year", "2101", "at most 2100"),
        ("pages", "0", "at least 1"),
        ("pages", "20001", "at most 20000"),
        ("pages", "1_0", "in digits"),
        ("pages", "-5", "in digits"),
        ("pages", "1000000000", "at most 20000"),
    ],
)
def test_what_is_wrong_with_a_book_is_told_and_nothing_is_kept(
    app: Flask, cast: Cast, field: str, typed: str, told: str
) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/books/new")
    sent: dict[str, Any] = {"title": "书", "author": "甲", field: typed}
    page = resident.submit(form, status=400, **sent)
    assert told in page.errors_of(field)
    assert page.soup.find(attrs={"name": "author"})["value"] == ("甲" if field != "author" else typed)
    assert not queries.shelf("", 10)


def test_emoji_and_rare_characters_are_kept(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    page = resident.submit(resident.get("/books/new"), title="📚 𬀩𬱖的书", author="𠮷田")
    assert page.h1 == "📚 𬀩𬱖的书"
    assert "𠮷田" in page.text


def test_a_double_tap_adds_one_book(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/books/new")
    first, second = (resident.submit(form, title="《家》", author="巴金") for _ in range(2))
    assert first.path == second.path
    assert "The book is in the catalogue." in second.text
    assert len(queries.shelf("", 10)) == 1


def test_the_same_id_with_another_book_shows_both_and_adds_the_second_only_when_asked(
    app: Flask, cast: Cast
) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    form = resident.get("/books/new")
    resident.submit(form, title="家", author="巴金")
    both = resident.submit(form, status=409, title="春", author="巴金")
    assert "This form already added “家”." in both.text
    assert both.soup.find(attrs={"name": "title"})["value"] == "春"
    assert len(queries.shelf("", 10)) == 1
    assert resident.submit(both).h1 == "春"


def test_the_same_id_of_another_account_is_refused_and_tells_nothing(app: Flask, cast: Cast) -> None:
    resident, neighbour = Visitor(app).sign_in(cast.resident), Visitor(app).sign_in(cast.neighbour)
    sent = fields_of(resident.get("/books/new").form())
    del sent["csrf_token"]
    resident.post("/books/new", **{**sent, "title": "家"})
    page = neighbour.post("/books/new", status=409, **{**sent, "title": "家"})
    assert "家" not in page.text
    neighbour.post("/books/new", status=400, **{**sent, "id": "1", "title": "家"})


def test_a_librarian_corrects_an_entry(app: Flask, cast: Cast) -> None:
    book_id, librarian = add("红楼夢", "曹雪琴").id, Visitor(app).sign_in(cast.librarian)
    page = librarian.get(links(librarian.get(f"/books/{book_id}"), "Correct this entry")[0])
    told: dict[str, Any] = {
        "title": "红楼梦",
        "author": "曹雪芹",
        "isbn": "978-7-02-000220-7",
        "shelf": "classics",
    }
    page = librarian.submit(page, **told)
    assert (page.path, page.h1) == (f"/books/{book_id}", "红楼梦")
    book = db.session.get_one(Book, book_id)
    assert (book.author, book.isbn, book.shelf) == ("曹雪芹", DREAM_13, "classics")
    assert [found.id for found in queries.search("hlm")] == [book_id]


@pytest.mark.parametrize(
    ("told", "field", "said"),
    [
        ({"isbn": DREAM_13}, "isbn", "has this number."),
        ({"title": "活着", "author": "余华"}, "title", "has this title and author."),
    ],
)
def test_a_correction_may_not_make_two_entries_one(
    app: Flask, cast: Cast, told: dict[str, Any], field: str, said: str
) -> None:
    add("红楼梦", "曹雪芹", isbn=DREAM_13)
    add("活着", "余华")
    book_id, librarian = add("红楼", "曹").id, Visitor(app).sign_in(cast.librarian)
    page = librarian.submit(librarian.get(f"/books/{book_id}/edit"), status=400, **told)
    assert f"Another book in the catalogue {said}" in page.errors_of(field)
    assert db.session.get_one(Book, book_id).title == "红楼"


def test_a_wrong_correction_is_told(app: Flask, cast: Cast) -> None:
    book_id, librarian = add("活着", "余华", isbn=TO_LIVE).id, Visitor(app).sign_in(cast.librarian)
    form = librarian.get(f"/books/{book_id}/edit")
    assert "does not fit" in librarian.submit(form, status=400, isbn="9787506365438").errors_of("isbn")
    assert "one of the shelves" in librarian.submit(form, status=400, shelf="nowhere").errors_of("shelf")
    librarian.get(f"/books/{uuid.uuid4()}/edit", status=404)


@pytest.mark.parametrize("who", ["resident", "steward", "organizer"])
def test_only_those_who_keep_the_catalogue_correct_it(app: Flask, cast: Cast, who: str) -> None:
    book_id, visitor = add("活着").id, Visitor(app).sign_in(getattr(cast, who))
    visitor.get(f"/books/{book_id}/edit", status=403)
    visitor.post(f"/books/{book_id}/edit", status=403, title="死了")
    assert not links(visitor.get(f"/books/{book_id}"), "Correct this entry")


def test_who_is_not_signed_in_adds_nothing(app: Flask, visitor: Visitor) -> None:
    visitor.get("/books/new", status=302)
    visitor.post("/books/new", status=401, title="书", id=str(uuid.uuid4()))


def test_a_form_without_a_token_is_not_taken(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    resident.submit(resident.get("/books/new"), status=400, title="书", csrf_token=None)
    assert not queries.shelf("", 10)
