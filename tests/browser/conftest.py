"""A real Chromium on a real server: the app under test, in threads of this process, on its own clock."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Response, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from reading.people.models import Account, Resident
from tests.cast import Cast
from tests.pages import Visitor
from tests.stage import Stage, populate

# Debian's Chromium; without its windows, where that is installed, it takes half the time.
INSTALLED = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("READING_CHROMIUM") or next(filter(os.path.exists, INSTALLED), INSTALLED[-1])
# What Chromium says when it looks for a newer service worker and has no network; a missing one is told otherwise.
NO_NETWORK_FOR_THE_WORKER = "An unknown error occurred when fetching the script."
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 15_000
# By itself an expectation is patient for a third of that only, whatever its page is told.
expect.set_options(timeout=PATIENCE_MS)
# A script is told no by a rule, or to have somebody sign in again.
REFUSED = (401, 409)

Phones = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser process for all tests of this worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class _OneAnswer(WSGIRequestHandler):
    """Answers one request a connection and never waits for an idle one, so that the server can end at any time."""

    protocol_version = "HTTP/1.0"
    timeout = 5

    def log(self, *args: Any) -> None:
        """Keep silent."""


class _Server(ThreadedWSGIServer):
    # Closing the server waits for its threads: nothing touches the database when the next test empties it.
    daemon_threads = False


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app served on loopback for the length of one test."""
    server = _Server("127.0.0.1", 0, app, handler=_OneAnswer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(chromium: Browser, app: Flask, address: str) -> Iterator[Phones]:
    """Make phones: ``phone(resident)`` is a browser signed in as that person; each has cookies of its own.

    Options are those of a Playwright context; ``answers`` are statuses its scripts are meant to get.
    What a console calls an error (a stopped script, a broken policy, a missing file) fails the test; a page that
    answered 4xx and a phone that was offline do not.
    """
    opened: list[BrowserContext] = []
    complaints: list[tuple[str, str]] = []
    refused: set[str] = set()
    expected: set[int] = set(REFUSED)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append((message.location.get("url", ""), message.text))

    def answered(response: Response) -> None:
        # A script's own requests may be refused by a rule, or find the session over; any other 4xx is a mistake.
        asked = response.request.is_navigation_request()
        if (asked and 400 <= response.status < 500) or response.status in expected:
            refused.add(response.url)

    def make(
        person: Account | Resident | None = None, *, answers: tuple[int, ...] = (), **options: Any
    ) -> BrowserContext:
        expected.update(answers)
        settings = {"locale": "zh-CN", "viewport": PHONE, "base_url": address, **options}
        context = chromium.new_context(**settings)
        opened.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", heard)
        context.on(
            "weberror",
            lambda error: complaints.append((error.page.url if error.page else "", str(error.error))),
        )
        context.on("response", answered)
        if person:
            cookie = Visitor(app).sign_in(person).client.get_cookie(app.config["SIGN_IN_COOKIE_NAME"])
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        return context

    yield make
    for context in opened:
        context.close()
    assert [text for url, text in complaints if not _by_intention(text, url in refused)] == []


def _by_intention(complaint: str, refused: bool) -> bool:
    """Tell whether a test meant this to happen: a page that says no, a phone without a signal."""
    if complaint == NO_NETWORK_FOR_THE_WORKER:
        return True
    failed = complaint.startswith("Failed to load resource")
    return failed and (refused or "ERR_INTERNET_DISCONNECTED" in complaint)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The cast's city, lived in."""
    return populate(cast)
