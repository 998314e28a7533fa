"""Pages of books."""

from flask import Blueprint

bp = Blueprint("books", __name__)
