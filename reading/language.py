"""Which language and which text size a page is shown in."""

from flask import Flask, g, has_request_context, request
from flask_babel import Locale, get_locale

from reading.extensions import babel

LANGUAGES = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
TEXT_SIZES = ("normal", "large")
LANGUAGE_COOKIE, TEXT_SIZE_COOKIE = "lang", "size"


def init_app(app: Flask) -> None:
    """Let a choice kept in a cookie, else the browser, decide the language of each page."""
    babel.init_app(app, locale_selector=lambda: LOCALES[chosen_language()])

    @app.context_processor
    def page_settings() -> dict[str, object]:
        language = chosen_language()
        return {
            "lang": language,
            "html_lang": "zh-Hans" if language == "zh" else "en",
            "large": request.cookies.get(TEXT_SIZE_COOKIE) == "large",
        }


def chosen_language() -> str:
    """Return ``zh`` or ``en``: the reader's own choice, else the browser's, else Chinese; Chinese for a command."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        kept = request.cookies.get(LANGUAGE_COOKIE)
        best = request.accept_languages.best_match(LANGUAGES, default="zh")
        g.language = kept if kept in LANGUAGES else best
    chosen: str = g.language
    return chosen


def page_locale() -> Locale:
    """Return the locale of the page being made; Chinese outside a request."""
    return get_locale() or Locale.parse(LOCALES["zh"])
