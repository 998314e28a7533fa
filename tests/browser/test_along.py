"""On the pages of signing in, the buttons on which a form comes along stand where the links would."""

import pytest

from tests.browser.conftest import Phones
from tests.pages import Page, Visitor
from tests.sign_ins.conftest import enter as enter
from tests.sign_ins.conftest import reader as reader
from tests.sign_ins.conftest import waiting as waiting

pytestmark = pytest.mark.look

# Where a button's words begin, and its page's; in pixels.
EDGES = """() => [...document.querySelectorAll("main form > .btn-link")].map((button) => {
  const words = document.createRange();
  words.selectNodeContents(button);
  return words.getBoundingClientRect().left - document.querySelector("h1").getBoundingClientRect().left;
})"""


@pytest.mark.parametrize("onward", [None, "/join", "/claim"])
def test_the_buttons_that_carry_a_form_begin_where_the_text_around_them_does(
    phone: Phones, reader: Visitor, waiting: Page, onward: str | None
) -> None:
    asked = reader.submit(waiting, form=waiting.form(action=onward)) if onward else waiting
    page = phone().new_page()
    page.goto("/sign-in")
    page.set_content(str(asked.soup))
    edges = page.evaluate(EDGES)
    assert edges
    assert all(abs(edge) < 1 for edge in edges), edges
