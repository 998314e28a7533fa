"""The table of the city tree."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime, binary_string
from reading.extensions import Model

LEVELS = ("city", "township", "community", "compound", "building", "unit")
CODE_LENGTH = 40
Code = String(CODE_LENGTH)


class Community(Model):
    """A node of the city tree.

    ``path`` holds the codes from the city down to the node, each followed by a slash
    (``/410581/410581001/``): a subtree is a range of it. ``name`` is the official name as imported;
    ``short_name`` what people say. ``keys`` is what one may type to find it (see ``text.pinyin_keys``).
    ``closed_at``: since when it is no more, with all that lies in it; what happened there stays.
    """

    __tablename__ = "communities"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS}", name="level_known"),
        CheckConstraint("(level = 'city') = (parent_code IS NULL)", name="only_cities_are_roots"),
        Index("ix_communities_path", "path", unique=True),
        Index("ix_communities_parent_code", "parent_code"),
    )

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(Code, ForeignKey("communities.code"))
    level: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(binary_string(260))
    keys: Mapped[str] = mapped_column(String(600))
    sort_key: Mapped[str] = mapped_column(binary_string(300))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    parent: Mapped["Community | None"] = relationship(remote_side=[code])
