"""One app process of a cluster. A test moves its clock: time passes, or the machine's clock is wrong."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

import reading
from reading import clock

CLOCK = "CLUSTER_CLOCK"


class Clock(clock.AgreedClock):
    """The machine's, wrong by so many seconds; and so many have passed in truth. Both stand in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__(lambda: clock.machine_clock() + self._told(0))
        self.file = file

    def __call__(self) -> datetime:
        """Return what the service takes for the time."""
        return super().__call__() + self._told(1)

    def _told(self, which: int) -> timedelta:
        return timedelta(seconds=float(self.file.read_text().split()[which]))


def create_app() -> Flask:
    """Return the service, on the clock in the file that the environment names."""
    made = reading.create_app(now=Clock(Path(os.environ[CLOCK])))
    # No test is about the price of a hash.
    made.config.update(PASSWORD_HASH_MEMORY_KIB=8, PASSWORD_HASH_ROUNDS=1)
    return made
