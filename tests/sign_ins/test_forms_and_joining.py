"""A form that waits for its writer to sign in waits while they look at joining or at a code, and is no newcomer's."""

from typing import Any

import pytest

from reading.people import queries
from tests.cast import PASSWORD, Cast
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.codes import CLAIMED, CLAIMER, WRONG, code_for
from tests.sign_ins.tabs import PHONE, WORDS, at_home, entries, sent, sign_in_on

JOIN, CLAIM, SIGN_IN = "/join", "/claim", "/sign-in"
JOINED: dict[str, Any] = {**CLAIMED, "name": "马晓燕", "community": "410581001001"}
KEPT_FOR = "sign in with that one, and it is sent with one more tap."
ANOTHER_S = "is another account's, or too old. It was not sent."


def led(page: Page, visitor: Visitor, *where: str) -> Page:
    """Press the buttons that lead to these pages of signing in, one after the other."""
    for one in where:
        page = visitor.submit(page, form=page.form(one))
    return page


@pytest.mark.parametrize(("where", "h1"), [(JOIN, "Join the reading program"), (CLAIM, "I have a code")])
def test_it_is_there_for_who_looks_at_the_other_pages_and_comes_back(
    cast: Cast, reader: Visitor, waiting: Page, where: str, h1: str
) -> None:
    there = led(waiting, reader, where)
    assert (there.h1, KEPT_FOR in there.text, there.soup.select("[aria-invalid]")) == (h1, True, [])
    back = led(there, reader, SIGN_IN)
    assert (back.h1, back.soup.select("[aria-invalid]")) == ("Sign in", [])
    page = sign_in_on(back, reader)
    assert (page.h1, WORDS in page.text) == ("Send it once more", True)
    for _tap in range(2):
        reader.submit(page)
    assert entries() == 1


def test_it_comes_along_from_joining_to_a_code_and_back(cast: Cast, reader: Visitor, waiting: Page) -> None:
    assert WORDS in sign_in_on(led(waiting, reader, JOIN, CLAIM, SIGN_IN), reader).text


def test_it_outlasts_mistakes_and_a_number_that_has_joined(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = led(waiting, reader, JOIN)
    page = reader.submit(page, 400, form=page.form(holding="name"), **{**JOINED, "community": "nowhere"})
    page = reader.submit(page, 400, form=page.form(holding="name"), **{**JOINED, "phone": PHONE})
    assert WORDS in sign_in_on(led(page, reader, SIGN_IN), reader).text


def test_it_outlasts_wrong_codes_and_a_number_that_has_an_account(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page, right = led(waiting, reader, CLAIM), code_for(cast.phoneless, cast.steward)
    for code, phone, status in ((WRONG, CLAIMER, 400), ("no code", CLAIMER, 400), (right, PHONE, 200)):
        form = page.form(holding="code")
        page = reader.submit(page, status, form=form, **{**CLAIMED, "code": code, "phone": phone})
    assert "This number has an account already" in page.text
    assert WORDS in sign_in_on(led(page, reader, SIGN_IN), reader).text


def test_who_joins_there_as_somebody_new_is_shown_nothing_of_it(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    there = led(waiting, reader, JOIN)
    form = there.form(holding="name")
    page = reader.submit(there, form=form, **JOINED)
    assert "Welcome! You have joined." in page.text
    assert ANOTHER_S in page.text
    assert (WORDS in str(page.soup), entries()) == (False, 0)
    # The tap that is sent again makes nobody else, and tells as little.
    again = reader.submit(there, form=form, **JOINED)
    assert (again.h1, WORDS in str(again.soup)) == ("马晓燕", False)


def test_who_takes_a_record_over_there_is_shown_nothing_of_it(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    there, code = led(waiting, reader, CLAIM), code_for(cast.phoneless, cast.steward)
    form = there.form(holding="code")
    page = reader.submit(there, form=form, **{**CLAIMED, "code": code})
    assert "This is your record now." in page.text
    assert ANOTHER_S in page.text
    assert (WORDS in str(page.soup), entries()) == (False, 0)
    again = reader.submit(there, form=form, **{**CLAIMED, "code": code})
    assert WORDS not in str(again.soup)


@pytest.mark.parametrize("where", [JOIN, CLAIM])
def test_it_is_there_for_who_signed_in_in_another_tab_meanwhile(
    cast: Cast, reader: Visitor, waiting: Page, where: str
) -> None:
    reader.post(SIGN_IN, 302, phone=PHONE, password=PASSWORD)
    page = led(waiting, reader, where)
    assert (page.h1, WORDS in page.text) == ("Send it once more", True)


def test_it_is_there_for_who_began_to_join_and_has_joined_already(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = led(waiting, reader, JOIN)
    reader.post(SIGN_IN, 302, phone=PHONE, password=PASSWORD)
    page = reader.submit(page, 409, form=page.form(holding="name"), **JOINED)
    assert WORDS in led(page, reader, SIGN_IN).text
    assert queries.account_by_phone(CLAIMER) is None


@pytest.mark.parametrize("where", [JOIN, CLAIM])
def test_another_account_in_another_tab_is_shown_nothing_of_it(
    cast: Cast, reader: Visitor, waiting: Page, where: str
) -> None:
    reader.post(SIGN_IN, 302, phone=cast.account("neighbour").phone, password=PASSWORD)
    page = led(waiting, reader, where)
    assert (ANOTHER_S in page.text, WORDS in str(page.soup)) == (True, False)


@pytest.mark.parametrize("where", [JOIN, CLAIM])
def test_what_was_never_sealed_here_is_told_as_another_s(cast: Cast, visitor: Visitor, where: str) -> None:
    page = sent(
        at_home(visitor), {**fields_of(visitor.get(where).form()), "again": "1", "kept": "x"}, 200, where
    )
    assert KEPT_FOR in page.text
    page = sign_in_on(led(page, visitor, SIGN_IN), visitor)
    assert ANOTHER_S in page.text


def test_who_wrote_nothing_is_led_by_links_as_before(visitor: Visitor) -> None:
    links = {str(one["href"]) for one in visitor.get("/sign-in?next=/books").soup.main.find_all("a")}
    assert {"/join?next=/books", CLAIM} <= links
    links = {str(one["href"]) for one in visitor.get("/join?next=/books").soup.main.find_all("a")}
    assert {"/sign-in?next=/books", CLAIM} <= links
    assert "is sent with one more tap" not in visitor.get(CLAIM).text
