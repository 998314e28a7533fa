"""What somebody sent, kept in the page that tells it could not be saved: one tap sends it again, as it was.

Where its writer has to sign in first it travels along, sealed: nobody can change it, and it opens for nobody else.
"""

import uuid
from dataclasses import dataclass
from typing import Self

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from reading import keys
from reading.paths import here

# Never written into a page, not even into one of whoever typed it: these are typed again.
SECRET_FIELDS = frozenset({"password", "present"})
# In characters: it must come in again with the sign-in (MAX_CONTENT_LENGTH).
MOST_SEALED, SEALED_FOR_SECONDS = 200_000, 24 * 60 * 60


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, every field in its order, and which secrets are to be typed again."""

    action: str
    fields: tuple[tuple[str, str], ...]
    secrets: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """What a person wrote in their own words; numbers, choices and ids say little without their labels."""
        return [value for _name, value in self.fields if _is_written(value)]

    def sealed(self, owner: uuid.UUID) -> str | None:
        """Return it as a text that opens for this account alone; None for what is too long to go along in a page."""
        made = _seal(owner).dumps([self.action, self.fields, self.secrets])
        return made if len(made) <= MOST_SEALED else None

    @classmethod
    def opened(cls, text: str, owner: uuid.UUID) -> Self | None:
        """Return what was sealed for this account within a day; None for anything else."""
        try:
            action, fields, secrets = _seal(owner).loads(text, max_age=SEALED_FOR_SECONDS)
        except BadData:
            return None
        return cls(action, tuple((name, value) for name, value in fields), tuple(secrets))


def kept_form() -> Kept | None:
    """Return what the form of this request holds; None for what is no form, and for files, which no page can hold."""
    if request.method != "POST" or request.is_json or any(request.files.values()):
        return None
    sent = list(request.form.items(multi=True))
    fields = tuple((name, value) for name, value in sent if name not in SECRET_FIELDS)
    return Kept(here(), fields, tuple(name for name, _value in sent if name in SECRET_FIELDS))


def _seal(owner: uuid.UUID) -> URLSafeTimedSerializer:
    signing = [key.decode() for key in reversed(keys.every())]
    return URLSafeTimedSerializer(signing, salt=f"kept form of {owner}")


def _is_written(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return not value.isascii() or " " in value.strip()
    return False
