"""Pieces of pages that are made of what they are given and of nothing else, remembered by what they were given.

Half of a page's cost is making the same piece again: a day of the month card, a date in words. A piece that was made
of the same arguments in the same language is the same piece, however old it is: nothing here can be out of date.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup, escape

from reading import current
from reading.language import chosen_language
from reading.packing import Several, passing_part

T = TypeVar("T")
ENVIRONMENT = "pieces"
# A piece has some hundred bytes to a few thousand, and what it was made of some hundred more.
MOST = 1024


def init_app(app: Flask) -> None:
    """Let templates ask for a remembered piece: ``{{ piece("_parts.html", "day_cell", 10, …) }}``."""
    app.add_template_global(piece)
    # To ask the app for it takes longer than to find a piece.
    app.extensions[ENVIRONMENT] = app.jinja_env


def piece(template: str, macro: str, *args: Any) -> Markup:
    """Return what the macro gives for these arguments, each hashable, in the page's language.

    The macro may read nothing but its arguments: no value of the page, no moment, nobody signed in. Of what lies
    inside an argument, text is plain text: a ``Markup`` there would be taken for the same text unescaped.
    """
    app = current.app()
    made = _made.__wrapped__ if app.debug else _made
    return made(app.extensions[ENVIRONMENT], template, macro, chosen_language(), *args)


def made_anew(template: str, macro: str, *args: Any) -> Markup:
    """Return what the macro gives for these arguments, which may be anything: it is remembered nowhere."""
    environment = current.app().extensions[ENVIRONMENT]
    made: Markup = _made.__wrapped__(environment, template, macro, chosen_language(), *args)
    return made


def packed(template: str, macro: str, *args: Any, hole: str = "", text: str = "") -> Several:
    """Return a :func:`piece` of a kept page's own (``reading/holes.py``), packed; ``text`` comes into each ``hole``.

    So a piece that tells of somebody at one place is made once for all.
    """
    app = current.app()
    made = _packed.__wrapped__ if app.debug else _packed
    parts: Several = made(app.extensions[ENVIRONMENT], template, macro, chosen_language(), hole, *args)
    if not hole:
        return parts
    first, *others = parts
    return Several((first, *(one for other in others for one in (escape(text), other))))


def remembered(make: Callable[..., T]) -> Callable[..., T]:
    """Let what is made of several pieces be remembered as they are: of the same arguments, in the page's language."""
    made = lru_cache(MOST)(lambda _language, *args: make(*args))

    @wraps(make)
    def found(*args: Any) -> T:
        return make(*args) if current.app().debug else made(chosen_language(), *args)

    return found


# Typed, since ``Markup("<b>")`` equals the text it is made of, and 1 equals True.
@lru_cache(maxsize=MOST, typed=True)
def _made(environment: Environment, template: str, macro: str, language: str, *args: Any) -> Markup:
    return Markup(getattr(environment.get_template(template).module, macro)(*args))


@lru_cache(maxsize=MOST, typed=True)
def _packed(
    environment: Environment, template: str, macro: str, language: str, hole: str, *args: Any
) -> Several:
    """Return the piece, or what stands between its holes."""
    made = _made.__wrapped__(environment, template, macro, language, *args)
    return Several(passing_part(one.encode()) for one in (made.split(hole) if hole else [made]))
