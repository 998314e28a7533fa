"""What stands in a page that is made for many, in the places of one reader's own name, token and address.

A template reaches who is signed in by more ways than the values it is given (a macro of another file sees the app's
globals). So while such a page is made, nobody in particular is signed in, whoever asks, and the token and the address
are marks too.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import g
from markupsafe import Markup

# Characters for private use stand in no template and no place's name.
BEGINS, ENDS = "\ue000", "\ue001"
ANYONE = "anyone"


@cache
def mark(name: str) -> Markup:
    """Return what stands in the place of what is called ``name``."""
    return Markup(f"{BEGINS}{name}{ENDS}")


NAME, TOKEN, HERE = mark("account name"), mark("form token"), mark("own address")


class Anyone:
    """Any resident who is signed in, as the frame of a page sees them; the name is a mark."""

    id, name = uuid.UUID(int=0), NAME
    is_authenticated, is_staff, reset_at = True, False, None
    roles: tuple[()] = ()


@contextmanager
def signed_in() -> Iterator[None]:
    """Let anyone be signed in, and no one in particular, while a page is made for many."""
    held = g.get("_login_user")
    g._login_user = Anyone()
    setattr(g, ANYONE, True)
    try:
        yield
    finally:
        g._login_user = held
        g.pop(ANYONE)


def is_signed_in() -> bool:
    """Tell whether a page is being made for many."""
    return ANYONE in g
