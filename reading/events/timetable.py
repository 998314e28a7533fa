"""When the classes of a course are, or in a sentence why they cannot be."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _

from reading import clock
from reading.events import queries
from reading.events.checks import Unfit, check_times
from reading.events.models import Event
from reading.events.rules import (
    MOST_CLASSES,
    CoursePlan,
    Times,
    first_clash,
    times_of_classes,
    trouble_with_rhythm,
)
from reading.templating import date_words, time_words

HOUR = timedelta(hours=1)


def timetable(sent: CoursePlan, now: datetime) -> list[Times]:
    """Return the start and end of each class, on the city's clock, in their order.

    Raises ``Unfit``, naming the field, for what does not go together, for too many classes, for two at the same
    time, for times that cannot be, and for more required hours than the classes last together.
    """
    check_times(sent.starts_at, sent.ends_at, now)
    planned = _in_the_city(sent)
    _check_rhythm(planned)
    times, field = times_of_classes(planned), _field_of_dates(sent)
    if len(times) > MOST_CLASSES:
        raise Unfit(field, _("A course may have at most %(most)d classes.", most=MOST_CLASSES))
    for start, end in times:
        _check_class(start, end, now, field)
    clash = first_clash(times)
    if clash is not None:
        raise Unfit(field, _("Two classes would be at the same time: %(when)s.", when=in_words(clash[0])))
    if sent.required_hours * HOUR > total(times):
        raise Unfit("required_hours", _("All the classes together do not last that many hours."))
    return times


def check_clash(event: Event, starts_at: datetime, ends_at: datetime) -> None:
    """Raise ``Unfit`` when another class of the event's course is held at these times."""
    others = queries.classes(event.course_id) if event.course_id is not None else []
    for other in others:
        if other.id != event.id and other.starts_at < ends_at and starts_at < other.ends_at:
            when = in_words(other.starts_at)
            raise Unfit("starts_at", _("Another class of this course is at that time: %(when)s.", when=when))


def total(times: list[Times]) -> timedelta:
    """Return how long these last together."""
    return sum((end - start for start, end in times), timedelta())


def in_words(moment: datetime) -> str:
    """Return a day and an hour in words."""
    return f"{date_words(moment, 'full')} {time_words(moment)}"


def _in_the_city(sent: CoursePlan) -> CoursePlan:
    dates = tuple((clock.city_time(start), clock.city_time(end)) for start, end in sent.dates)
    start, end = clock.city_time(sent.starts_at), clock.city_time(sent.ends_at)
    return replace(sent, starts_at=start, ends_at=end, dates=dates)


def _field_of_dates(sent: CoursePlan) -> str:
    """Return the field that says how far the course goes."""
    return "dates" if sent.dates else "classes" if sent.last_on is None else "last_on"


def _check_rhythm(sent: CoursePlan) -> None:
    first = date_words(sent.starts_at)
    told, dates = sent.classes or 0, len(sent.dates) + 1
    sentences = {
        "no_end": _("Say how many classes, or the last day."),
        "two_ends": _("Say either how many classes or the last day, not both."),
        "first_on_other_weekday": _(
            "The first class is on %(day)s: choose that weekday too, or another first class.", day=first
        ),
        "first_struck_out": _("The first class is on %(day)s, which stands here as a day without class.", day=first),
        "ends_before_first": _("The last day comes before the first class."),
        "other_number": _(
            "You said %(told)d classes; with the first one these are %(dates)d. Leave the number empty or mend it.",
            told=told, dates=dates,
        ),
    }  # fmt: skip
    trouble = trouble_with_rhythm(sent)
    if trouble is not None:
        raise Unfit(trouble[0], sentences[trouble[1]])


def _check_class(start: datetime, end: datetime, now: datetime, field: str) -> None:
    try:
        check_times(start, end, now)
    except Unfit as trouble:
        sentence = _("%(when)s: %(trouble)s", when=in_words(start), trouble=trouble.message)
        raise Unfit(field, sentence) from None
