"""A form that waits for its writer to sign in outlasts the links of the pages that say it waits."""

from urllib.parse import urlsplit

import pytest

from reading.sent import SEALED_FOR_SECONDS
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.conftest import Enter
from tests.sign_ins.tabs import PHONE, WORDS, at_home, end_elsewhere, sent, sign_in_on, written

ALONE = "It is kept on this page alone"
LONG = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(1_900))


def follow(page: Page, visitor: Visitor, text: str) -> Page:
    """Tap the first link of the whole page that says so."""
    links = [one for one in page.soup.find_all("a") if " ".join(one.get_text().split()) == text]
    assert links, f"no link {text}"
    return visitor.get(str(links[0]["href"]), follow=True)


def pressed(page: Page, visitor: Visitor, where: str) -> Page:
    """Press the button that leads to another page of signing in."""
    return page if where == "/sign-in" else visitor.submit(page, form=page.form(where))


@pytest.mark.parametrize("link", ["Large text", "中文"])
@pytest.mark.parametrize("where", ["/sign-in", "/join", "/claim", "/sign-in/new-password"])
def test_it_is_there_in_larger_text_and_in_the_other_language(
    cast: Cast, reader: Visitor, waiting: Page, where: str, link: str
) -> None:
    page = follow(pressed(waiting, reader, where), reader, link)
    assert page.path == where
    # Nothing of it is shown before its writer has signed in.
    assert WORDS not in str(page.soup)
    if where != "/sign-in":
        page = reader.submit(page, form=page.form("/sign-in"))
    assert WORDS in sign_in_on(page, reader).text


def test_it_is_there_for_who_signs_in_from_the_bar_at_the_bottom(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = follow(pressed(waiting, reader, "/join"), reader, "Sign in")
    assert "You were signed out while this page was open." in page.text
    assert WORDS in sign_in_on(page, reader).text


def test_it_is_there_for_who_looked_for_their_township_while_joining(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    places = follow(pressed(waiting, reader, "/join"), reader, "Choose by township")
    page = follow(places, reader, "‹ Back to the form")
    assert "is sent with one more tap" in page.text
    page = reader.get("/join?community=410581001001")
    assert WORDS in sign_in_on(reader.submit(page, form=page.form("/sign-in")), reader).text


def test_larger_text_leads_from_what_only_a_form_is_sent_to_as_well(cast: Cast, reader: Visitor) -> None:
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    page = follow(sent(reader, form, 401, "/me/card"), reader, "Large text")
    assert urlsplit(page.response.request.url).path == "/sign-in"
    assert "You were signed out while this page was open." in page.text


def test_it_ends_with_the_sign_in(cast: Cast, reader: Visitor, waiting: Page) -> None:
    sign_in_on(reader.get("/sign-in"), reader)
    reader.post("/sign-out")
    assert fields_of(reader.get("/sign-in").form())["kept"] == ""


def test_it_ends_with_another_s_sign_in_who_is_shown_nothing(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = sign_in_on(reader.get("/sign-in"), reader, phone=cast.account("neighbour").phone)
    assert "It was not sent." in page.text
    assert WORDS not in str(page.soup)
    reader.post("/sign-out")
    assert fields_of(reader.get("/sign-in").form())["kept"] == ""


def test_after_a_day_nothing_is_said_of_it(
    cast: Cast, reader: Visitor, waiting: Page, clock: TestClock
) -> None:
    clock.advance(seconds=SEALED_FOR_SECONDS)
    assert fields_of(reader.get("/sign-in").form())["kept"] != ""
    clock.advance(seconds=1)
    page = reader.get("/sign-in")
    assert fields_of(page.form())["kept"] == ""
    assert "You were signed out" not in page.text


def test_who_is_signed_in_is_offered_nothing_of_it(
    cast: Cast, reader: Visitor, waiting: Page, enter: Enter
) -> None:
    enter(cast.resident, into=reader)
    assert reader.get("/sign-in", 302).response.location == "/"


@pytest.mark.parametrize("where", ["/sign-in", "/join", "/claim", "/sign-in/new-password"])
def test_what_a_cookie_has_no_room_for_is_said_to_be_on_the_page_alone(
    cast: Cast, reader: Visitor, where: str
) -> None:
    form = {**written(reader), "reflection": LONG}
    end_elsewhere(cast.account("resident"))
    page = pressed(sent(reader, form, 401), reader, where)
    assert ALONE in page.text
    assert fields_of(reader.get(where).form(holding="phone"))["kept"] == ""
    if where != "/sign-in":
        page = reader.submit(page, form=page.form("/sign-in"))
    assert LONG in sign_in_on(page, reader).text


def test_what_fits_is_not_said_to_be_on_the_page_alone(cast: Cast, reader: Visitor, waiting: Page) -> None:
    for where in ("/sign-in", "/join", "/claim", "/sign-in/new-password"):
        assert ALONE not in pressed(waiting, reader, where).text


def test_a_page_whose_session_is_gone_brings_it_back(cast: Cast, reader: Visitor, waiting: Page) -> None:
    reader.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
    reader.post("/sign-out")
    page = follow(pressed(waiting, at_home(reader), "/join"), reader, "Large text")
    assert WORDS in sign_in_on(reader.submit(page, form=page.form("/sign-in")), reader).text
