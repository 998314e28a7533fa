"""Which titles are no titles: what fingers leave on a keyboard when a field must not stay empty.

The rule is made to overlook rather than to accuse: 1984, 活着, ABC and Q版三国 pass. A title it does name is still
saved and counts; it only comes before a librarian.
"""

import re
import unicodedata

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv")
SHORTEST_RUN, SHORTEST_MASH = 3, 4
# "哈哈哈" and "喵喵喵" are picture books; nobody's title is four times the same character.
MOST_ALIKE, MOST_ALIKE_PLAIN = 3, 2
SHORTEST_WITHOUT_VOWELS, LONGEST_ABBREVIATION = 5, 6
NO_TITLES = frozenset(
    {"test", "testing", "tset", "测试", "测试测试", "不知道书名", "没有书名", "无书名", "书名"}
)
# What a Chinese keyboard makes of asdf and its neighbours.
MASHED_PINYIN = ("阿斯顿发", "阿斯顿法", "啊实打实", "啊手动阀", "啊是大")
# Paul Auster's novel.
TITLES_ALL_THE_SAME = frozenset({"4321"})
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+", re.ASCII)
_REPEATED_DIGITS = re.compile(r"(\d{1,3})\1+", re.ASCII)


def is_no_title(title: str) -> bool:
    """Tell whether a title, as typed, can hardly be the name of a book."""
    plain = unicodedata.normalize("NFKC", title)
    core = "".join(char for char in plain.casefold() if char.isalnum())
    if not core or core in TITLES_ALL_THE_SAME:
        return not core
    return (
        core in NO_TITLES
        or core.startswith(MASHED_PINYIN)
        or _all_alike(core)
        or _along_the_keys(core)
        or _unspeakable(plain)
        or (len(core) >= 6 and _REPEATED_DIGITS.fullmatch(core) is not None)
    )


def _all_alike(core: str) -> bool:
    """Whether it is one character again and again, or a single digit."""
    if len(core) == 1:
        return core.isdigit()
    most = MOST_ALIKE_PLAIN if core.isascii() else MOST_ALIKE
    return len(set(core)) == 1 and len(core) > most


def _along_the_keys(core: str) -> bool:
    """Whether all of it falls into runs along a row of keys, either way: asdf, qweqwe, 54321, 1q2w3e4r."""
    if len(core) < SHORTEST_MASH or not core.isascii():
        return False
    if core[::2] in ROWS[0] and core[1::2] in "".join(ROWS[1:]) and len(core) >= 2 * SHORTEST_RUN:
        return True
    reached = {0}
    for end in range(SHORTEST_RUN, len(core) + 1):
        if any(_is_run(core[start:end]) for start in reached if end - start >= SHORTEST_RUN):
            reached.add(end)
    return len(core) in reached


def _is_run(part: str) -> bool:
    return any(part in row or part[::-1] in row for row in ROWS)


def _unspeakable(plain: str) -> bool:
    """Whether it is one Latin word that has no vowel, and no abbreviation in capitals."""
    word = plain.strip()
    if len(word) < SHORTEST_WITHOUT_VOWELS or (word.isupper() and len(word) <= LONGEST_ABBREVIATION):
        return False
    return _CONSONANTS.fullmatch(word.casefold()) is not None
