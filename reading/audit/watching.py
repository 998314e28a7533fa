"""What leaves a line by itself: a file somebody took out, and what an account asked for that is not theirs."""

import logging
import uuid
from datetime import timedelta

from flask import Flask, Response, g, request
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from reading import clock
from reading.audit.actions import write_down
from reading.audit.models import AuditLine
from reading.extensions import db

EXPORTED, REFUSED = "file.exported", "access.refused"
# So many refusals of an account tell enough: whoever tries every number must not fill the disk.
MOST_REFUSALS, PERIOD = 60, timedelta(hours=1)
LOGGER = logging.getLogger("reading.audit")


def init_app(app: Flask) -> None:
    """Watch what ``app`` hands out and refuses to whoever is signed in."""
    app.after_request(_watch)


def _watch(response: Response) -> Response:
    account, deed = g.get("_login_user"), _deed(response)
    if deed is not None and account is not None and account.is_authenticated:
        try:
            _write(deed, account.id, response.status_code)
        except DBAPIError:
            # The answer stands either way; the log's own line of this request tells it.
            db.session.rollback()
            LOGGER.exception("what was handed out or refused could not be written down")
    return response


def _deed(response: Response) -> str | None:
    """Return what this answer is to the trail.

    A 404 of an address with an id is a refusal: what is out of reach looks as if it were not there.
    """
    status = response.status_code
    if status == 403 or (status == 404 and _asked_for() is not None):
        return REFUSED
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    return EXPORTED if status == 200 and is_file and request.method == "GET" else None


def _asked_for() -> uuid.UUID | None:
    ids = [value for value in (request.view_args or {}).values() if isinstance(value, uuid.UUID)]
    return ids[-1] if ids else None


def _write(deed: str, account_id: uuid.UUID, status: int) -> None:
    if deed == REFUSED and _refusals_of(account_id) >= MOST_REFUSALS:
        return
    route = request.url_rule.rule if request.url_rule else ""
    write_down(deed, by=account_id, subject=_asked_for(), route=route, status=status)


def _refusals_of(account_id: uuid.UUID) -> int:
    since = clock.now() - PERIOD
    lately = (AuditLine.by_id == account_id, AuditLine.at > since, AuditLine.deed == REFUSED)
    return db.session.scalar(select(func.count()).where(*lately)) or 0
