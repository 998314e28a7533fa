"""Settings, read from environment variables that begin with ``READING_``; all defaults live here.

A bad value raises :class:`BadSetting` with a sentence, so the service refuses to start instead of
running with a meaning nobody chose.
"""

import os
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
PREFIX = "READING_"
KIB = 1024
SHORTEST_KEY = 32
# What reading/deploy/reading.env once held in the key's place: long enough for one, and known to everybody.
EXAMPLE_KEY = "32 characters or more, the same on all app machines"
MOST = 3650
# A name or an address; with a dot before it, every name below it as well.
HOST = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
LEARNING_DAY_FREQUENCIES = ("FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=DAILY")
LEARNING_DAY_PARTS = ("BYMONTH=", "BYMONTHDAY=", "BYDAY=", "BYSETPOS=", "WKST=")

# pypinyin reads these when it is first imported: 13 MB of memory instead of 58, without the phrases that we never look
# up and with its characters held once.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")


class BadSetting(SystemExit):
    """A setting that the service cannot run with; the message says which and what it takes.

    Uncaught it ends the process with that sentence alone: whoever sets a server up needs no stack of ours.
    """


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return Flask's configuration for these environment variables.

    Raises :class:`BadSetting` for a value that has no meaning.
    """

    def setting(name: str, default: str) -> str:
        return environ.get(PREFIX + name, "").strip() or default

    production = _one_of("ENV", setting("ENV", "development"), ("development", "production")) == "production"
    instance = Path(setting("INSTANCE", str(ROOT / "instance")))
    key = _secret_key(setting("SECRET_KEY", ""), production, instance)
    former = _former_keys(setting("SECRET_KEY_FALLBACKS", ""))
    return {
        "PRODUCTION": production,
        "INSTANCE": instance,
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": former,
        # The oldest: Flask-WTF knows one key, and a form that is open when the keys change is not lost.
        "WTF_CSRF_SECRET_KEY": [key, *former][-1],
        "SQLALCHEMY_DATABASE_URI": _database_url(setting("DATABASE_URL", ""), instance),
        # What a statement was given is nobody's business but the database's: no error tells it to a log.
        # A thread of a worker uses one connection; a dead one is seen before it is used (reading/connections.py), and
        # after half an hour a new one asks the database for the time.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            "pool_use_lifo": True,
            "pool_timeout": 2,
            "pool_recycle": 1800,
        },
        "HOSTS": _hosts(setting("TRUSTED_HOSTS", ""), production),
        "PROXY_HOPS": _proxy_hops(setting("PROXY_HOPS", "0")),
        "LOG": _one_of("LOG", setting("LOG", "json" if production else "plain"), ("json", "plain")),
        "ERASURES_FILE": Path(setting("ERASURES_FILE", str(instance / "erasures.txt"))),
        "CITY_TIMEZONE": _timezone(setting("CITY_TIMEZONE", "Asia/Shanghai")),
        "LEARNING_DAY_RULE": _learning_day_rule(setting("LEARNING_DAY_RULE", "FREQ=MONTHLY;BYMONTHDAY=10")),
        "ADMIN_TOTP": _one_of("ADMIN_TOTP", setting("ADMIN_TOTP", "required"), ("required", "offered")),
        "RANK_PEOPLE": _one_of("RANK_PEOPLE", setting("RANK_PEOPLE", "on"), ("on", "off")) == "on",
        "OPERATOR": setting("OPERATOR", ""),
        "CONTACT": setting("CONTACT", ""),
        "RETENTION_AUDIT_DAYS": _number("RETENTION_AUDIT_DAYS", setting("RETENTION_AUDIT_DAYS", "180"), 180),
        "RETENTION_PEOPLE_MONTHS": _number(
            "RETENTION_PEOPLE_MONTHS", setting("RETENTION_PEOPLE_MONTHS", "24"), 6
        ),
        "RETENTION_WARNING_DAYS": _number(
            "RETENTION_WARNING_DAYS", setting("RETENTION_WARNING_DAYS", "60"), 15
        ),
        "RETENTION_SIGN_IN_DAYS": _number(
            "RETENTION_SIGN_IN_DAYS", setting("RETENTION_SIGN_IN_DAYS", "180"), 30
        ),
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "reading" / "translations"),
        "MAX_CONTENT_LENGTH": 256 * KIB,
        "MAX_FORM_MEMORY_SIZE": 256 * KIB,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_NAME": "__Host-reading" if production else "reading",
        "SIGN_IN_COOKIE_NAME": "__Host-sid" if production else "sid",
        "DEVICE_COOKIE_NAME": "__Host-device" if production else "device",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=180),
        "WTF_CSRF_TIME_LIMIT": None,
        # What is the same for everybody may be so old (reading/kept.py).
        "KEPT_SECONDS": 5,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "PASSWORD_HASH_MEMORY_KIB": 19456,
        "PASSWORD_HASH_ROUNDS": 2,
    }


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadSetting(f"{PREFIX}{name} is {value!r}; it takes one of: {', '.join(allowed)}.")
    return value


def _number(name: str, value: str, least: int) -> int:
    """A whole number from ``least`` to 3,650: what is kept must not go sooner, nor for ever be forgotten."""
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= MOST):
        raise BadSetting(f"{PREFIX}{name} is {value!r}; it takes a whole number from {least} to {MOST}.")
    return int(value)


def _former_keys(value: str) -> list[str]:
    """Keys that signed before, the latest first, with spaces between them: what they signed is still believed."""
    if any(len(key) < SHORTEST_KEY for key in value.split()):
        raise BadSetting(
            f"{PREFIX}SECRET_KEY_FALLBACKS holds a key that is too short; each has at least {SHORTEST_KEY} characters."
        )
    return value.split()


def _secret_key(value: str, production: bool, instance: Path) -> str:
    """In production the key must be given; otherwise one is drawn once and kept under ``instance``."""
    if value:
        if value == EXAMPLE_KEY:
            raise BadSetting(f"{PREFIX}SECRET_KEY is the example's text; draw one: openssl rand -base64 48")
        if len(value) < SHORTEST_KEY:
            raise BadSetting(f"{PREFIX}SECRET_KEY is too short; it takes at least {SHORTEST_KEY} characters.")
        return value
    if production:
        raise BadSetting(
            f"{PREFIX}SECRET_KEY is missing; in production it must be set, to 32 characters or more."
        )
    kept = _made(instance) / "secret-key"
    try:
        if not kept.exists():
            _draw_key(kept)
        return kept.read_text().strip()
    except OSError as error:
        raise BadSetting(
            f"{kept} cannot be kept ({error.strerror}); {PREFIX}INSTANCE names its folder."
        ) from None


def _draw_key(kept: Path) -> None:
    """Whoever starts at the same moment finds a whole key, the same for all: the first one drawn."""
    drawn = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}")
    drawn.touch(mode=0o600)
    drawn.write_text(secrets.token_urlsafe(48))
    try:
        kept.hardlink_to(drawn)
    except FileExistsError:
        pass
    finally:
        drawn.unlink()


def _made(instance: Path) -> Path:
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"{PREFIX}INSTANCE is {instance}, which cannot be made ({error.strerror})."
        ) from None
    return instance


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{_made(instance) / 'reading.sqlite3'}"
    try:
        url = make_url(value)
    except ArgumentError:
        raise BadSetting(f"{PREFIX}DATABASE_URL is not a database address.") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return value
    raise BadSetting(
        f"{PREFIX}DATABASE_URL names {url.drivername}; this service runs on sqlite and postgresql."
    )


def _hosts(value: str, production: bool) -> list[str]:
    """The names the site is asked for by; any, if none are told, which is for trying it out only."""
    hosts = [one for one in re.split(r"[,\s]+", value.lower()) if one]
    wrong = [one for one in hosts if not HOST.fullmatch(one)]
    if wrong:
        raise BadSetting(
            f"{PREFIX}TRUSTED_HOSTS holds {wrong[0]!r}; it takes names such as reading.example.cn, with commas between."
        )
    if production and not hosts:
        raise BadSetting(
            f"{PREFIX}TRUSTED_HOSTS is missing; in production it must name the site, such as reading.example.cn."
        )
    return hosts


def _proxy_hops(value: str) -> int:
    if not re.fullmatch(r"[0-9]", value, re.ASCII):
        raise BadSetting(
            f"{PREFIX}PROXY_HOPS is {value!r}; it takes the number of proxies in front of the service, 0 to 9."
        )
    return int(value)


def _timezone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise BadSetting(
            f"{PREFIX}CITY_TIMEZONE is {value!r}; it takes a name such as Asia/Shanghai."
        ) from None


def _learning_day_rule(value: str) -> str:
    """The rule is read month by month, so it must say the same of every month, and name a day in some."""
    frequency, *parts = value.split(";")
    alike = frequency in LEARNING_DAY_FREQUENCIES and all(
        part.startswith(LEARNING_DAY_PARTS) for part in parts
    )
    try:
        named = alike and next(iter(rrulestr(value, dtstart=datetime(2020, 1, 1))), None)
    except (ValueError, KeyError, TypeError):
        named = None
    if not named:
        raise BadSetting(
            f"{PREFIX}LEARNING_DAY_RULE is {value!r}; it takes an RRULE of days that reads the same every month, "
            "such as FREQ=MONTHLY;BYMONTHDAY=10."
        )
    return value
