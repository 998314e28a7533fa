"""No file is longer than a few screens, and the top level is what the design card fixes."""

import subprocess
from pathlib import Path

import config

LONGEST = 300
TOP_LEVEL = {
    "reading", "templates", "static", "tests", "config.py", "requirements.txt", "README.md", "LICENSE",
    "CHANGELOG.md", "Makefile", "pyproject.toml", ".ci", ".gitignore",
}  # fmt: skip
SUFFIXES = {".py", ".js", ".css", ".html"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=config.ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return [Path(name) for name in listed.split("\0") if name and (config.ROOT / name).is_file()]


def test_no_file_is_over_300_lines() -> None:
    long = {}
    for path in tracked():
        if path.suffix in SUFFIXES and "vendor" not in path.parts and "migrations" not in path.parts:
            lines = (config.ROOT / path).read_text(encoding="utf-8").count("\n")
            if lines > LONGEST:
                long[str(path)] = lines
    assert not long


def test_the_top_level_holds_what_the_design_fixes_and_nothing_else() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP_LEVEL
