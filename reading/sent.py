"""What somebody sent, kept in the page that tells it could not be saved: one tap sends it again, as it was."""

import uuid
from dataclasses import dataclass

from flask import request

from reading.paths import here

# Never written into a page, not even into one of whoever typed it: these are typed again.
SECRET_FIELDS = frozenset({"password", "present"})


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


def kept_form() -> Kept | None:
    """Return what the form of this request holds; None for what is no form, and for files, which no page can hold."""
    if request.method != "POST" or request.is_json or any(request.files.values()):
        return None
    sent = list(request.form.items(multi=True))
    fields = tuple((name, value) for name, value in sent if name not in SECRET_FIELDS)
    return Kept(here(), fields, tuple(name for name, _value in sent if name in SECRET_FIELDS))


def _is_written(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return not value.isascii() or " " in value.strip()
    return False
