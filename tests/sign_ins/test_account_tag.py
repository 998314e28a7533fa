"""The tag that tells a phone whose it is, and signing out while marks wait on the phone."""

import uuid

import pytest
from flask import Flask

from reading.account_tag import account_tag
from tests.cast import PASSWORD, Cast
from tests.pages import Visitor


def tag_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("account")
    return cookie.value if cookie else ""


def test_signing_in_tells_the_phone_whose_it_is_and_signing_out_takes_that_back(
    app: Flask, cast: Cast
) -> None:
    visitor = Visitor(app)
    visitor.get("/")
    assert tag_of(visitor) == ""
    visitor.post("/sign-in", phone=cast.librarian.phone, password=PASSWORD)
    with app.app_context():
        assert tag_of(visitor) == account_tag(cast.librarian.id)
    visitor.post("/sign-out")
    assert tag_of(visitor) == ""


def test_who_was_signed_in_before_gets_the_tag_with_the_next_page(app: Flask, cast: Cast) -> None:
    visitor, other = Visitor(app).sign_in(cast.librarian), Visitor(app).sign_in(cast.admin)
    for one in (visitor, other):
        one.get("/")
    assert str(cast.librarian.id) not in tag_of(visitor)
    assert len(tag_of(visitor)) == 32
    assert tag_of(visitor) != tag_of(other)


def test_signing_out_with_unsent_marks_warns_and_can_be_done_anyway(app: Flask, cast: Cast) -> None:
    visitor, event_id = Visitor(app).sign_in(cast.librarian), uuid.uuid4()
    visitor.get("/")
    visitor.client.set_cookie("unsent", f"3.{tag_of(visitor)}.{event_id}")
    page = visitor.post("/sign-out", 409)
    assert "3 marks of attendance are kept on this phone" in page.text
    assert page.soup.find("a", href=f"/events/{event_id}/roster")
    assert visitor.get("/me").status == 200
    visitor.submit(page)
    visitor.get("/me", status=302)


@pytest.mark.parametrize(
    "cookie", ["", "3", "0.{tag}.{event}", "x.{tag}.{event}", "3.{other}.{event}", "3.{tag}.x", "3.{tag}"]
)
def test_what_no_script_of_ours_wrote_holds_nobody_back(app: Flask, cast: Cast, cookie: str) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    visitor.get("/")
    filled = cookie.format(tag=tag_of(visitor), event=uuid.uuid4(), other="a" * 32)
    visitor.client.set_cookie("unsent", filled)
    visitor.post("/sign-out", 302)


def test_a_file_brings_no_cookie(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    answer = visitor.client.get("/static/base.css")
    assert "Set-Cookie" not in answer.headers
    answer.close()
