"""What the roster's page needs to work without a network: its worker, its page without names, a fresh token."""

from flask import Blueprint, current_app, jsonify, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin

from reading.access import public, requires
from reading.attendance.forms import HeadcountForm, WalkInForm
from reading.extensions import csrf

bp = Blueprint("offline", __name__)


@bp.get("/events/roster-worker.js")
@public
def worker() -> ResponseReturnValue:
    """Serve the worker from where it may answer for the pages of events; phones look every time if it is new."""
    found = send_from_directory(current_app.static_folder or "", "roster-worker.js", conditional=False)
    found.headers["Cache-Control"] = "no-cache"
    return found


@bp.get("/events/roster-shell")
@public
def shell() -> ResponseReturnValue:
    """Show the roster's page without anybody's name in it, whoever asks: it stays on the phone."""
    forms = {"walk_in": WalkInForm(), "heads": HeadcountForm()}
    return render_template("attendance/shell.html", current_account=AnonymousUserMixin(), **forms)


@bp.get("/csrf-token")
@requires("own.records")
def token() -> ResponseReturnValue:
    """Give a page that was open for hours the token its sign-in takes now; 401 when there is none any more."""
    return jsonify(token=csrf.token())
