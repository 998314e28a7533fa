"""What is the same for everybody, kept for a few seconds in this worker's memory.

Workers share nothing, so what another one writes is seen ``KEPT_SECONDS`` later at most (0: nothing is kept). What
names no person may be asked for longer, up to a minute; a name that was withdrawn is gone after ``KEPT_SECONDS``.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, has_request_context, request

from reading import current

T = TypeVar("T")
# How old what takes a look at a whole township or city, and names nobody, may be at most (seconds).
LONGEST = 60
# More than the places of a city; past it everything is made anew, so that memory stays as it is.
MOST = 4096


class Memory(dict[Hashable, tuple[datetime, datetime, Any]]):
    """What is kept: from when until when, and what it is."""

    swept_at: datetime | None = None

    def sweep(self, now: datetime, every: timedelta) -> None:
        """Let go of what is too old, where that was not done for so long: nobody may ever ask for it again."""
        if self.swept_at is not None and abs(now - self.swept_at) < every:
            return
        self.swept_at = now
        for key, (since, until, _value) in list(self.items()):
            if not since < now < until:
                self.pop(key, None)


def init_app(app: Flask) -> None:
    """Give ``app`` a memory of its own."""
    app.extensions["kept"] = Memory()


def kept(key: Hashable, make: Callable[[], T], seconds: int = 0) -> T:
    """Return what ``make`` gave for ``key``, at most ``KEPT_SECONDS`` ago; the key begins with the feature's name.

    ``seconds`` asks for longer than that, where making it takes long.
    """
    app = current.app()
    longest: int = app.config["KEPT_SECONDS"]
    if not longest and has_request_context():
        # Nothing is kept, but one page asks for the same thing once.
        asked: dict[Hashable, Any] = request.environ.setdefault("reading.kept", {})
        if key not in asked:
            asked[key] = make()
        once: T = asked[key]
        return once
    memory: Memory = app.extensions["kept"]
    now, found = app.extensions["clock"](), memory.get(key)
    # A clock that was put back makes nothing last longer.
    if found is not None and found[0] < now < found[1]:
        value: T = found[2]
        return value
    value = make()
    if longest:
        memory.sweep(now, timedelta(seconds=longest))
        if len(memory) >= MOST:
            memory.clear()
        lasts = timedelta(seconds=max(longest, seconds))
        memory[key] = now - lasts, now + lasts, value
    return value
