"""What a person is told when something is refused, missing or broken; pages for people, JSON for code."""

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from reading.extensions import db, login


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked, in their language.

    ``back`` is the page of this site the refusal belongs to: a person is offered the way there.
    ``status`` is 409 unless a limit was reached (429).
    """

    def __init__(self, message: str, *, back: str | None = None, status: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.back = back
        self.status = status


def wants_json() -> bool:
    """Tell whether the caller is code: it sent JSON or would rather have it than HTML."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def init_app(app: Flask) -> None:
    """Answer every refusal and error of ``app`` with a page (or JSON) of our own."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def _refused(error: Refused) -> Response:
    return _answer(error.status, _("That was not done"), error.message, back=error.back)


def _stale_form(error: CSRFError) -> Response:
    text = _("The page was open for too long, or cookies are off. Open it again and send it once more.")
    return _answer(400, _("The form has expired"), text, back=_same_site_referrer())


def _http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    title, text = _words_for(status)
    return _answer(status, title, text)


def _broken(error: Exception) -> Response:
    current_app.logger.exception("the request failed")
    db.session.rollback()
    # The page must come even when the database is gone, so nobody is looked up for it.
    g._login_user = login.anonymous_user()
    title, text = _words_for(500)
    return _answer(500, title, text)


def _words_for(status: int) -> tuple[str, str]:
    known = {
        400: (
            _("This could not be read"),
            _("Something in what was sent is not right. Go back and try again."),
        ),
        401: (_("Please sign in"), _("This page is for people who have signed in.")),
        403: (
            _("Not for this account"),
            _("Your account may not do this. Ask whoever runs the program in your community."),
        ),
        404: (_("Page not found"), _("There is no such page, or it is not yours to see.")),
        405: (
            _("This could not be read"),
            _("Something in what was sent is not right. Go back and try again."),
        ),
        413: (_("Too large"), _("What was sent is too large. Send less at once.")),
        429: (_("Too many at once"), _("Please wait a little and try again.")),
    }
    broken = (_("Something broke on our side"), _("Nothing was half-saved. Please try again in a moment."))
    return known.get(status, known[400] if status < 500 else broken)


def _answer(status: int, title: str, text: str, back: str | None = None) -> Response:
    if wants_json():
        return make_response(jsonify(error=text), status)
    page = render_template("errors/error.html", status=status, title=title, text=text, back=back)
    return make_response(page, status)


def _same_site_referrer() -> str | None:
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) else None
