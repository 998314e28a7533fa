"""What every template may use: dates as people say them, static addresses, the page's own address."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from flask import Flask, g, request, url_for
from flask_babel import Locale
from flask_login import current_user
from markupsafe import Markup
from werkzeug.security import safe_join

from reading import anyone, clock, paths, style
from reading.language import chosen_language, chosen_text_size, page_locale
from reading.pieces import piece

# Babel's own patterns read stiffly in Chinese ("2026年11月10日 星期二"); these are how a notice on a door says it.
PATTERNS = {
    "zh": {
        "day": "M月d日 EEEE",
        "full": "y年M月d日 EEEE",
        "short": "M月d日",
        "plain": "y年M月d日",
        "month": "y年M月",
        "month_only": "M月",
        "day_only": "d",
        "weekday": "EEEE",
        "numbers": "M.d",
    },
    "en": {
        "day": "EEEE d MMMM",
        "full": "EEEE d MMMM y",
        "short": "d MMM",
        "plain": "d MMM y",
        "month": "MMMM y",
        "month_only": "MMM",
        "day_only": "d",
        "weekday": "EEEE",
        "numbers": "d/M",
    },
}

# The endpoints that the main navigation marks.
PLACES = frozenset(
    (
        "home.index", "logbook.new", "logbook.index", "events.index", "home.learning_days", "home.learning_day",
        "leaderboards.index", "people.me", "sign_ins.sign_in",
    )
)  # fmt: skip
# In a remembered piece: where the page's own address comes.
HERE = "here-and-now"


def init_app(app: Flask) -> None:
    """Give the templates of ``app`` their filters and globals."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.template_filter("date_words")(date_words)
    app.template_filter("time_words")(time_words)
    app.template_filter("month_words")(month_words)
    app.add_template_global(clock.today, "today")
    _let_static_files_be_kept(app)

    @app.template_global()
    def has_endpoint(endpoint: str) -> bool:
        return endpoint in app.view_functions

    app.jinja_env.globals["current_account"] = current_user
    app.jinja_env.globals["styles"] = style.ELEMENTS
    # Whoever works on the stylesheet sees the file as it is now.
    app.add_template_global(lambda: not app.debug and has_style(), "has_style")
    app.add_template_global(top_of_page)
    app.add_template_global(nav_of_page)
    app.add_template_global(text_size_links)

    @app.context_processor
    def page_values() -> dict[str, object]:
        return {"here": anyone.HERE if anyone.is_signed_in() else paths.here(), "url_for": url_for}


def _let_static_files_be_kept(app: Flask) -> None:
    """A static file is kept by phones for a year; its address changes when its content does."""
    digests: dict[str, str] = {}
    usual, folder = app.get_send_file_max_age, Path(app.static_folder or "")

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and "filename" in values:
            name = values["filename"]
            if name not in digests or app.debug:
                digests[name] = _digest(folder / name)
            values["v"] = digests[name]

    def kept_for(name: str | None) -> int | None:
        # While machines are upgraded one after the other, a page of the new code may be given the old code's file
        # by another of them. No phone shall keep that under the new address.
        asked = request.args.get("v")
        if asked is None or asked == digests.get(name or ""):
            return usual(name)
        file = safe_join(str(folder), name or "")
        return usual(name) if file and asked == _digest(Path(file)) else None

    app.get_send_file_max_age = kept_for  # type: ignore[method-assign,assignment]


def has_style() -> bool:
    """Tell whether the page has its stylesheet inside: never one of staff, whose own sheet is a file anyway."""
    reader = g.get("_login_user")  # asked of nobody anew: the page may say that the database is gone
    return style.is_inside(request.environ) and not (reader and reader.is_authenticated and reader.is_staff)


def top_of_page(has_switches: bool, is_staff: bool) -> Markup:
    """Return the head of a page's body: to the content, home, the staff desk, the text sizes, the other language."""
    return _leading_back(
        piece("_frame.html", "top", has_switches, is_staff, chosen_text_size(), chosen_language(), HERE)
    )


def nav_of_page(member: bool) -> Markup:
    """Return the main navigation, the page's own place in it marked."""
    at = request.endpoint if request.endpoint in PLACES else ""
    return piece("_frame.html", "nav", at, request.blueprint, member)


def text_size_links() -> Markup:
    """Return links to the text sizes the page does not have."""
    return _leading_back(piece("_frame.html", "text_sizes", chosen_text_size(), HERE))


def _leading_back(made: Markup) -> Markup:
    """Put the page's own address where the remembered piece has only the place for it."""
    return Markup(made.replace(HERE, anyone.HERE if anyone.is_signed_in() else paths.quoted_here()))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""


def date_words(when: date | datetime, pattern: str = "day") -> str:
    """Return a date, or an aware moment's date in the city, in words; ``pattern`` names one of ``PATTERNS``."""
    return _date_words(clock.city_date(when) if isinstance(when, datetime) else when, pattern, page_locale())


# A list of events names a hundred dates, most of them those of the list before; Babel takes 50 µs for each.
@lru_cache(4096)
def _date_words(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, PATTERNS[locale.language][pattern], locale=locale)


def time_words(when: datetime) -> str:
    """Return the time of day on the city's clock, such as ``19:30``."""
    return f"{clock.city_time(when):%H:%M}"


def month_words(month: str) -> str:
    """Return the month written ``2026-11`` in words."""
    year, number = month.split("-")
    return date_words(date(int(year), int(number), 1), "month")
