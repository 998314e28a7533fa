"""Secrets stand in the environment alone, and another key signs nobody out (ASVS 13.3.1)."""

import re
import secrets
import subprocess
from pathlib import Path

from flask import Flask

import config
from tests.cast import Cast
from tests.pages import Visitor

# A private key, a password in an address, a setting with a value in it that is as long as a key must be.
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|://[a-z]+:[^@\s'\"{$<…*]{6,}@|SECRET_KEY\s*[=:]\s*['\"]?[A-Za-z0-9_\-]{32,}"
)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=config.ROOT, capture_output=True, check=True, text=True
    )
    return [config.ROOT / name for name in listed.stdout.split("\0") if name]


def test_the_repository_holds_no_secret_and_nothing_of_an_instance() -> None:
    files = [path for path in tracked() if path.is_file()]
    assert not [
        path for path in files if "instance" in path.parts or path.suffix in (".sqlite3", ".pem", ".key")
    ]
    texts = ((path, path.read_text(encoding="utf-8", errors="ignore")) for path in files)
    found = [f"{path}: {match[0]}" for path, text in texts for match in SECRET.finditer(text)]
    # The tests of backups say a password of their own, to see that it is told nobody.
    assert [one for one in found if "/tests/" not in one] == []


def test_another_key_signs_nobody_out(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    before = visitor.get("/me").h1
    app.config["SECRET_KEY"] = secrets.token_urlsafe(48)
    assert visitor.get("/me").h1 == before
    visitor.submit(visitor.get("/logbook/new"), book="活着", pages="3")
