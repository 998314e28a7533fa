"""What leaves a line by itself: a file somebody took out, and what an account asked for that is not theirs."""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute

from reading import clock
from reading.audit.actions import TOLD, write_down
from reading.audit.models import AuditLine
from reading.extensions import db

EXPORTED, REFUSED = "file.exported", "access.refused"
# So many refusals of an account tell enough: whoever tries every number must not fill the disk.
MOST_REFUSALS, PERIOD = 60, timedelta(hours=1)
# Where the app keeps how addresses name places.
PLACES = "places of the trail"
Held = tuple[InstrumentedAttribute[Any], InstrumentedAttribute[str]]
LOGGER = logging.getLogger("reading.audit")


def init_app(app: Flask) -> None:
    """Watch what ``app`` hands out and refuses to whoever is signed in."""
    app.after_request(_watch)


def file_under(app: Flask, **held: Held) -> None:
    """Let a line be filed under a place that its address names, by the argument that names it: the column of its key
    and that of the place's code. Of several arguments the first that is told here counts."""
    app.extensions[PLACES] = held


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
    place, detail = g.get(TOLD, (None, {})) if deed == EXPORTED else (None, {})
    write_down(
        deed, by=account_id, subject=_asked_for(), community_code=place or _place(), route=route, status=status,
        **detail,
    )  # fmt: skip


def _place() -> str | None:
    """Return the code of the place of what the address names, None where it names nothing that is held anywhere.

    What stands behind its question mark is not looked at: nobody files their own refusal elsewhere by writing so.
    """
    known: Mapping[str, Held] = current_app.extensions.get(PLACES, {})
    named = request.view_args or {}
    for argument, (key, code) in known.items():
        if argument in named:
            return db.session.scalar(select(code).where(key == named[argument]))
    return None


def _refusals_of(account_id: uuid.UUID) -> int:
    since = clock.now() - PERIOD
    lately = (AuditLine.by_id == account_id, AuditLine.at > since, AuditLine.deed == REFUSED)
    return db.session.scalar(select(func.count()).where(*lately)) or 0
