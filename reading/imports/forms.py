"""What comes in about lists of residents: the file, and the word that everybody on it agreed."""

from collections.abc import Sequence

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from reading.communities.models import Community
from reading.forms import CreatingForm, Form, Ticks
from reading.imports.rules import GB18030, UTF_8
from reading.imports.uploads import MOST_BYTES
from reading.people.fields import Place, PlaceForm, Radios

ENCODING_NAMES = [
    SelectChoice(UTF_8, "UTF-8"),
    SelectChoice(GB18030, _l("GB18030 (GBK), as Excel saves CSV")),
]


class UploadForm(CreatingForm, PlaceForm):
    """A list of residents, and the place they live in."""

    community = Place(_l("Where do they live?"))
    file = wtforms.FileField(_l("The list: XLSX or CSV"))
    encoding = Radios(
        _l("Characters of a CSV file"),
        choices=[SelectChoice("", _l("As the file says")), *ENCODING_NAMES],
        wrong=_l("Choose one of these."),
        default="",
    )

    def offer(self, places: Sequence[Community], few: int) -> None:
        """Offer all the places there are, where they are few; who has one top among them has it chosen."""
        if not 0 < len(places) <= few:
            return
        self.community.show_all(places)
        if not self.community.data and all(one.path.startswith(places[0].path) for one in places):
            self.community.data = places[0].code

    def validate_file(self, field: wtforms.FileField) -> None:
        # The name a file comes with is of no account: what it is, its bytes say.
        sent = field.data
        self.content = sent.read(MOST_BYTES + 1) if isinstance(sent, FileStorage) else b""
        if not self.content:
            raise ValidationError(_("Choose the file with the list."))


class EncodingForm(Form):
    """How a CSV file is to be read."""

    encoding = Radios(
        _l("Characters of a CSV file"), choices=ENCODING_NAMES, wrong=_l("Choose one of these.")
    )


class ConfirmForm(Form):
    """The word of whoever hands the list in."""

    agree = Ticks(_l("I explained the reading program to the people on this list; each of them agreed"))

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Nobody is enrolled without having agreed."))
