"""The Flask app of this service: Flask, less what none of our views needs."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from reading.sessions import Sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Service(Flask):
    """A Flask app whose session is opened when it is asked for, and whose functions are called as they are."""

    session_interface = Sessions()
    # Gives the answer where it is ready before a view is called (reading/holes.py); here it never is.
    early: Callable[[], Any] = staticmethod(lambda: None)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: nothing here is a coroutine, and asking that of each function costs more than most do."""
        return func

    def full_dispatch_request(self) -> Response:
        """Answer the request: with what is ready, else as Flask does."""
        return self.early() or super().full_dispatch_request()

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request with the whole body at once: the server writes it in one go, and nothing here streams."""
        body = super().wsgi_app(environ, start_response)
        try:
            return list(body)
        finally:
            if hasattr(body, "close"):
                body.close()
