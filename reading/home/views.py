"""Pages gathered from many features: home, a learning day's page; and what every page's frame links to."""

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from reading.access import public
from reading.home import queries
from reading.language import LANGUAGE_COOKIE, LANGUAGES, TEXT_SIZE_COOKIE, TEXT_SIZES
from reading.paths import next_or

bp = Blueprint("home", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What a visitor, a resident or a member of staff comes for."""
    return render_template("home/visitor.html")


@bp.get("/language/<lang>")
@public
def language(lang: str) -> ResponseReturnValue:
    """Keep the reader's language in a cookie and go back to where they were."""
    return _remember(LANGUAGE_COOKIE, lang, LANGUAGES)


@bp.get("/text-size/<size>")
@public
def text_size(size: str) -> ResponseReturnValue:
    """Keep the reader's text size in a cookie and go back to where they were."""
    return _remember(TEXT_SIZE_COOKIE, size, TEXT_SIZES)


def _remember(cookie: str, value: str, known: tuple[str, ...]) -> ResponseReturnValue:
    if value not in known:
        abort(404)
    answer = redirect(next_or(url_for("home.index")))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return answer


@bp.get("/healthz")
@public
def healthy() -> ResponseReturnValue:
    """Tell the machine that watches over it that the process answers; asks nothing of the database."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Tell whether the service can do its work: 503 while the database does not answer."""
    if queries.database_answers():
        return jsonify(status="ok")
    return jsonify(status="the database does not answer"), 503
