"""What is wrong with a list, in the reader's language."""

from flask_babel import gettext as _

from reading.people.list_rules import Told


def in_words(told: Told) -> str:
    """Return the sentence in the language of the page."""
    return str(_(told.text, **told.values))
