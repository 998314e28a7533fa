"""What comes in about rosters on paper: a new sheet, and what is typed from one."""

from collections.abc import Iterable

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from reading.attendance.models import MOST_HEADS
from reading.forms import Choice, CreatingForm, LongText, WholeNumber
from reading.paper.rules import (
    MOST_BLANKS,
    Entry,
    Trouble,
    WalkIn,
    put_together,
    read_numbers,
    read_walk_ins,
)
from reading.people.models import NAME_LENGTH
from reading.text import forbidden_character

MOST_TOLD = 5
ROSTER, BLANK = "roster", "blank"


class SheetForm(CreatingForm):
    """A new sheet to print."""

    what = Choice(
        _l("What stands on it"),
        choices=[SelectChoice(ROSTER, _l("The roster")), SelectChoice(BLANK, _l("Blank lines only"))],
        wrong=_l("Choose what stands on the sheet."),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.RadioInput(),
    )
    blanks = WholeNumber(_l("Blank lines for walk-ins"), least=0, most=MOST_BLANKS)

    @property
    def with_names(self) -> bool:
        """Whether the roster stands on it."""
        return self.what.data != BLANK

    @property
    def blank_lines(self) -> int:
        """How many blank lines were asked for."""
        return self.blanks.data or 0


class EntryForm(CreatingForm):
    """What stands on a sheet, typed in; ``named`` lines carry printed names, lines run up to ``last``."""

    numbers = LongText(_l("Numbers of those who came"), longest=1000)
    walk_ins = LongText(_l("Walk-ins"), longest=4000)
    heads = WholeNumber(_l("Headcount in the hall"), least=0, most=MOST_HEADS)
    step = wtforms.StringField()

    named: int
    last: int

    def on_sheet(self, named: int, last: int) -> "EntryForm":
        """Return the form, told how many lines the sheet has."""
        self.named, self.last = named, last
        self._entry = Entry({})
        return self

    def validate_numbers(self, field: wtforms.Field) -> None:
        if field.errors:
            return
        statuses, troubles = read_numbers(field.data or "", self.last)
        walk_ins, _unread = read_walk_ins(self.walk_ins.data or "", self.named, self.last)
        self._entry, torn = put_together(statuses, walk_ins, self.named)
        self._tell(field, [*troubles, *torn])
        if self._entry.is_empty and not (field.errors or self.heads.typed):
            field.errors.append(_("Type the numbers of those who came, a walk-in's name, or the headcount."))

    def validate_walk_ins(self, field: wtforms.Field) -> None:
        if field.errors:
            return
        walk_ins, troubles = read_walk_ins(field.data or "", self.named, self.last)
        self._tell(field, troubles)
        self._check_names(field, walk_ins)

    def _check_names(self, field: wtforms.Field, walk_ins: Iterable[WalkIn]) -> None:
        for one in walk_ins:
            if len(one.name) > NAME_LENGTH or forbidden_character(one.name):
                field.errors.append(_("A name has at most %(num)d characters.", num=NAME_LENGTH))
                return

    def _tell(self, field: wtforms.Field, troubles: Iterable[Trouble]) -> None:
        said = dict.fromkeys(in_words(one, self.named, self.last) for one in troubles)
        field.errors.extend(list(said)[:MOST_TOLD])

    def entry(self) -> Entry:
        """Return what was typed; only after the form was found valid."""
        return Entry(self._entry.lines, self._entry.walk_ins, self.heads.data)

    def trouble(self, found: Trouble) -> None:
        """Tell at the walk-ins what only the database knew."""
        self.walk_ins.errors = [*self.walk_ins.errors, in_words(found, self.named, self.last)]


def in_words(trouble: Trouble, named: int, last: int) -> str:
    """Return the sentence for what cannot be meant."""
    piece, line = trouble.piece, trouble.line
    blank = _("the blank lines are %(first)d to %(last)d", first=named + 1, last=last)
    if named == last:
        blank = _("there are no blank lines")
    return {
        "gap": lambda: _("“%(piece)s”: there is no number between the two commas.", piece=piece),
        "backwards": lambda: _("“%(piece)s” runs backwards. Write the smaller number first.", piece=piece),
        "no_line": lambda: _(
            "“%(piece)s”: this sheet has no line %(line)d, only 1 to %(last)d.",
            piece=piece, line=line, last=last,
        ),
        "twice": lambda: _("Line %(line)d stands twice, with different marks.", line=line),
        "letter_alone": lambda: _("“%(piece)s” stands alone. Write it right after its number.", piece=piece),
        "unknown_letter": lambda: _(
            "“%(piece)s”: after a number only l or 迟 (late) and x or 假 (excused) mean something.",
            piece=piece,
        ),
        "unreadable": lambda: _("“%(piece)s” could not be read. Write numbers such as 1-7 9 12.", piece=piece),
        "blank_line": lambda: _(
            "Line %(line)d is a blank line. Write it with its name among the walk-ins.", line=line
        ),
        "named_line": lambda: _(
            "“%(piece)s”: on line %(line)d stands a printed name; %(blank)s.",
            piece=piece, line=line, blank=blank,
        ),
        "no_name": lambda: _("Line %(line)d needs a name after its number.", line=line),
        "named_twice": lambda: _("Line %(line)d stands twice among the walk-ins.", line=line),
        "other_name": lambda: _(
            "Line %(line)d was entered before as %(name)s. Another name cannot take its place here.",
            line=line, name=piece,
        ),
    }[trouble.kind]()  # fmt: skip
