"""What stands on the stage (``tests.stage``)."""

from dataclasses import dataclass

from reading.attendance.models import Guest
from reading.books.models import Book
from reading.calendars.models import CalendarAddress
from reading.cards.models import Card
from reading.events.models import Course, Event
from reading.groups.models import StudyGroup
from reading.imports.models import RosterImport
from reading.logbook.models import LogEntry
from reading.paper.models import Sheet
from reading.people.models import Resident
from reading.rights.models import Leaving
from reading.volunteers.models import Helper
from tests.cast import Cast


@dataclass
class Stage:
    """What stands on the stage; objects carry all their columns, so that they can be used anywhere."""

    cast: Cast
    readers: list[Resident]
    books: list[Book]
    entry: LogEntry
    entered: LogEntry
    flagged: LogEntry
    aside: LogEntry
    group: StudyGroup
    past: Event
    soon: Event
    coming: Event
    full: Event
    shared: Event
    cancelled: Event
    meeting: Event
    course: Course
    card: Card
    sheet: Sheet
    helper: Helper
    walk_in: Guest
    claim: Guest
    address: CalendarAddress
    grown: Resident
    list_waiting: RosterImport
    list_taken: RosterImport
    leaving: Leaving
