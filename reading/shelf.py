"""What was made last, held up to so many bytes of a worker's memory and for so many seconds."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

# Some thousand pages; a worker's memory stays as it is whatever is asked for.
MOST_BYTES = 8 * 1024 * 1024


class Shelf:
    """Holds things for ``KEPT_SECONDS``, ``most`` bytes of them: what was not asked for the longest goes first."""

    def __init__(self, app: Flask, most: int = MOST_BYTES) -> None:
        self.app, self.most, self.size = app, most, 0
        self._held: OrderedDict[Hashable, tuple[datetime, int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(self._held)

    def get(self, key: Hashable) -> Any:
        """Return what is held under ``key`` and young enough; None for nothing."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            if self._is_old(found[0], self.app.extensions["clock"]()):
                self._drop(key)
                return None
            self._held.move_to_end(key)
            return found[2]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Hold ``value``, which takes ``size`` bytes; what is too old makes room, whether or not it is needed."""
        if not self.app.config["KEPT_SECONDS"] or size > self.most:
            return
        now = self.app.extensions["clock"]()
        with self._lock:
            self._drop(key)
            self._held[key] = now, size, value
            self.size += size
            # In the order in which they were last asked for: those behind one that is young go in their turn.
            while self.size > self.most or self._is_old(next(iter(self._held.values()))[0], now):
                self._drop(next(iter(self._held)))

    def _is_old(self, put_at: datetime, now: datetime) -> bool:
        # A clock that was put back makes nothing last longer.
        return abs(now - put_at) >= timedelta(seconds=self.app.config["KEPT_SECONDS"])

    def _drop(self, key: Hashable) -> None:
        gone = self._held.pop(key, None)
        self.size -= gone[1] if gone else 0

    def clear(self) -> None:
        """Hold nothing any more."""
        with self._lock:
            self._held.clear()
            self.size = 0
