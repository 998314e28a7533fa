"""The headers that go with every answer."""

from flask import Flask, Response, request, session

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Add the security headers to every answer of ``app``, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        if response.direct_passthrough:
            # Read whole, and closed after the answer: the compressor would leave a file it streams open.
            response.direct_passthrough = False
            response.make_sequence()
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if app.config["PRODUCTION"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            response.headers.setdefault("Vary", "Cookie, Accept-Language")
            # Asked of the cookie, not of the account: an answer about a broken database must not read it.
            if session.get("_user_id") or request.method != "GET":
                response.headers.setdefault("Cache-Control", "no-store")
        return response
