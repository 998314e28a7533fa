"""Passwords: kept as Argon2id hashes whose cost the settings fix."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

# No letters or digits that are mistaken for each other when read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
DRAWN_LENGTH = 12


def hash_of(password: str) -> str:
    """Return the hash to keep."""
    return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether ``password`` is the one behind the hash.

    Without a hash (nobody has that phone) one is checked all the same, so that both answers take as long.
    """
    hasher = _hasher()
    try:
        hasher.verify(kept or _nobodys(hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether the hash was made at another cost than the settings ask for now."""
    return _hasher().check_needs_rehash(kept)


def drawn() -> str:
    """Return a new password, easy to read out and type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(DRAWN_LENGTH))


def _hasher() -> PasswordHasher:
    return _hasher_at(
        current_app.config["PASSWORD_HASH_ROUNDS"], current_app.config["PASSWORD_HASH_MEMORY_KIB"]
    )


@lru_cache(maxsize=4)
def _hasher_at(rounds: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1, type=Type.ID)


@lru_cache(maxsize=4)
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe())
