"""What is said after a record was saved."""

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from reading import clock
from reading.logbook.actions import Saved


def say_saved(saved: Saved, of_other: str | None = None) -> None:
    """Say what was kept: to its reader with what it brought, to whoever wrote it for somebody (``of_other``: their
    name) with whose it is; and whether a librarian will look at it."""
    flash(*_words_of(saved, of_other))
    if saved.standing == "waiting":
        flash(_("A librarian of your community will look at this record. It counts meanwhile."), "notice")


def _words_of(saved: Saved, of_other: str | None) -> tuple[str, str]:
    """Return what is said after saving, and its kind."""
    title = saved.title
    if saved.is_removed:
        return _("This record was saved before, and has been removed since."), "notice"
    if of_other is not None:
        return _("Saved for %(name)s: %(title)s.", name=of_other, title=title), "success"
    if not saved.points:
        return _("Saved: %(title)s.", title=title), "success"
    words = _points_of_today if saved.read_on == clock.today() else _points_of_that_day
    return words(saved.points, title), "success"


def _points_of_today(points: int, title: str) -> str:
    return ngettext(
        "Saved: %(title)s. Today has brought %(num)d point.",
        "Saved: %(title)s. Today has brought %(num)d points.",
        points,
        title=title,
    )


def _points_of_that_day(points: int, title: str) -> str:
    return ngettext(
        "Saved: %(title)s. That day has brought %(num)d point.",
        "Saved: %(title)s. That day has brought %(num)d points.",
        points,
        title=title,
    )
