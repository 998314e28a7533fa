"""The Flask app of this service: Flask, less what none of our views needs."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request

from reading.asked import Asked
from reading.sessions import Sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Service(Flask):
    """A Flask app whose session is opened when it is asked for, and whose functions are called as they are."""

    session_interface, request_class = Sessions(), Asked
    # Returns the answer where it is ready before Flask looks at the request (reading/holes.py); here it never is.
    early: Callable[[Any], Any] = staticmethod(lambda _environ: None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By page, and by where the service stands on its site.
        self._addresses: dict[tuple[str, str], str] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: nothing here is a coroutine, and asking that of each function costs more than most do."""
        return func

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Return the page's address, as Flask does; one that depends on nothing but the page is made once."""
        if (
            endpoint[:1] == "."
            or not has_request_context()
            or any(told is not None for told in values.values())
        ):
            return super().url_for(endpoint, **values)
        key = endpoint, request.environ["SCRIPT_NAME"]
        found = self._addresses.get(key)
        if found is None:
            found = self._addresses[key] = super().url_for(endpoint)
        return found

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, with the whole body at once: the server writes it in one go, and nothing here streams."""
        ready = self.early(environ)
        if ready is not None:
            return ready(environ, start_response)
        body = super().wsgi_app(environ, start_response)
        try:
            return list(body)
        finally:
            if hasattr(body, "close"):
                body.close()
