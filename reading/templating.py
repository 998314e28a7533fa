"""What every template may use: dates as people say them, static addresses, the page's own address."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from babel.dates import format_date, format_time
from flask import Flask, url_for
from flask_login import current_user

from reading import clock, paths
from reading.language import page_locale

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
    },
}


def init_app(app: Flask) -> None:
    """Give the templates of ``app`` their filters and globals."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.template_filter("date_words")(date_words)
    app.template_filter("time_words")(time_words)
    app.template_filter("month_words")(month_words)
    app.add_template_global(clock.today, "today")
    digests: dict[str, str] = {}

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, str]) -> None:
        # A static file is kept by phones for a year; its address changes when its content does.
        if endpoint == "static" and "filename" in values:
            name = values["filename"]
            if name not in digests or app.debug:
                digests[name] = _digest(Path(app.static_folder or "") / name)
            values["v"] = digests[name]

    @app.template_global()
    def has_endpoint(endpoint: str) -> bool:
        return endpoint in app.view_functions

    @app.context_processor
    def page_values() -> dict[str, object]:
        return {"current_account": current_user, "here": paths.here(), "url_for": url_for}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""


def date_words(when: date | datetime, pattern: str = "day") -> str:
    """Return a date, or an aware moment's date in the city, in words; ``pattern`` names one of ``PATTERNS``."""
    day = clock.city_date(when) if isinstance(when, datetime) else when
    locale = page_locale()
    return format_date(day, PATTERNS[locale.language][pattern], locale=locale)


def time_words(when: datetime) -> str:
    """Return the time of day on the city's clock, such as ``19:30``."""
    return format_time(clock.city_time(when), "HH:mm", tzinfo=clock.city_zone(), locale=page_locale())


def month_words(month: str) -> str:
    """Return the month written ``2026-11`` in words."""
    year, number = month.split("-")
    return date_words(date(int(year), int(number), 1), "month")
