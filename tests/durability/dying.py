"""The service with a weakness: a record whose reflection names a moment kills the process that writes it, then."""

import os
import signal
import uuid
from collections.abc import Collection
from datetime import date

from flask import Flask, request

import reading
from reading.learning_days import actions as learning_days
from reading.points.queries import DayTotals

BEFORE_POINTS, AFTER_POINTS = "before its points", "after its points"
settle_locked = learning_days.settle_locked


def create_app() -> Flask:
    """Return the service, set up to die."""
    learning_days.settle_locked = _settle_and_die
    return reading.create_app()


def _settle_and_die(residents: Collection[uuid.UUID], days: set[date]) -> dict[uuid.UUID, DayTotals]:
    _die_at(BEFORE_POINTS)
    settled = settle_locked(residents, days)
    _die_at(AFTER_POINTS)
    return settled


def _die_at(moment: str) -> None:
    if request.form.get("reflection") == moment:
        os.kill(os.getpid(), signal.SIGKILL)
