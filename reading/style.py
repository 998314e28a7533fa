"""The stylesheet, which stands inside the page that somebody enters by and is a file of its own for all others.

A file is one more way to the server and back before anything can be seen: half a second on a weak network. Inside each
page it would be twice the page again. So who comes from outside (a code in the hall, a link in a chat, a mark in the
browser) gets it inside, whatever their phone still keeps; who comes from a page of this site is told where it lies,
over a connection that is open, and keeps it for a year.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

import config

BASE = "base.css"
# Those of residents' pages. Any other is one page's own, of staff, and always a file.
FILES = (BASE, "cards.css", "certificate.css")
# What depends on where somebody comes from says so, for whoever keeps pages on the way.
CAME_FROM = "Referer"


def shortened(text: str) -> str:
    """Return a stylesheet of ours without what only its authors read: comments, and blanks around its signs.

    It may hold no two blanks, nor any of the signs, within quotes.
    """
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", text))
    return re.sub(r":\s", ":", text).replace(";}", "}").strip()


TEXTS = {name: shortened((config.ROOT / "static" / name).read_text(encoding="utf-8")) for name in FILES}
ELEMENTS = {name: Markup(f"<style>{text}</style>") for name, text in TEXTS.items()}
SENT = ELEMENTS[BASE].encode()
BEGINS = SENT[: SENT.index(b">") + 1]


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


# As the content policy names the styles that may stand inside a page: by what they say.
SOURCES = " ".join(f"'sha256-{_hash(text)}'" for text in TEXTS.values())


def is_inside(environ: Mapping[str, Any]) -> bool:
    """Tell whether the page asked for has the stylesheet inside: whether no page of this site led to it."""
    return f"//{environ.get('HTTP_HOST', '')}/" not in environ.get("HTTP_REFERER", "")


def place_in(page: bytes) -> int:
    """Return where in a page the stylesheet begins; -1 where it is not inside."""
    at = page.find(BEGINS)
    return at if page.startswith(SENT, at) else -1
