"""A look at a request before Flask's own: as much of it as a page needs that is ready but for its reader's own parts.

Flask matches the address, opens the session and calls all that is to be called before and after a view. That takes
longer than to fill such a page (``reading/holes.py``); what is not answered here is Flask's, as if nobody had looked.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from flask.ctx import RequestContext
from flask.globals import _cv_app, _cv_request
from flask.sessions import SessionMixin
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# More than there are boards in a city, and other pages that are ever ready.
MOST_ADDRESSES = 2048


class Reader(NamedTuple):
    """A resident about whom nothing is to be written: the sign-in, the account, and what a ready page asks of it."""

    sign_in: uuid.UUID
    id: uuid.UUID
    name: str
    reset_at: datetime | None


class Address(NamedTuple):
    """An address at which a page may be ready: its rule, what is named in it, and what is its reader's own."""

    route: str
    named: dict[str, Any]
    wanted: Callable[..., Any]


class Addresses:
    """The addresses of an app at which a page may be ready."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.find = lru_cache(MOST_ADDRESSES)(self._find)

    def _find(self, path: str) -> Address | None:
        try:
            rule, named = self._app.url_map.bind("").match(path, "GET", return_rule=True)
        except HTTPException:
            return None
        wanted = getattr(self._app.view_functions[rule.endpoint], "ready", None)
        return Address(rule.rule, dict(named), wanted) if wanted else None


class Glance(RequestContext):
    """Flask's contexts, of which only what is asked for is made: no address is matched, no session opened."""

    def __init__(self, app: Flask, environ: "WSGIEnvironment") -> None:
        self.app, self.flashes, self._session = app, None, None
        # Left out of the environment: Flask makes one of its own there, where it goes on.
        self.request = app.request_class(environ, populate_request=False)

    @cached_property
    def url_adapter(self) -> MapAdapter | None:  # type: ignore[override]
        """What makes addresses, for a piece of a page that is made anew."""
        return self.app.create_url_adapter(self.request)

    @property
    def session(self) -> SessionMixin:
        """The session."""
        if self._session is None:
            self._session = self.app.session_interface.open_session(self.app, self.request)
        assert self._session is not None
        return self._session

    def __enter__(self) -> "Glance":
        self._tokens: Any = _cv_app.set(self.app.app_context()), _cv_request.set(self)
        return self

    def __exit__(self, *_error: object) -> None:
        around, here = self._tokens
        try:
            # As Flask does, which also sends word of it to whoever listens; nobody does.
            for end in reversed(self.app.teardown_appcontext_funcs):
                end(None)
        finally:
            _cv_request.reset(here)
            _cv_app.reset(around)
