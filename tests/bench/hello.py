"""This service with a few views more: empty ones, inside the whole shell that every page of it has."""

from pathlib import Path

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reading import create_app as create_service
from reading.access import public


def create_app() -> Flask:
    """Return the service with ``/hello``, and the same that asks who is signed in, within the frame of a page."""
    app = create_service()
    page = app.jinja_env.from_string('{% extends "base.html" %}{% block main %}<h1>hello</h1>{% endblock %}')

    @app.get("/hello")
    @public
    def hello() -> ResponseReturnValue:
        return "hello"

    @app.get("/hello/who")
    @public
    def who() -> ResponseReturnValue:
        return str(current_user.id)

    @app.get("/hello/page")
    @public
    def frame() -> ResponseReturnValue:
        return render_template(page)

    @app.get("/hello/memory")
    @public
    def memory() -> ResponseReturnValue:
        """Answer with the memory this worker holds, in KiB."""
        told = Path("/proc/self/status").read_text().split()
        return told[told.index("VmRSS:") + 1]

    return app
