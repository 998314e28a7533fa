"""Work that a serving process does in the background, every so often, while somebody writes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Lock, Thread, current_thread

from flask import current_app, has_request_context

# Told whether nothing was written since the last round; it is called once a round.
Step = Callable[[bool], None]


def serves() -> bool:
    """Tell whether a request is being answered: commands and tests leave this work to whoever does it else."""
    return has_request_context() and not current_app.testing


class Rounds:
    """A thread that takes a step every so often; there is one while somebody writes.

    ``pace`` tells how many seconds a round lasts, and after how many rounds in which nothing was written the thread
    ends; the next write begins another. ``begin`` gives the step, for as long as the thread lives.
    """

    def __init__(
        self,
        name: str,
        pace: Callable[[], tuple[float, int]],
        begin: Callable[[], AbstractContextManager[Step]],
    ) -> None:
        self.name, self.pace, self.begin = name, pace, begin
        self._lock, self._written = Lock(), Event()
        self._thread: Thread | None = None

    def note(self) -> None:
        """Let a round come before long: something is being written."""
        if self._written.is_set():
            return
        with self._lock:
            self._written.set()
            if self._thread is None:
                self._thread = Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            with self.begin() as step:
                self._go_round(step)
        finally:
            # Whatever happened, the next write may begin another.
            with self._lock:
                if self._thread is current_thread():
                    self._thread = None
                    self._written.clear()

    def _go_round(self, step: Step) -> None:
        idle, pause = 0, Event()
        while not self._is_over(idle):
            pause.wait(self.pace()[0])
            idle = 0 if self._written.is_set() else idle + 1
            self._written.clear()
            # In idle rounds too: what is written is noted just before it is there.
            step(idle > 0)

    def _is_over(self, idle: int) -> bool:
        # Whoever notes something finds this thread at work, or begins another.
        with self._lock:
            if idle < self.pace()[1] or self._written.is_set():
                return False
            self._thread = None
            return True
