"""What a person is told when something is refused, missing or broken; pages for people, JSON for code."""

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from reading import database, failures, origin
from reading.connections import Patience
from reading.extensions import login
from reading.sent import kept_form

SECONDS_UNTIL_ROOM = 60
SECONDS_UNTIL_THERE = 10


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked, in their language.

    ``back`` is the page of this site the refusal belongs to: a person is offered the way there. ``remedy`` is the page
    on which they can put right themselves what it is refused for, and what they do there; they are offered that first.
    ``status`` is 409 unless a limit was reached (429); ``retry_after`` says in how many seconds to try again.
    """

    def __init__(
        self,
        message: str,
        *,
        back: str | None = None,
        remedy: tuple[str, str] | None = None,
        status: int = 409,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.back = back
        self.remedy = remedy
        self.status = status
        self.retry_after = retry_after


def wants_json() -> bool:
    """Tell whether the caller is code: it sent JSON or would rather have it than HTML."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def init_app(app: Flask) -> None:
    """Answer every refusal and error of ``app`` with a page (or JSON) of our own."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def _refused(error: Refused) -> Response:
    # Where the remedy comes first, the way back leads to where somebody came from.
    back = error.back or (_same_site_referrer() if error.remedy else None)
    title, remedy = _("That was not done"), error.remedy
    response = _answer(error.status, title, error.message, back=back, remedy=remedy)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def stale_form(error: CSRFError) -> Response:
    """Tell that what was sent is not believed to come from a page of this site."""
    text = _("The page was open for too long, or cookies are off. Open it again and send it once more.")
    return _answer(400, _("The form has expired"), text, back=_same_site_referrer())


def form_of_another() -> Response:
    """Tell that another account is signed in here than the one whose page sent this; nothing of it is shown to it."""
    text = _(
        "What was sent belongs to another account and was not saved. To save it, sign in with that account in "
        "another tab or window, then load this page again: it comes along."
    )
    return _answer(400, _("Another account is signed in here now"), text)


def not_signed_in() -> Response:
    """Tell that somebody must sign in for this."""
    return _answer(401, *_words_for(401))


def not_there(title: str, text: str) -> Response:
    """Tell in words of its own that there is no such page."""
    return _answer(404, title, text)


def _http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    title, text = _words_for(status)
    response = _answer(status, title, text)
    # Which methods there are, when to try again; the page itself is ours.
    response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return response


def _broken(error: Exception) -> ResponseReturnValue:
    """Do the request again when the database went away before anything was written; else tell what happened."""
    patience = Patience()
    while True:
        database.give_up()
        if not failures.lost(error) or database.has_acted() or not patience.lasts():
            return _told(error)
        try:
            return _done_again()
        except DBAPIError as other:
            error = other
        except Exception as other:
            return current_app.handle_user_exception(other)


def _done_again() -> ResponseReturnValue:
    for file in request.files.values():
        file.seek(0)
    answer = current_app.preprocess_request()
    return current_app.dispatch_request() if answer is None else answer


def _told(error: Exception) -> Response:
    current_app.logger.error("the request failed", exc_info=error)
    # The page must come even when the database is gone, so nobody is looked up for it.
    g._login_user = login.anonymous_user()
    if failures.has_no_room(error):
        return _not_now(_("Nothing can be saved just now"), _no_room(), SECONDS_UNTIL_ROOM)
    if failures.is_read_only(error):
        return _not_now(_("Nothing can be saved just now"), _read_only(), SECONDS_UNTIL_THERE)
    if failures.passes(error):
        return _not_now(_("One moment, please"), _one_moment(), SECONDS_UNTIL_THERE)
    title, text = _words_for(500)
    return _answer(500, title, text)


def _no_room() -> str:
    return _(
        "The disk of the service is full, so this was not saved. Everything saved before is there and can be read. "
        "Please try again later."
    )


def _read_only() -> str:
    return _(
        "The service cannot write just now, so this was not saved. Everything saved before is there and can be read."
    )


def _one_moment() -> str:
    if request.method in ("GET", "HEAD"):
        return _(
            "The service does not answer just now. Everything saved before is there. Please try again in a moment."
        )
    return _(
        "The service does not answer just now, so this may not be saved yet. Send it again in a moment: "
        "it is saved once, however often it is sent."
    )


def _not_now(title: str, text: str, seconds: int) -> Response:
    """Tell that it will pass, with what was sent kept in the page."""
    form = None if wants_json() else kept_form()
    answer = _answer(503, title, text, back=_page_of_the_form(), page="errors/one_moment.html", kept=form)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _page_of_the_form() -> str | None:
    return None if request.method in ("GET", "HEAD") else _same_site_referrer()


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
        410: (
            _("This place has been closed"),
            _("It takes part no more. What was read and held there is kept."),
        ),
        413: (_("Too large"), _("What was sent is too large. Send less at once.")),
        429: (_("Too many at once"), _("Please wait a little and try again.")),
    }
    broken = (_("Something broke on our side"), _("Nothing was half-saved. Please try again in a moment."))
    return known.get(status, known[400] if status < 500 else broken)


def _answer(
    status: int,
    title: str,
    text: str,
    back: str | None = None,
    page: str = "errors/error.html",
    **more: object,
) -> Response:
    if wants_json():
        return make_response(jsonify(error=text), status)
    values = {"status": status, "title": title, "text": text, "back": back, "number": origin.request_id()}
    return make_response(render_template(page, **values, **more), status)


def _same_site_referrer() -> str | None:
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) else None
