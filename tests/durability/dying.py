"""The service with a weakness: a record whose reflection names a moment kills the process that writes it, then."""

import os
import signal
from typing import Any

from flask import Flask, request

import reading
from reading.logbook import actions as logbook
from reading.plain import Sent, together

BEFORE_POINTS, AFTER_POINTS = "before its points", "after its points"


def create_app() -> Flask:
    """Return the service, set up to die."""
    logbook.together = _write_and_die  # type: ignore[attr-defined]
    return reading.create_app()


def _write_and_die(*sent: Sent, last: bool = False) -> list[list[tuple[Any, ...]]]:
    """Write the record, which comes first, and then its points: before or after these, the process is killed."""
    moment = request.form.get("reflection")
    if moment not in (BEFORE_POINTS, AFTER_POINTS):
        return together(*sent, last=last)
    together(*(sent[:1] if moment == BEFORE_POINTS else sent))
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")
