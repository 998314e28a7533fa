"""A PostgreSQL that takes no more, with the record or at its commit: told politely, and writing goes on afterwards."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.durability.town import disagreements, kept
from tests.pages import Visitor, fields_of
from tests.raising import AT_COMMIT, AT_ONCE, raising

DISK_FULL = "53100"
PAGES_OF_READING = ("/", "/logbook", "/leaderboards", "/events", "/me")


@pytest.mark.parametrize("moment", [AT_ONCE, AT_COMMIT])
def test_what_a_full_disk_of_the_server_cannot_keep_is_told_and_kept_when_there_is_room(
    app: Flask, cast: Cast, moment: str
) -> None:
    """The server's own error, not its disk: nobody may make a small one without being root."""
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get("/logbook/new")
    key = fields_of(form.form())["id"]
    with raising(DISK_FULL, moment) as tried:
        page = reader.submit(form, 503, book="活着", pages="30")
        assert tried() == 1
        assert page.h1 == "Nothing can be saved just now"
        assert "The disk of the service is full" in page.text
        assert page.response.headers["Retry-After"] == "60"
        sent = fields_of(page.form())
        assert (sent["id"], sent["book"], sent["pages"]) == (key, "活着", "30")
        for path in PAGES_OF_READING:
            reader.get(path)
        assert (kept(), disagreements()) == ({}, [])
    reader.submit(page)
    assert (kept(), disagreements()) == ({key: 1}, [])
