"""A browser for tests: keeps CSRF on, fills the forms a page really shows, and checks every page it opens."""

import re
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from werkzeug.test import TestResponse

from reading import style
from reading.extensions import db
from reading.people.models import Account, Resident
from tests import signed_in

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
INPUTS = ("input", "select", "textarea")


@dataclass
class Page:
    """An answer, read as a person would see it."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """The visible text, white space folded."""
        main = self.soup.find("main") or self.soup
        return " ".join(main.get_text(" ").split())

    def without_random_ids(self) -> str:
        """Return the whole page, attributes too, without what chance wrote into it: keys, and a form's token.

        Four digits of a year stand in one key of some thousands.
        """
        soup = BeautifulSoup(str(self.soup), "html.parser")
        for token in soup.find_all("input", attrs={"name": "csrf_token"}):
            token.decompose()
        return KEY.sub("", str(soup))

    @property
    def h1(self) -> str:
        found = self.soup.find("h1")
        return " ".join(found.get_text(" ").split()) if found else ""

    @property
    def path(self) -> str:
        """Where the browser ended up."""
        return self.response.request.path

    def errors_of(self, name: str) -> str:
        """Return the error text shown at the field called ``name``."""
        field = self.soup.find(attrs={"name": name, "aria-invalid": "true"})
        if not isinstance(field, Tag):
            return ""
        ids = str(field.get("aria-describedby", "")).split()
        found = [self.soup.find(id=one) for one in ids]
        return " ".join(one.get_text(" ", strip=True) for one in found if isinstance(one, Tag))

    def form(self, action: str | None = None, holding: str | None = None) -> Tag:
        """Return the page's form with this action, or the one that holds this field; else the only one in main."""
        main = self.soup.find("main")
        assert isinstance(main, Tag)
        found = [
            form
            for form in main.find_all("form")
            if (action is None or form.get("action") == action)
            and (holding is None or form.find(attrs={"name": holding}))
        ]
        if action is None and holding is None:
            found = [form for form in found if str(form.get("method")).lower() == "post"]
        assert found, f"no such form among {[form.get('action') for form in main.find_all('form')]}"
        return found[0]


def fields_of(form: Tag) -> dict[str, Any]:
    """Return what the browser would send if nothing were touched."""
    values: dict[str, Any] = {}
    for field in form.find_all(INPUTS):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.has_attr("disabled") or kind in ("submit", "button"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            values[name] = chosen.get("value", chosen.get_text(strip=True)) if chosen else ""
        elif field.name == "textarea":
            values[name] = field.get_text()
        elif kind not in ("checkbox", "radio") or field.has_attr("checked"):
            values[name] = field.get("value", "on" if kind == "checkbox" else "")
    return values


class Visitor:
    """One browser with its own cookies. ``language`` is what it asks for."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = {"Accept-Language": language}
        self.tokens: dict[tuple[str | None, ...], str] = {}

    def sign_in(self, person: Account | Resident) -> "Visitor":
        """Sign this browser in as ``person``, without the page."""
        account = person.account if isinstance(person, Resident) else person
        assert account is not None
        self.client.set_cookie(self.app.config["SIGN_IN_COOKIE_NAME"], signed_in.sign_in(account))
        return self

    def get(self, path: str, status: int = 200, follow: bool = False) -> Page:
        """Open a page; it must answer ``status`` and be a sound page."""
        return self._page(self.client.get(path, headers=self.headers, follow_redirects=follow), status)

    def submit(
        self, page: Page, status: int = 200, *, form: Tag | None = None, follow: bool = True, **typed: Any
    ) -> Page:
        """Fill ``typed`` into a form of ``page`` and send it; a value of None leaves the field out."""
        tag = form or page.form()
        values = {**fields_of(tag), **typed}
        data = {name: value for name, value in values.items() if value is not None}
        assert str(tag.get("method")).lower() == "post", "submit() is for POST forms"
        action = str(tag.get("action") or page.response.request.path)
        return self._page(
            self.client.post(action, data=data, headers=self.headers, follow_redirects=follow), status
        )

    def post(self, path: str, status: int = 302, follow: bool = False, **data: Any) -> Page:
        """Send a form that no page showed, with a valid CSRF token."""
        data = {"csrf_token": self.token(), **data}
        return self._page(
            self.client.post(path, data=data, headers=self.headers, follow_redirects=follow), status
        )

    def post_json(self, path: str, body: Any, status: int = 200) -> Any:
        """Send JSON as the pages' scripts do and return the JSON answer."""
        response = self.client.post(path, json=body, headers={**self.headers, "X-CSRFToken": self.token()})
        db.session.remove()
        assert response.status_code == status, response.get_data(as_text=True)[:2000]
        return response.get_json()

    def token(self) -> str:
        """Return a CSRF token of this browser's session, from a page that holds one; the page is opened once."""
        if self._cookies() not in self.tokens:
            token = self._token()
            self.tokens[self._cookies()] = token
        return self.tokens[self._cookies()]

    def _cookies(self) -> tuple[str | None, ...]:
        names = (self.app.config["SESSION_COOKIE_NAME"], self.app.config["SIGN_IN_COOKIE_NAME"])
        held = (self.client.get_cookie(name) for name in names)
        return tuple(one.value if one else None for one in held)

    def _token(self) -> str:
        with self.app.test_request_context():
            paths = [url_for("sign_ins.sign_in"), url_for("people.me")]
        for path in paths:
            if field := TOKEN.search(self.client.get(path).get_data(as_text=True)):
                return field[1]
        raise AssertionError("no page holds a CSRF token")

    def _page(self, response: TestResponse, status: int) -> Page:
        # What the request wrote is read afresh by the test.
        db.session.remove()
        page = Page(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))
        assert response.status_code == status, (
            f"{response.request.path}: {response.status} {page.text[:1500]}"
        )
        if response.mimetype == "text/html" and status not in range(300, 400):
            check_sound(page)
        return page


def check_sound(page: Page) -> None:
    """Check what every page owes its reader: a title, one h1, labelled fields, ids used once."""
    soup, where = page.soup, page.response.request.path
    assert soup.title, f"{where}: no title"
    assert soup.title.get_text(strip=True), f"{where}: an empty title"
    assert len(soup.find_all("h1")) == 1, f"{where}: {len(soup.find_all('h1'))} h1"
    assert soup.html, f"{where}: not a page"
    assert soup.html.get("lang"), f"{where}: no language"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{where}: ids used twice: {ids}"
    labelled = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(INPUTS):
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        hidden = field.get("type") in ("hidden", "submit", "button")
        assert hidden or named or field.find_parent("label"), f"{where}: no label for {field.get('name')}"
    for tag in soup.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{where}: {tag.name} has inline {inline}, which the content policy stops"
    for tag in soup.find_all("style"):
        assert tag.string in style.TEXTS.values(), f"{where}: an inline style, which the content policy stops"
