"""Forms of study groups."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from reading import clock
from reading.books.models import TITLE_LENGTH
from reading.events.rules import EventPlan, NewDate
from reading.forms import CityMinute, CreatingForm, Form, LongText, ResidentForm, Text, Ticks, parse_uuid
from reading.groups.models import ABOUT_LENGTH, NAME_LENGTH, REASON_LENGTH, StudyGroup
from reading.meanwhile import ChangingForm
from reading.people.fields import Place, PlaceForm
from reading.people.models import NAME_LENGTH as PERSON_LENGTH
from reading.people.models import Resident

FIRST_YEAR, LAST_YEAR = 2000, 2100


class WordsForm(Form):
    """What a group is called and what it is about."""

    name = Text(
        _l("What the group is called"), longest=NAME_LENGTH, needed=_l("Say what the group is called.")
    )
    about = LongText(_l("About it"), longest=ABOUT_LENGTH)


class ChangedWordsForm(WordsForm, ChangingForm):
    """The same of a group that stands."""


class GroupForm(CreatingForm, WordsForm, PlaceForm):
    """A group to be started."""

    community = Place(_l("Where"))
    leader = Text(_l("Who leads it"), longest=PERSON_LENGTH, needed=_l("Say who leads the group."))
    leader_id = wtforms.HiddenField()
    possible: Sequence[Resident] = ()

    def settle_leader(
        self, possible: Sequence[Resident], out: Collection[uuid.UUID], *, sees_all: bool
    ) -> Resident | None:
        """Return the one who is meant; else None, the form offering who may be meant or saying that nobody is.

        Who is ``out`` of it, having withdrawn, is not offered; nor is a namesake taken for them without a question.
        Who ``sees_all`` of the community need not be told how somebody outside their reach is named.
        """
        chosen = [one for one in possible if one.id == parse_uuid(self.leader_id.data)]
        exact = [one for one in possible if one.name == self.leader.data]
        for found in (chosen, exact, possible):
            if len(found) == 1:
                return found[0]
        self.possible = [one for one in possible if one.id not in out]
        several = _("Several people may be meant. Which one leads the group?")
        none = _("Nobody of this name with an account of their own lives there.")
        if not sees_all:
            none = _("Nobody of this name with an account of their own lives in your own area. Whoever lives elsewhere "
                     "in this community is named by the whole phone number.")  # fmt: skip
        self.leader.errors = [several if self.possible else none]
        return None


class MemberForm(ResidentForm):
    """Somebody of the household joins."""


class SpokenForm(CreatingForm):
    """Somebody without a phone, who has said yes."""

    name = Text(_l("Name"), longest=PERSON_LENGTH, needed=_l("Write the name."))
    resident = wtforms.HiddenField()
    agree = Ticks(_l("I asked this person; they want to belong to the group"))
    possible: Sequence[Resident] = ()

    def validate_agree(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("Nobody is written in who did not say yes."))

    def settle(self, possible: Sequence[Resident], *, may_choose: bool) -> Resident | None:
        """Return the one who is meant; else None, the form saying why. Who ``may_choose`` sees the homes of several."""
        chosen = [one for one in possible if may_choose and one.id == parse_uuid(self.resident.data)]
        for found in (chosen, possible):
            if len(found) == 1:
                return found[0]
        self.possible = possible if may_choose else ()
        several = _("Several people have this name. Which one is it?")
        ask = _("Several people have this name. Ask the steward to write this one in.")
        none = _("Nobody of this very name without an account lives here. Who has an account joins by themselves; "
                 "who has not joined the reading program yet is enrolled by the steward first.")  # fmt: skip
        self.name.errors = [(several if may_choose else ask) if possible else none]
        return None


def possible_year(form: Any, field: CityMinute) -> None:
    """Refuse what is surely a slip, and what a calendar cannot reckon with."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."))


class TimesForm(Form):
    """When and where a group meets."""

    starts_at = CityMinute(_l("Starts"), needed=_l("Say when it starts."), validators=[possible_year])
    ends_at = CityMinute(_l("Ends"), needed=_l("Say when it ends."), validators=[possible_year])
    venue = Text(_l("Where"), longest=100, needed=_l("Say where it is held."))

    def moments(self) -> dict[str, Any]:
        """Return the times, aware, and the place; only after the form was found valid."""
        times = {
            name: clock.at_city_time(self[name].data.date(), self[name].data.time())
            for name in ("starts_at", "ends_at")
        }
        return {**times, "venue": self.venue.data}


class MeetingForm(CreatingForm, TimesForm):
    """A meeting to be planned."""

    title = Text(_l("What it is called"), longest=100, needed=_l("Say what it is called."))
    book = Text(_l("Book"), longest=TITLE_LENGTH)
    about = LongText(_l("About it"), longest=ABOUT_LENGTH)

    def plan(self, group: StudyGroup) -> EventPlan:
        """Return the meeting of this group; only after the form was found valid. No name stands on its page."""
        words: dict[str, Any] = {"title": self.title.data, "book": self.book.data, "about": self.about.data}
        return EventPlan(kind="meeting", community=group.community_id, **words, **self.moments())


class NewDateForm(TimesForm, ChangingForm):
    """Another time or place for a meeting."""

    reason = Text(_l("Why"), longest=REASON_LENGTH)

    def to(self) -> NewDate:
        """Return what the form says; only after it was found valid."""
        return NewDate(reason=self.reason.data or "", **self.moments())


class ReasonForm(Form):
    """Why a meeting is off, or a group ends."""

    reason = Text(_l("Why"), longest=REASON_LENGTH)


class BookForm(Form):
    """The group's book of the month."""

    book = Text(_l("This month's book"), longest=TITLE_LENGTH, needed=_l("Write the title of the book."))
