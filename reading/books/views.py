"""Pages of the catalogue: search and browse, one book, add, correct."""

import uuid

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reading.access import public, requires
from reading.books import actions, queries
from reading.books.forms import SHELF_NAMES, CorrectionForm, NewBookForm
from reading.books.models import Book
from reading.forms import WHOLE_NUMBER
from reading.meanwhile import Changed, opened, reopened
from reading.people.queries import signed_in

bp = Blueprint("books", __name__)

ON_A_PAGE = 20
FOUND_AT_MOST = 30
SUGGESTED = 8
TAKEN = {
    "isbn": _l("Another book in the catalogue has this number."),
    "title": _l("Another book in the catalogue has this title and author."),
}


@bp.get("/books")
@public
def index() -> ResponseReturnValue:
    """Search the catalogue, or look along a shelf."""
    asked = request.args.get("q", "").strip()
    shelf, page = request.args.get("shelf", ""), _page_number()
    if page is None or shelf not in ("", *SHELF_NAMES):
        abort(404)
    if asked:
        found, more = queries.search(asked, FOUND_AT_MOST), False
    else:
        found = queries.shelf(shelf, ON_A_PAGE + 1, ON_A_PAGE * (page - 1))
        found, more = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    return render_template(
        "books/index.html", books=found, asked=asked, shelf=shelf, shelves=SHELF_NAMES, page=page, more=more
    )


def _page_number() -> int | None:
    text = request.args.get("page", "1")
    return int(text) if WHOLE_NUMBER.fullmatch(text) and 1 <= len(text) <= 4 and int(text) else None


@bp.get("/books/search")
@public
def search() -> ResponseReturnValue:
    """Return the books somebody who is typing may mean, as JSON."""
    return jsonify(books=[_suggestion(book) for book in queries.search(request.args.get("q", ""), SUGGESTED)])


def _suggestion(book: Book) -> dict[str, str]:
    return {
        "id": str(book.id),
        "title": book.title,
        "author": book.author,
        "number": book.isbn or book.unified_number or "",
        "url": url_for("books.show", book_id=book.id),
    }


@bp.get("/books/<uuid:book_id>")
@public
def show(book_id: uuid.UUID) -> ResponseReturnValue:
    """One book, and how many have read in it."""
    book = queries.get(book_id) or abort(404)
    shelf = SHELF_NAMES.get(book.shelf, "")
    return render_template("books/show.html", book=book, readers=queries.reader_count(book), shelf=shelf)


@bp.get("/books/new")
@requires("own.records")
def new() -> ResponseReturnValue:
    """The form for a book that is not there."""
    return render_template("books/new.html", f=NewBookForm(title=request.args.get("title", "")[:200]))


@bp.post("/books/new")
@requires("own.records")
def add() -> ResponseReturnValue:
    """Add a book, or find that it is there already."""
    form = NewBookForm(request.form)
    if not form.validate():
        return render_template("books/new.html", f=form), 400
    try:
        book = actions.add(form.record_id, form.details(shelf=""), signed_in().id)
    except actions.OtherBook as other:
        form.id.data = str(uuid.uuid4())
        return render_template("books/new.html", f=form, saved=other.saved), 409
    was_new = book.id == form.record_id
    flash(_("The book is in the catalogue.") if was_new else _("This book was there already."), "success")
    return redirect(url_for("books.show", book_id=book.id))


@bp.get("/books/<uuid:book_id>/edit")
@requires("catalogue.fix")
def edit(book_id: uuid.UUID) -> ResponseReturnValue:
    """The form that corrects a catalogue entry."""
    book = queries.get(book_id) or abort(404)
    return render_template("books/edit.html", f=CorrectionForm(data=opened(book.fields)), book=book)


@bp.post("/books/<uuid:book_id>/edit")
@requires("catalogue.fix")
def correct(book_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a catalogue entry."""
    book, form, status = queries.get(book_id) or abort(404), CorrectionForm(request.form), 400
    if form.validate():
        try:
            actions.correct(book_id, form.details(shelf=form.shelf.data), form.seen.data)
            flash(_("Saved."), "success")
            return redirect(url_for("books.show", book_id=book_id))
        except actions.Taken as taken:
            form[taken.field].errors = [str(TAKEN[taken.field])]
        except Changed as other:
            form, status = reopened(form, CorrectionForm, other.fields), 409
    return render_template("books/edit.html", f=form, book=book), status
