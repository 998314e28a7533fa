"""What makes two books one: the numbers printed on them, and their title and author."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from stdnum import isbn as isbn_standard
from stdnum.exceptions import InvalidChecksum, ValidationError

from reading.text import forbidden_character, match_key, squeezed, with_plain_digits

# Marks a text for the catalogue; whoever shows it translates it, as rules know no language.
N_ = str

SHELVES = ("classics", "fiction", "children", "farming", "health", "local")
EARLIEST_YEAR, LATEST_YEAR = 1000, 2100
MOST_PAGES = 20000
MATCH_KEY_LENGTH = 400
DIGEST_LENGTH = 64

# 统一书号, 1956 to 1986: a class of 1 to 17, the publisher's three digits, a point, the book's own number.
UNIFIED_NUMBER = re.compile(r"((?:1[0-7]|[1-9])[0-9]{3})[·.-]([0-9]{1,5})")
POINTS = str.maketrans(dict.fromkeys("•・‧∙⋅．", "·"))
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
LABEL = re.compile(r"(ISBN(-?1[03])?|统一书号|书号)[:\s]*", re.IGNORECASE)
# What a catalogue adds to the title of a work in several volumes, and a reader leaves out.
ALL_VOLUMES = re.compile(r"[（(]全[0-9一二两三四五六七八九十]{1,3}[册卷本][）)]$")
ISBN_CHARACTERS = re.compile(r"[0-9]+X?")


class BadNumber(ValueError):
    """Not the number of a book; the message is an English text of the catalogue."""


class NotANumber(BadNumber):
    """Something other than digits stands in it."""


class WrongLength(BadNumber):
    """Neither 10 nor 13 digits."""


class WrongCheckDigit(BadNumber):
    """The last digit does not follow from the others: one was misread."""


class NotABook(BadNumber):
    """A sound bar code, of something that is not a book."""


@dataclass(frozen=True)
class Number:
    """A book's number: an ISBN-13 without hyphens, or a 统一书号 such as ``10019·1234``."""

    isbn: str | None = None
    unified_number: str | None = None


NO_NUMBER = Number()


@dataclass(frozen=True)
class Details:
    """What a catalogue entry says of its book."""

    title: str
    author: str = ""
    number: Number = NO_NUMBER
    publisher: str = ""
    year: int | None = None
    pages: int | None = None
    shelf: str = ""


def read_number(text: str) -> Number:
    """Return the number written in ``text``: an ISBN-10 or -13 or a 统一书号, in any usual spelling.

    Full-width digits, hyphens, spaces and a leading "ISBN" are accepted. Raises a :class:`BadNumber`.
    """
    plain = with_plain_digits(text).translate(HYPHENS).translate(POINTS).replace("Ｘ", "X").strip()
    plain = LABEL.sub("", plain, count=1) if LABEL.match(plain) else plain
    unified = UNIFIED_NUMBER.fullmatch(re.sub(r"\s", "", plain))
    if unified:
        return Number(unified_number=f"{unified[1]}·{unified[2]}")
    digits = re.sub(r"[\s-]", "", plain).upper()
    if not ISBN_CHARACTERS.fullmatch(digits):
        raise NotANumber(N_("Write the ISBN in digits, as it stands above the bar code on the back."))
    if len(digits) not in (10, 13):
        raise WrongLength(N_("An ISBN has 13 digits, in older books 10. Please count them again."))
    try:
        return Number(isbn=isbn_standard.to_isbn13(isbn_standard.validate(digits)))
    except InvalidChecksum:
        raise WrongCheckDigit(
            N_("The last digit of this ISBN does not fit the others. Please compare it with the book.")
        ) from None
    except ValidationError:
        raise NotABook(N_("This is a bar code, but not a book's: an ISBN begins with 978 or 979.")) from None


def plain_title(text: str) -> str:
    """Return the title without the 《》 that people write around it."""
    title = squeezed(text)
    inside = title[1:-1].strip()
    wrapped = title.startswith("《") and title.endswith("》") and not {"《", "》"} & set(inside)
    return inside if wrapped and inside else title


def title_key(title: str) -> str:
    """Return what two spellings of a title share: no punctuation, no （全二册）; an emoji alone stays itself."""
    return (
        match_key(ALL_VOLUMES.sub("", title))
        or match_key(title)
        or unicodedata.normalize("NFKC", title).casefold()
    )


def book_key(title: str, author: str) -> str:
    """Return what two spellings of one book share: at most 400 characters, ``title/author`` folded."""
    key = f"{title_key(title)}/{match_key(author)}"
    if len(key) <= MATCH_KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return key[: MATCH_KEY_LENGTH - DIGEST_LENGTH] + digest


def read_row(row: Mapping[str, str], longest: Mapping[str, int]) -> tuple[Details | None, list[str]]:
    """Return what a row of an import says of a book, or None and what is wrong with it.

    ``row`` holds title, author, publisher, year, pages, isbn (or a 统一书号) and shelf; ``longest`` how many
    characters a column may have.
    """
    problems = [f"{name} is longer than {most}" for name, most in longest.items() if len(row[name]) > most]
    problems += [f"{name} holds a control character" for name in row if forbidden_character(row[name])]
    if not plain_title(row["title"]):
        problems.append("title is missing")
    if row["shelf"] and row["shelf"] not in SHELVES:
        problems.append(f"there is no shelf {row['shelf']!r}; there are {', '.join(SHELVES)}")
    year = _number_between(row, "year", EARLIEST_YEAR, LATEST_YEAR, problems)
    pages = _number_between(row, "pages", 1, MOST_PAGES, problems)
    number = NO_NUMBER
    try:
        number = read_number(row["isbn"]) if row["isbn"] else NO_NUMBER
    except BadNumber as error:
        problems.append(f"isbn {row['isbn']!r}: {error}")
    if problems:
        return None, problems
    title, author, publisher = plain_title(row["title"]), squeezed(row["author"]), squeezed(row["publisher"])
    return Details(title, author, number, publisher, year, pages, row["shelf"]), []


def _number_between(
    row: Mapping[str, str], name: str, least: int, most: int, problems: list[str]
) -> int | None:
    text = with_plain_digits(row[name])
    if not text:
        return None
    if re.fullmatch("[0-9]{1,9}", text) and least <= int(text) <= most:
        return int(text)
    problems.append(f"{name} {row[name]!r} is no whole number from {least} to {most}")
    return None
