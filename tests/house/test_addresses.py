"""An address that depends on nothing but its page is made once, and is the one that Flask makes."""

import pytest
from flask import Flask, url_for

from reading.service import Service


def pages_without_a_part_of_their_own(app: Flask) -> list[str]:
    return [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]


@pytest.mark.parametrize("root", ["", "/books"])
def test_an_address_made_once_is_the_one_that_flask_makes(app: Flask, root: str) -> None:
    found = pages_without_a_part_of_their_own(app)
    assert len(found) > 30
    for _time in range(2):
        for endpoint in found:
            with app.test_request_context("/me", environ_overrides={"SCRIPT_NAME": root}):
                assert url_for(endpoint) == super(Service, app).url_for(endpoint)  # type: ignore[misc]
                assert url_for(endpoint).startswith(f"{root}/")
                assert url_for(endpoint, _external=True).startswith("http://")
                assert url_for(endpoint, _anchor="on").endswith("#on")
