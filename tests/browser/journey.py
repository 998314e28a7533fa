"""What people do on their phones, in words that several journeys share."""

from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD


def main_action(page: Page) -> Locator:
    """Return the page's one main button or link."""
    return page.locator("main .actions .btn-main")


def said(page: Page) -> Locator:
    """Return what the page says was done."""
    return page.locator(".note-success")


def join(page: Page, name: str, phone: str, place: str) -> None:
    """Fill the form that joins, and send it; ``place`` is typed as it stands."""
    page.fill("[name=community]", place)
    page.fill("[name=name]", name)
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", PASSWORD)
    page.check("[name=agree]")
    main_action(page).click()


def sign_in(page: Page, phone: str) -> None:
    """Sign in on the page that asks for it."""
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", PASSWORD)
    main_action(page).click()


def log(page: Page, title: str, pages: int) -> None:
    """Write down a book and how much was read of it, on the page that asks for it."""
    page.fill("[name=book]", title)
    page.fill("[name=pages]", str(pages))
    main_action(page).click()
    expect(said(page)).to_contain_text(title)


class Thumb:
    """A thumb that counts: its taps, and the fields it typed into."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.typed = 0

    def tap(self, target: Locator) -> None:
        """Tap once."""
        self.taps += 1
        target.tap()

    def type(self, field: Locator, text: str) -> None:
        """Type into a field; getting into it is part of that, as the keyboard comes with it."""
        self.typed += 1
        field.fill(text)
