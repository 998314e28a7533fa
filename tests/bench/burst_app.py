"""This service on another day: its clock runs with the machine's, ``BURST_SHIFT`` seconds away from it."""

import os
from datetime import timedelta

from flask import Flask

from reading import clock
from reading import create_app as create_service

SHIFT = "BURST_SHIFT"


def create_app() -> Flask:
    """Return the service on that day."""
    app = create_service()
    away = timedelta(seconds=float(os.environ[SHIFT]))
    clock.init_app(app, lambda: clock.machine_clock() + away)
    return app
