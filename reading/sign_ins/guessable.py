"""The passwords that are tried first: lists that ship, read when the first password is chosen.

``common-passwords.txt``: the breached passwords of 8 characters and more among those that Django (BSD) and zxcvbn
(MIT) ship, folded. ``common-words.txt``: what people put digits behind: the shorter ones of those, and the words of
a Chinese county town and of this program.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

LISTS = ("common-passwords.txt", "common-words.txt")
DATA = Path(__file__).with_name("data")
# What is put before or behind a word: anything but letters.
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
IN_A_ROW = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
MOST_REPEATED = 2
# Digits alone, strung together from numbers that people love or call, and from runs of one digit.
LOVED = re.compile(r"(?:520|521|1314|168|518|110|119|120|159|357|([0-9])\1+)+", re.ASCII)


def folded(password: str) -> str:
    """Return the form in which passwords are compared: no case, no width."""
    return unicodedata.normalize("NFKC", password).casefold()


def word_of(password: str) -> str:
    """Return what is left of a folded password without the digits and signs before and behind it."""
    return EDGES.sub("", password)


def is_common(password: str) -> bool:
    """Tell whether a password is among the first that are tried, whoever's it is."""
    plain = folded(password)
    word = word_of(plain)
    return (
        _stands_in(plain, LISTS[0])
        or any(_stands_in(one, name) for one in (word, _half(word)) if one for name in LISTS)
        or _is_row(plain)
        or _is_repeated(plain)
        or bool(DATE.fullmatch(plain) or LOVED.fullmatch(plain))
    )


def _stands_in(text: str, name: str) -> bool:
    # One text, searched: a set of these lines would take ten times the memory, in every worker.
    return "\n" not in text and f"\n{text}\n" in _lines(name)


@cache
def _lines(name: str) -> str:
    return "\n" + (DATA / name).read_text(encoding="utf-8")


def _half(word: str) -> str:
    """Return the word that is written twice in this one, if one is."""
    half = word[: len(word) // 2]
    return half if half * 2 == word else ""


def _is_row(plain: str) -> bool:
    return any(plain in row or plain[::-1] in row for row in IN_A_ROW)


def _is_repeated(plain: str) -> bool:
    return any(plain == (plain[:length] * len(plain))[: len(plain)] for length in range(1, MOST_REPEATED + 1))
