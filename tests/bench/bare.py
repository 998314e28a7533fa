"""The least a Flask app can do: what every figure is set beside."""

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue


def create_app() -> Flask:
    """Return an app that says hello, takes a form, and reads the JSON it is sent and answers how long it is."""
    app = Flask(__name__)

    @app.get("/hello")
    def hello() -> ResponseReturnValue:
        return "hello"

    @app.post("/form")
    def form() -> ResponseReturnValue:
        return redirect(f"/hello?length={len(request.form)}")

    @app.post("/")
    def take() -> ResponseReturnValue:
        return jsonify(length=len(request.get_json()["marks"]))

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    return app
