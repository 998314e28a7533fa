"""The face of a card: what is printed on it."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reading.cards.models import Card
from reading.cards.queries import signing_key
from reading.cards.rules import code_in_groups, qr_text
from reading.late import Late
from reading.people.models import Resident
from reading.people.rules import masked

segno: Any = Late("segno")
# A quarter of the squares may be worn off and the code still reads; at 41 signs that takes 29 × 29 squares.
CORRECTION = "q"
QUIET_SQUARES = 4


@dataclass(frozen=True)
class Face:
    """A card as it is shown and printed: ``qr`` as SVG, the short code in groups, the name masked."""

    card: Card
    resident: Resident
    qr: Markup

    @property
    def name(self) -> str:
        """The holder's name as a notice board would mask it."""
        return masked(self.resident.name)

    @property
    def code(self) -> str:
        """The short code as it is read aloud."""
        return code_in_groups(self.card.code)


def face_of(card: Card, resident: Resident) -> Face:
    """Return the face of a resident's card."""
    code = segno.make(qr_text(card.id, signing_key()), error=CORRECTION, micro=False)
    return Face(card, resident, Markup(code.svg_inline(omitsize=True, border=QUIET_SQUARES, light="#fff")))
