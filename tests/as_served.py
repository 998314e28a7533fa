"""The environment in which a city's service runs, as its unit file has it: servers that tests start run in it, too."""

import re

import config

UNIT = config.ROOT / "reading" / "deploy" / "systemd" / "reading.service"


def told_in(text: str) -> dict[str, str]:
    """Return the variables of the ``Environment=`` lines of a unit file but the service's own settings."""
    words = " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE)).split()
    found = dict(word.split("=", 1) for word in words)
    return {name: value for name, value in found.items() if not name.startswith("READING_")}


AS_SERVED = told_in(UNIT.read_text(encoding="utf-8"))
