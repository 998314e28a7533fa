"""Fields and pieces of forms that ask about people: a phone number, a password, where somebody lives.

Later features build their own forms from them.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Self

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading.communities.models import Community
from reading.forms import Choice, CityDate, Form, Text, Ticks, parse_uuid
from reading.people.models import NICKNAME_LENGTH, Resident
from reading.people.rules import (
    DAYS_BACK,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Namesake,
    Newcomer,
    gives_away,
    normal_phone,
    seen_of_phone,
)
from reading.text import match_key

LONGEST_PHONE = 30
LONGEST_PLACE = 60
# No name holds it: a line of text holds no tab.
BETWEEN_QUESTIONS = "\t"


class Radios(Choice):
    """One of a few, all in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.RadioInput()


class Password(wtforms.PasswordField):
    """A password as typed, any characters; a new one is 8 to 128 characters long."""

    def __init__(self, label: Any, *, new: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.new = new

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        length = len(self.data or "")
        if self.new and length < SHORTEST_PASSWORD:
            raise ValidationError(_("A password has at least %(least)d characters.", least=SHORTEST_PASSWORD))
        if self.new and length > LONGEST_PASSWORD:
            raise ValidationError(_("A password has at most %(most)d characters.", most=LONGEST_PASSWORD))


class AnyPhone(Text):
    """A phone number as it was typed, be it one or not."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, longest=LONGEST_PHONE, **kwargs)

    def tidied(self, text: str) -> str:
        return super().tidied(seen_of_phone(text))


class Phone(AnyPhone):
    """A mainland mobile number; ``number`` is its eleven digits."""

    @property
    def number(self) -> str | None:
        """The number as it is kept, None when there is none."""
        return normal_phone(self.data or "")

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        super().pre_validate(form)
        if self.data and not self.number:
            raise ValidationError(_("Write a mobile number of 11 digits."))


class Place(Text):
    """Where somebody lives: a code, or a name as typed. The view looks up what is meant: :meth:`settle`.

    The page may show radios and a line to type in, both under this name: the last one filled counts.
    """

    def __init__(self, label: Any, **kwargs: Any) -> None:
        told = {"needed": _l("Say which place it is."), **kwargs}
        super().__init__(label, longest=LONGEST_PLACE, **told)
        self.errors: Sequence[str]
        self.node: Community | None = None
        self.candidates: list[Community] = []
        self.is_short_list = False

    def show_all(self, nodes: Sequence[Community]) -> None:
        """Offer these places alone, as radios; a single one is chosen already."""
        self.candidates, self.is_short_list = list(nodes), True
        if len(nodes) == 1 and not self.data:
            self.data = nodes[0].code

    def process_formdata(self, valuelist: list[str]) -> None:
        filled = [value for value in valuelist if value.strip()]
        super().process_formdata(filled[-1:])

    def settle(self, found: Sequence[Community]) -> bool:
        """Take the one place that was found; else show the candidates, or say that there is none."""
        if len(found) == 1 and not self.errors:
            self.node = found[0]
        if self.node or self.errors:
            return not self.errors
        if not self.is_short_list:
            self.candidates = list(found)
        several = _("Several places have this name. Which one do you mean?")
        none = _("There is no such place. Write fewer characters, or choose by township.")
        self.errors = [several if found else none]
        return False


class PlaceForm(Form):
    """A form that asks for a place."""

    community = Place(_l("Village or neighbourhood"), needed=_l("Say where you live."))

    @property
    def home_code(self) -> str:
        """The code of the place; only after the form was found valid."""
        return self.community.node.code if self.community.node else ""


class WhoForm(Form):
    """Says who somebody known by name only is: a resident, or nobody known where ``resident`` is empty."""

    resident = wtforms.HiddenField()

    @property
    def resident_id(self) -> uuid.UUID | None:
        """The resident's id, None for nobody known; only after the form was found valid."""
        return parse_uuid(self.resident.data)

    def validate_resident(self, field: wtforms.Field) -> None:
        if field.data and parse_uuid(field.data) is None:
            raise ValidationError(_("Say who."))


class SureForm(Form):
    """Asks once whether somebody is somebody else than who bears the same name, as the page was sent back with."""

    sure = wtforms.HiddenField()

    def was_asked(self, questions: Iterable[str]) -> set[str]:
        """Return which of these the page that was sent had asked; the next one asks them all.

        Each names whom it is about, so that no answer holds for anybody written afterwards.
        """
        now, before = list(questions), (self.sure.data or "").split(BETWEEN_QUESTIONS)
        self.sure.data = BETWEEN_QUESTIONS.join(now)
        return set(now).intersection(before)


class OthersForm(SureForm):
    """Staff write people down, and say by a tick that they are others than who bears their names already.

    The tick holds for those whom the page showed beside it.
    """

    another = Ticks(_l("This is another person of the same name"))
    namesakes: Sequence[Namesake] = ()
    repeated: Sequence[str] = ()

    def told_apart(self, people: Sequence[Newcomer], namesakes: Sequence[Namesake]) -> bool:
        """Tell whether it is sure that none of these people is another of them, or one of those enrolled.

        Of whom that was not said yet are ``namesakes``; which names were written more than once, ``repeated``.
        """
        standing = {f"{_told_of(one.name, people)} {one.id}": one for one in namesakes}
        twice = {_told_of(name, people): name for name in _repeated(people)}
        asked = self.was_asked([*standing, *twice])
        answered = asked if self.another.data else set()
        self.namesakes = [one for question, one in standing.items() if question not in answered]
        self.repeated = [name for question, name in twice.items() if question not in answered]
        if self.namesakes or self.repeated:
            self.another.data = False
            self.another.errors = list(self._questions())
        return not self.another.errors

    def _questions(self) -> Iterator[str]:
        if self.namesakes:
            yield _("Somebody of this name is enrolled here. Is it the same person?")
        for name in self.repeated:
            yield _("%(name)s stands on this form more than once. Is it the same person?", name=name)


def _repeated(people: Iterable[Newcomer]) -> list[str]:
    """Return the names that several of these people bear, each once."""
    called: dict[str, list[str]] = {}
    for one in people:
        called.setdefault(match_key(one.name), []).append(one.name)
    return [names[0] for names in called.values() if len(names) > 1]


def _told_of(name: str, people: Iterable[Newcomer]) -> str:
    """Return what was written of those of this name, whom a question is about."""
    called = (one for one in people if match_key(one.name) == match_key(name))
    return " ".join(f"{one.name} {one.born_on}" for one in called)


class ShownForm(Form):
    """How somebody stands on boards."""

    show_as = Radios(
        _l("How others see me on the boards"), wrong=_l("Choose one of these."), default="hidden"
    )
    nickname = Text(_l("Nickname"), longest=NICKNAME_LENGTH)

    def offer(self, resident: Resident | None = None, is_minor: bool = False) -> Self:
        """Offer what this person may choose; a minor is never shown by name."""
        self.is_minor = is_minor
        number = resident.child_number if resident else None
        self.numbered = number is not None
        young = _("As “Young reader %(number)s”, without a name", number=number)
        options = [
            SelectChoice("nickname", young if self.numbered else _("By a nickname")),
            SelectChoice("masked", _("By the name, masked: 张*三")),
            SelectChoice("hidden", _("Not at all")),
        ]
        self.show_as.choices = [one for one in options if not (is_minor and one.value == "masked")]
        self.real_name = resident.name if resident else ""
        return self

    def shown(self) -> dict[str, str]:
        """Return the choice as ``actions.set_shown`` takes it."""
        return {"show_as": self.show_as.data, "nickname": self.nickname.data or ""}

    def validate_nickname(self, field: Text) -> None:
        if self.show_as.data == "nickname" and not self.numbered and not field.data:
            raise ValidationError(_("Write the nickname that others may see."))
        if field.data and self.is_minor and gives_away(field.data, self.real_name):
            raise ValidationError(_("A child's nickname must not hold the real name."))


AGREEMENT = _l("I agree that my reading is recorded for the reading program")


class TakePartForm(PlaceForm, ShownForm):
    """Taking part: where one lives, and how one is shown."""

    agree = Ticks(AGREEMENT)

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Without this consent nothing can be recorded for you."))

    def chosen(self) -> dict[str, str]:
        """Return the content as ``actions.take_part`` takes it."""
        return {"home_code": self.home_code, **self.shown()}


class MoversForm(PlaceForm):
    """Moving house: who, where to, from which day."""

    who = wtforms.SelectMultipleField(
        _l("Who moves?"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validate_choice=False,
    )
    community = Place(_l("New home"), needed=_l("Say where you live."))
    since = CityDate(_l("From which day?"), needed=_l("Write the day of the move."))

    def offer(self, people: Sequence[Resident], today: date) -> Self:
        """Offer the people who may move."""
        self.today = today
        self.who.choices = [SelectChoice(str(one.id), one.name) for one in people]
        self.known = {str(one.id) for one in people}
        return self

    def validate_who(self, field: wtforms.SelectMultipleField) -> None:
        if not field.data or not self.known.issuperset(field.data):
            raise ValidationError(_("Choose who moves."))

    def validate_since(self, field: CityDate) -> None:
        if field.data and not self.today - timedelta(days=DAYS_BACK) <= field.data <= self.today:
            raise ValidationError(
                _("The day of the move is today or up to %(days)d days ago.", days=DAYS_BACK)
            )
