"""Files about lists handed in."""

from collections.abc import Sequence

from flask_babel import gettext as _

from reading.imports.judging import Wrong
from reading.imports.models import RosterImport
from reading.imports.words import in_words
from reading.tables import Table


def refused_lines(kept: RosterImport, refused: Sequence[Wrong]) -> Table:
    """Return the lines that were refused under the list's own headings, so that they can be handed in again."""
    rows = [
        [wrong.line, _("; ").join(in_words(told) for told in wrong.told)]
        + [wrong.cells.get(column, "") for column in kept.told]
        for wrong in refused
    ]
    return Table(_("Lines not taken"), [_("Line"), _("Why"), *kept.told.values()], rows)
