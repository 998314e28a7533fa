"""What comes in with a card."""

from flask_babel import lazy_gettext as _l

from reading.forms import CreatingForm, Text

# Longer than any card's code: a code with something stuck to it is told as no card, not as too long.
LONGEST_CODE = 200


class CardForm(CreatingForm):
    """Somebody came with this card; ``card`` is what its QR says, or the short code on it."""

    card = Text(_l("Number of the card"), longest=LONGEST_CODE, needed=_l("Type the number of the card."))
