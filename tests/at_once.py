"""Several hands at the same moment."""

import threading
from collections.abc import Callable

from flask import Flask

from reading.extensions import db


def at_once(app: Flask, *works: Callable[[], object]) -> None:
    """Run these in threads of their own that start together; what one raises is raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                start.wait()
                work()
            except BaseException as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
