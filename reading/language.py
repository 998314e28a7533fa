"""Which language and which text size a page is shown in."""

from functools import lru_cache
from typing import Any

from flask import Flask
from flask.globals import _cv_request
from flask_babel import Domain, Locale
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from reading import current
from reading.extensions import babel

LANGUAGES = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
# 长辈版 has two steps: text of 22 px, and of 30, as the norm for elders asks (大字可调至 30 dp).
TEXT_SIZES = ("normal", "large", "largest")
LANGUAGE_COOKIE, TEXT_SIZE_COOKIE = "lang", "size"
# Where the request keeps its language, once it was asked for.
CHOSEN = "reading.language"
_KNOWN = {language: Locale.parse(locale) for language, locale in LOCALES.items()}


class Words(Domain):
    """The catalogue, opened once for each language.

    Flask-Babel finds out anew with every text which catalogue it stands in; that was a third of an empty page.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """Return the catalogue of the page's language."""
        language = chosen_language()
        if language not in self._open:
            self._open[language] = super().get_translations()
        return self._open[language]


def init_app(app: Flask) -> None:
    """Let a choice kept in a cookie, else the browser, decide the language of each page."""
    babel.init_app(app, locale_selector=lambda: LOCALES[chosen_language()])
    words = Words()
    babel.domain_instance = words

    @lru_cache(4096)
    def said(language: str, text: str) -> Markup:
        return Markup(words.gettext(text))

    @lru_cache(4096)
    def plainly(language: str, text: str) -> Markup:
        return said(language, text) % {}

    def gettext(text: str, **values: Any) -> Markup:
        language = chosen_language()
        return said(language, text) % values if values else plainly(language, text)

    def ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
        return Markup(words.get_translations().ungettext(one, many, num)) % {"num": num, **values}

    # As Flask-Babel's, for texts of our own and with values escaped, but each text is looked up once.
    app.jinja_env.globals.update({"_": gettext, "gettext": gettext, "ngettext": ngettext})

    @app.context_processor
    def page_settings() -> dict[str, object]:
        language = chosen_language()
        return {"lang": language, "html_lang": html_language(language), "text_size": chosen_text_size()}


def html_language(language: str) -> str:
    """Return what a page's ``lang`` attribute says for one of ``LANGUAGES``."""
    return "zh-Hans" if language == "zh" else "en"


def chosen_text_size() -> str:
    """Return one of ``TEXT_SIZES``: the reader's own choice, else normal."""
    return text_size_of(current.request().cookies.get(TEXT_SIZE_COOKIE))


def text_size_of(kept: str | None) -> str:
    """Return the text size for a reader's own choice (None for none)."""
    return kept if kept in TEXT_SIZES else TEXT_SIZES[0]


def chosen_language() -> str:
    """Return ``zh`` or ``en``: the reader's own choice, else the browser's, else Chinese; Chinese for a command."""
    context = _cv_request.get(None)  # Asked for with each text of a page: without a call more.
    if context is None:
        return "zh"
    asked = context.request
    chosen: str | None = asked.environ.get(CHOSEN)
    if chosen is None:
        told = asked.environ.get("HTTP_ACCEPT_LANGUAGE", "")
        chosen = asked.environ[CHOSEN] = language_of(asked.cookies.get(LANGUAGE_COOKIE), told)
    return chosen


def language_of(kept: str | None, told: str) -> str:
    """Return the language for a reader's own choice (None for none) and what their browser asks for."""
    return kept if kept in LANGUAGES else _best(told)


@lru_cache(256)
def _best(told: str) -> str:
    best: str = parse_accept_header(told, LanguageAccept).best_match(LANGUAGES, default="zh")
    return best


def page_locale() -> Locale:
    """Return the locale of the page being made; Chinese outside a request."""
    return _KNOWN[chosen_language()]
