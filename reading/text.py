"""Text as people type it: full-width digits, stray characters, and Chinese made findable by its pinyin."""

import re
import unicodedata
from typing import Any

from reading.late import Late

# 10 MB of each worker: needed to write what has a name or a title, and by no page that is looked at.
pypinyin: Any = Late("pypinyin")

FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
FULL_WIDTH_SIGNS = str.maketrans("－／．：　＋（）", "-/.: +()")
# Signs of programming languages: C, C++ and C# are three books.
TELLING_SIGNS = frozenset("+#")
# What comes along when text is copied and shows nothing: removed; letters that are drawn as a blank: a space.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff")) | dict.fromkeys(
    map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " "
)
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No characters at all (Unicode): XML has no place for them, and with one a whole workbook cannot be opened.
NO_CHARACTERS = frozenset("\ufffe\uffff")
MOST_READINGS = 8


def with_plain_digits(text: str) -> str:
    """Return ``text`` with full-width digits and signs made plain; other scripts' digits are left as they are."""
    return text.translate(FULL_WIDTH_DIGITS).translate(FULL_WIDTH_SIGNS)


def forbidden_character(text: str) -> bool:
    """Tell whether ``text`` holds what no person types: control characters, text-direction overrides, what is none."""
    return any(
        character in BIDI_CONTROLS
        or character in NO_CHARACTERS
        or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t")
        for character in text
    )


def squeezed(text: str) -> str:
    """Return ``text`` on one line, trimmed, runs of white space folded into one space, composed (NFC).

    Invisible characters that come along with copied text are left out; what shows nothing at all is empty.
    """
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text.translate(UNSEEN))).strip()
    return folded if any(map(_is_seen, folded)) else ""


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Mn", "Zs")


def match_key(text: str) -> str:
    """Return the form two spellings of a title or a name share: no case, width, space or punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum() or character in TELLING_SIGNS)


def sort_key(text: str) -> str:
    """Return the key that sorts Chinese by pinyin, everything else by itself."""
    readings = pypinyin.pinyin(text, style=pypinyin.Style.TONE3, heteronym=False)
    return "".join(reading[0] for reading in readings).casefold()


def pinyin_keys(text: str) -> str:
    """Return what a person may type to find ``text``, space-separated and folded.

    Holds the initials and the full pinyin; for each reading of the first character (a surname such as 单 is
    read shàn or dān) one of each.
    """
    shown = match_key(text)
    if not shown:
        return ""
    # What has no pinyin (letters, digits, rare characters) is found by itself, character by character.
    readings = pypinyin.pinyin(shown, style=pypinyin.Style.NORMAL, heteronym=True, errors=list)
    firsts = list(dict.fromkeys(readings[0]))[:MOST_READINGS]
    rest = [reading[0] for reading in readings[1:]]
    spellings = [[first, *rest] for first in firsts]
    keys = ["".join(part[0] for part in spelling) for spelling in spellings]
    keys += ["".join(spelling) for spelling in spellings]
    return " ".join(dict.fromkeys(key for key in keys if key))


def like_pattern(text: str, *, anywhere: bool = True) -> str:
    """Return a LIKE pattern (escape character ``\\``) that takes ``text`` literally."""
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%" if anywhere else f"{literal}%"
