"""The service refuses to start on a setting that has no meaning, and says which."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import config

KEY = "k" * 32
PRODUCTION = {
    "READING_ENV": "production",
    "READING_SECRET_KEY": KEY,
    "READING_TRUSTED_HOSTS": "reading.example.cn",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"READING_INSTANCE": str(tmp_path / "instance")}


def test_nothing_needs_to_be_set(environ: dict[str, str]) -> None:
    settings = config.load(environ)
    assert settings["CITY_TIMEZONE"] == ZoneInfo("Asia/Shanghai")
    assert settings["LEARNING_DAY_RULE"] == "FREQ=MONTHLY;BYMONTHDAY=10"
    assert settings["RANK_PEOPLE"] is True
    assert settings["SQLALCHEMY_DATABASE_URI"].endswith("instance/reading.sqlite3")


def test_the_secret_key_is_drawn_once_and_kept(environ: dict[str, str]) -> None:
    first = config.load(environ)["SECRET_KEY"]
    assert len(first) >= 32
    assert config.load(environ)["SECRET_KEY"] == first
    kept = Path(environ["READING_INSTANCE"]) / "secret-key"
    assert kept.stat().st_mode & 0o077 == 0


def test_two_installs_draw_different_keys(tmp_path: Path) -> None:
    keys = {config.load({"READING_INSTANCE": str(tmp_path / name)})["SECRET_KEY"] for name in "ab"}
    assert len(keys) == 2


def test_all_who_start_at_once_draw_the_same_key(environ: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as hands:
        keys = {one["SECRET_KEY"] for one in hands.map(config.load, [environ] * 40)}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [file.name for file in Path(environ["READING_INSTANCE"]).iterdir()] == ["secret-key"]


@pytest.mark.parametrize("missing", ["instance", "secret-key"])
def test_where_nothing_can_be_kept_it_says_so(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "instance"
    if missing == "instance":
        folder.write_text("a file where the folder is to be")
    else:
        (folder / "secret-key").mkdir(parents=True)
    with pytest.raises(
        config.BadSetting, match=f"INSTANCE.*{folder}" if missing == "instance" else f"{folder}.*INSTANCE"
    ):
        config.load({"READING_INSTANCE": str(folder)})


def test_production_without_a_secret_key_does_not_start(environ: dict[str, str]) -> None:
    with pytest.raises(config.BadSetting, match="SECRET_KEY is missing"):
        config.load({**environ, "READING_ENV": "production"})


def test_the_text_that_stood_in_the_example_is_no_key(environ: dict[str, str]) -> None:
    told = {
        **environ,
        **PRODUCTION,
        "READING_SECRET_KEY": "32 characters or more, the same on all app machines",
    }
    with pytest.raises(config.BadSetting, match="openssl rand -base64 48"):
        config.load(told)


def test_production_without_the_name_of_its_site_does_not_start(environ: dict[str, str]) -> None:
    with pytest.raises(config.BadSetting, match="TRUSTED_HOSTS is missing"):
        config.load({**environ, **PRODUCTION, "READING_TRUSTED_HOSTS": " , "})


def test_the_names_of_the_site_are_taken_apart(environ: dict[str, str]) -> None:
    told = "reading.example.cn, .Linzhou.gov.cn 10.1.2.3 [::1]"
    settings = config.load({**environ, "READING_TRUSTED_HOSTS": told})
    assert settings["HOSTS"] == ["reading.example.cn", ".linzhou.gov.cn", "10.1.2.3", "[::1]"]
    assert config.load(environ)["HOSTS"] == []


def test_the_log_is_json_in_production_and_for_people_otherwise(environ: dict[str, str]) -> None:
    assert config.load({**environ, **PRODUCTION})["LOG"] == "json"
    assert config.load(environ)["LOG"] == "plain"


def test_the_start_ends_with_the_sentence_alone(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "reading", "db", "upgrade"]
    started = subprocess.run(
        command, cwd=config.ROOT, env={**environ, "READING_ENV": "production"}, capture_output=True, text=True
    )
    assert started.returncode == 1
    assert started.stderr.strip().splitlines() == [
        "READING_SECRET_KEY is missing; in production it must be set, to 32 characters or more."
    ]


def test_the_second_step_of_administrators_is_required_unless_a_setting_offers_it(
    environ: dict[str, str],
) -> None:
    assert config.load(environ)["ADMIN_TOTP"] == "required"
    assert config.load({**environ, "READING_ADMIN_TOTP": "offered"})["ADMIN_TOTP"] == "offered"
    with pytest.raises(config.BadSetting, match="it takes one of: required, offered"):
        config.load({**environ, "READING_ADMIN_TOTP": "off"})


def test_production_cookies_are_host_bound_and_secure(environ: dict[str, str]) -> None:
    settings = config.load({**environ, **PRODUCTION})
    assert settings["SESSION_COOKIE_SECURE"] is True
    for kind in ("SESSION", "SIGN_IN", "DEVICE"):
        assert settings[f"{kind}_COOKIE_NAME"].startswith("__Host-")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "staging"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", "k" * 32 + " short"),
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "mysql://localhost/reading"),
        ("CITY_TIMEZONE", "Mars/Olympus"),
        ("CITY_TIMEZONE", "../etc/passwd"),
        ("LEARNING_DAY_RULE", "every tenth"),
        ("LEARNING_DAY_RULE", "FREQ=SOMETIMES"),
        ("LEARNING_DAY_RULE", "FREQ=SECONDLY"),
        ("LEARNING_DAY_RULE", "FREQ=MONTHLY;INTERVAL=2"),
        ("LEARNING_DAY_RULE", "FREQ=MONTHLY;BYMONTHDAY=10;COUNT=3"),
        ("LEARNING_DAY_RULE", "FREQ=MONTHLY;BYMONTHDAY=10;UNTIL=20270101"),
        ("LEARNING_DAY_RULE", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"),
        ("LEARNING_DAY_RULE", "FREQ=MONTHLY;BYMONTHDAY=32"),
        ("RANK_PEOPLE", "maybe"),
        ("TRUSTED_HOSTS", "https://reading.example.cn"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_HOSTS", "reading.example.cn/"),
        ("PROXY_HOPS", "-1"),
        ("PROXY_HOPS", "10"),
        ("PROXY_HOPS", "one"),
        ("LOG", "xml"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(config.BadSetting, match=f"READING_{name}"):
        config.load({**environ, f"READING_{name}": value})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_spelling_of_postgresql_is_taken(environ: dict[str, str], scheme: str) -> None:
    settings = config.load({**environ, "READING_DATABASE_URL": f"{scheme}://someone:word@db/reading"})
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://someone:word@db/reading"


def test_keys_that_signed_before_are_listed_with_spaces(environ: dict[str, str]) -> None:
    assert config.load(environ)["SECRET_KEY_FALLBACKS"] == []
    former = " ".join((KEY, "l" * 40))
    settings = config.load({**environ, "READING_SECRET_KEY_FALLBACKS": former})
    assert settings["SECRET_KEY_FALLBACKS"] == [KEY, "l" * 40]
    assert settings["WTF_CSRF_SECRET_KEY"] == "l" * 40
