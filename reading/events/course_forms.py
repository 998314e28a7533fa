"""Forms of courses and of single classes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading import clock
from reading.events.dates import Unreadable, Written, read_dates
from reading.events.forms import PlaceForm, possible_year, told
from reading.events.rules import MOST_CLASSES, CoursePlan, CourseWords, MakeUpPlan, NewDate, Times
from reading.forms import Choice, CityDate, CityMinute, CreatingForm, Form, LongText, Text, WholeNumber
from reading.meanwhile import ChangingForm

WEEKLY, FORTNIGHTLY, ON_DATES = "weekly", "fortnightly", "dates"
WEEKS = {WEEKLY: 1, FORTNIGHTLY: 2, ON_DATES: 1}
WEEKDAYS = (_l("Mo"), _l("Tu"), _l("We"), _l("Th"), _l("Fr"), _l("Sa"), _l("Su"))
DATES_LENGTH = 2000


def _aware(moment: datetime) -> datetime:
    return clock.at_city_time(moment.date(), moment.time())


class Weekdays(wtforms.SelectMultipleField):
    """Days of the week to tick, as numbers (0 is Monday); also read from one value, with commas between."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)]
        super().__init__(label, choices=choices, **kwargs)
        self.flags.optional = True

    def _value(self) -> str:
        return ",".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([part for value in valuelist for part in value.split(",") if part])

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        if not set(self.data or []) <= {str(number) for number in range(7)}:
            raise ValidationError(_("There is no such weekday."))


class CourseForm(PlaceForm, CreatingForm):
    """A course to be started; the times are those of its first class."""

    classes = WholeNumber(_l("Number of classes"), least=1, most=MOST_CLASSES)
    required_hours = WholeNumber(
        _l("Hours needed to complete it"),
        least=1,
        most=1000,
        validators=[told(_l("Say how many hours it takes."))],
    )
    term = Text(_l("Term"), longest=40)
    repeat = Choice(
        _l("How often"),
        choices=[
            SelectChoice(WEEKLY, _l("Every week")),
            SelectChoice(FORTNIGHTLY, _l("Every two weeks")),
            SelectChoice(ON_DATES, _l("On dates of its own")),
        ],
        wrong=_l("Choose how often it is held."),
        default=WEEKLY,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.RadioInput(),
    )
    weekdays = Weekdays(_l("On several days of the week"))
    last_on = CityDate(_l("Last day, in place of the number"), validators=[possible_year])
    no_class_on = LongText(_l("No class on"), longest=DATES_LENGTH)
    dates = LongText(_l("The dates after the first class"), longest=DATES_LENGTH)

    def validate_last_on(self, field: Any) -> None:
        self._only_for_weeks(field)

    def validate_no_class_on(self, field: Any) -> None:
        self._only_for_weeks(field)
        self._read(field)

    def validate_dates(self, field: Any) -> None:
        if self.repeat.data != ON_DATES and field.data:
            raise ValidationError(
                _("To hold it on these dates, choose “On dates of its own”; else empty this.")
            )
        further = self._further()
        if self.repeat.data == ON_DATES and not further:
            raise ValidationError(_("Write the dates after the first class, one a line."))
        twice = next(
            (start for number, (start, _end) in enumerate(further) if further[number] in further[:number]),
            None,
        )
        if twice is not None:
            raise ValidationError(_("%(day)s stands here twice.", day=twice.date().isoformat()))

    def _only_for_weeks(self, field: Any) -> None:
        if self.repeat.data == ON_DATES and field.data:
            raise ValidationError(_("Leave this empty for a course on dates of its own."))

    def _read(self, field: Any) -> list[Written]:
        """Return the dates in ``field``; who has not said when it starts is told that first."""
        starts_at: Any = self.starts_at.data or datetime(2000, 1, 1)
        try:
            found = read_dates(field.data or "", starts_at.date())
        except Unreadable as wrong:
            sentence = _("“%(text)s” is no date. Write 2026-12-01 or 12-1, one a line.", text=wrong.text[:40])
            raise ValidationError(sentence) from None
        if not all(2000 <= one.day.year <= 2100 for one in found):
            raise ValidationError(_("Check the year."))
        return found

    def _further(self) -> list[Times]:
        """Return start and end of the dates written after the first class, without a zone."""
        starts_at: Any = self.starts_at.data or datetime(2000, 1, 1)
        ends_at: Any = self.ends_at.data or starts_at
        found = (one.times(starts_at, ends_at) for one in self._read(self.dates))
        return [times for times in found if times != (starts_at, ends_at)]

    def plan(self) -> CoursePlan:
        """Return what the form says; only after it was found valid."""
        return CoursePlan(
            classes=self.classes.data,
            required_hours=self.required_hours.data or 0,
            term=self.term.data,
            every=WEEKS[self.repeat.data],
            weekdays=tuple(sorted(map(int, self.weekdays.data or []))),
            last_on=self.last_on.data,
            no_class_on=tuple(sorted({one.day for one in self._read(self.no_class_on)})),
            dates=tuple((_aware(start), _aware(end)) for start, end in self._further()),
            **self.shared(),
        )


class CourseWordsForm(ChangingForm):
    """What can be changed of a course as a whole."""

    title = Text(_l("What it is called"), longest=100, needed=_l("Say what it is called."))
    term = Text(_l("Term"), longest=40)
    venue = Text(_l("Where"), longest=100, needed=_l("Say where it is held."))
    required_hours = WholeNumber(
        _l("Hours needed to complete it"),
        least=1,
        most=1000,
        validators=[told(_l("Say how many hours it takes."))],
    )
    host = Text(_l("Host"), longest=40)
    about = LongText(_l("About it"), longest=2000)

    def words(self) -> CourseWords:
        """Return what the form says; only after it was found valid."""
        return CourseWords(**{name: value for name, value in self.data.items() if name != "seen"})


class TimesForm(Form):
    """When and where one class, or another event, is held."""

    starts_at = CityMinute(_l("Starts"), needed=_l("Say when it starts."), validators=[possible_year])
    ends_at = CityMinute(_l("Ends"), needed=_l("Say when it ends."), validators=[possible_year])
    venue = Text(_l("Where"), longest=100, needed=_l("Say where it is held."))

    def times(self) -> Times:
        """Return start and end, aware; only after the form was found valid."""
        starts_at: Any = self.starts_at.data
        ends_at: Any = self.ends_at.data
        return _aware(starts_at), _aware(ends_at)


class NewDateForm(TimesForm, ChangingForm):
    """Another time or place for an event, and why."""

    reason = Text(_l("Why"), longest=200)

    def plan(self) -> NewDate:
        """Return what the form says; only after it was found valid."""
        return NewDate(*self.times(), self.venue.data, self.reason.data)


class MakeUpForm(TimesForm, CreatingForm):
    """A class that makes up for another of its course."""

    makes_up = Choice(_l("Makes up for"), wrong=_l("Choose the class it makes up for."))

    def offer(self, classes: Iterable[tuple[str, str]]) -> None:
        """Offer these classes (id, words)."""
        self.makes_up.choices = [SelectChoice(one, words) for one, words in classes]

    def plan(self) -> MakeUpPlan:
        """Return what the form says; only after it was found valid."""
        return MakeUpPlan(self.makes_up.data, self.venue.data, *self.times())
