"""Forms of events and courses."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from reading import clock
from reading.books.models import TITLE_LENGTH
from reading.events.models import MOST_SEATS
from reading.events.rules import EventPlan
from reading.forms import Choice, CityMinute, CreatingForm, Form, LongText, Text, WholeNumber
from reading.meanwhile import ChangingForm

# What can be planned here; the study groups plan their own meetings.
KIND_NAMES = {
    "sharing": _l("Reading-sharing session"),
    "exchange": _l("Reading exchange"),
    "class": _l("Night-school class"),
    "learning_day": _l("Learning-day activity"),
}
ALL_KIND_NAMES = {**KIND_NAMES, "meeting": _l("Study-group meeting")}


def possible_year(form: Any, field: Any) -> None:
    """Refuse what is surely a slip, and what a calendar cannot reckon with."""
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError(_("Check the year."))


def told(sentence: Any) -> Any:
    """Return the validator of a number that must be given."""

    def check(form: Any, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(str(sentence))

    return check


def _moment(field: Any) -> Any:
    return clock.at_city_time(field.data.date(), field.data.time())


class PlaceForm(Form):
    """What events and courses share: a name, a place, and the times of the event or of the first class."""

    title = Text(_l("What it is called"), longest=100, needed=_l("Say what it is called."))
    starts_at = CityMinute(_l("Starts"), needed=_l("Say when it starts."), validators=[possible_year])
    ends_at = CityMinute(_l("Ends"), needed=_l("Say when it ends."), validators=[possible_year])
    community = Choice(_l("For whom"), wrong=_l("Choose a place from the list."))
    venue = Text(_l("Where"), longest=100, needed=_l("Say where it is held."))
    host = Text(_l("Host"), longest=40)
    about = LongText(_l("About it"), longest=2000)

    def offer(self, places: Iterable[tuple[str, str, str]]) -> None:
        """Offer these places (code, name, the township or city it is listed under)."""
        self.community.choices = [SelectChoice(code, name, optgroup=group) for code, name, group in places]

    def shared(self) -> dict[str, Any]:
        """Return the fields every plan has; times aware."""
        names = ("title", "community", "venue", "host", "about")
        return {
            **{name: self[name].data for name in names},
            "starts_at": _moment(self.starts_at),
            "ends_at": _moment(self.ends_at),
        }


class EventForm(PlaceForm):
    """An event as it stands or shall stand."""

    kind = Choice(
        _l("What kind"),
        choices=[SelectChoice(kind, name) for kind, name in KIND_NAMES.items()],
        wrong=_l("Choose what kind of event it is."),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.RadioInput(),
    )
    book = Text(_l("Book"), longest=TITLE_LENGTH)
    capacity = WholeNumber(_l("Seats"), least=1, most=MOST_SEATS)

    def keep_kind(self, kind: str) -> None:
        """Offer no kind but this one."""
        self.kind.choices = [SelectChoice(kind, ALL_KIND_NAMES[kind])]

    def plan(self) -> EventPlan:
        """Return what the form says; only after it was found valid."""
        return EventPlan(
            kind=self.kind.data, book=self.book.data, capacity=self.capacity.data, **self.shared()
        )


class ChangedEventForm(EventForm, ChangingForm):
    """An event to be changed."""


class NewEventForm(EventForm, CreatingForm):
    """An event to be planned."""


class CancelForm(Form):
    """Why an event is off; told to who meant to come."""

    reason = Text(_l("Why"), longest=200)
