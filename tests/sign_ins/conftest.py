"""People with devices."""

from collections.abc import Callable

import pytest
from flask import Flask

from reading.people.models import Account, Resident
from tests.cast import PASSWORD, Cast
from tests.pages import Page, Visitor
from tests.sign_ins.tabs import at_home, end_elsewhere, sent, written
from tests.sign_ins.totp import phone_shows

WECHAT = (
    "Mozilla/5.0 (Linux; Android 11; V2034A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/88.0.4324.93 Mobile Safari/537.36 MicroMessenger/8.0.42 NetType/WIFI"
)
Enter = Callable[..., Visitor]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign a new device in with the page: ``enter(person)``; another ``password`` or ``browser`` if told so."""

    def signed_in(
        person: Account | Resident,
        *,
        password: str = PASSWORD,
        browser: str = WECHAT,
        into: Visitor | None = None,
    ) -> Visitor:
        account = person.account if isinstance(person, Resident) else person
        assert account is not None
        visitor = into or Visitor(app)
        visitor.headers = {**visitor.headers, "User-Agent": browser}
        secured, code = account.secured_at, phone_shows(account)
        visitor.post("/sign-in", 302, phone=account.phone, password=password)
        if secured:
            visitor.post("/sign-in/second-step", 302, code=code)
        return visitor

    return signed_in


@pytest.fixture
def reader(cast: Cast, enter: Enter) -> Visitor:
    """The browser of somebody who reads, which says which site its forms are on."""
    return at_home(enter(cast.resident))


@pytest.fixture
def waiting(cast: Cast, reader: Visitor) -> Page:
    """The page that asks whose form was open while their sign-in ended to sign in."""
    form = written(reader)
    end_elsewhere(cast.account("resident"))
    return sent(reader, form, 401)
