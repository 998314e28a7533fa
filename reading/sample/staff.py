"""Who runs the program in the sample: one of each role to sign in as, and their colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reading.access import ADMIN, LIBRARIAN, ORGANIZER, STEWARD
from reading.sample.names import MIDDLE
from reading.sample.people import EARLIEST, Login, People, Person
from reading.sample.places import CITY

ADMIN_LIVES, LIBRARIAN_LIVES, ORGANIZER_LIVES = "410581003001", "410581001013", "410581106200"
STREET, COURSE_TOWNSHIP = "410581001", "410581106"
OTHER_ORGANIZERS = ("410581102", "410581107", "410581112")
COMPOUND = "410581001001-1"
BUILDING = f"{COMPOUND}-1"
READER_LIVES = f"{BUILDING}-2"
RESIDENT = "resident"


@dataclass(frozen=True)
class Guest:
    """Somebody whom the command prints a sign-in for; ``at`` is the node of the role, or the home."""

    role: str
    login: Login
    at: str


class Staff:
    """Grants the roles and draws the people who hold them."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.roles: list[dict[str, Any]] = []
        self.guests: list[Guest] = []
        self.librarians: dict[str, Login] = {}
        self._days_ago = EARLIEST + 40

    def appoint(self) -> None:
        """Draw everybody in a role: the admin first, then those below."""
        admin = self._grant(ADMIN, CITY, ADMIN_LIVES, by=None)
        self.guests.append(Guest(ADMIN, admin, CITY))
        for township in self.people.places.townships:
            lives = LIBRARIAN_LIVES if township == STREET else self.people.places.heart_of(township).code
            self.librarians[township] = self._grant(LIBRARIAN, township, lives, by=admin)
        self.guests.append(Guest(LIBRARIAN, self.librarians[STREET], STREET))
        organizer = self._grant(ORGANIZER, COURSE_TOWNSHIP, ORGANIZER_LIVES, by=admin)
        self.guests.append(Guest(ORGANIZER, organizer, COURSE_TOWNSHIP))
        for township in OTHER_ORGANIZERS:
            self._grant(ORGANIZER, township, self.people.places.heart_of(township).code, by=admin)
        self._appoint_stewards(admin)

    def _appoint_stewards(self, admin: Login) -> None:
        """One for each compound, one for its first building, one for a unit of that."""
        homes = [home for place in self.people.places.main for home in place.homes]
        for compound in sorted({"-".join(home.split("-")[:2]) for home in homes}):
            head = self._grant(STEWARD, compound, f"{compound}-2-1", by=admin)
            below = self._grant(STEWARD, f"{compound}-1", f"{compound}-1-1", by=head)
            if f"{compound}-1" == BUILDING:
                self.guests.append(Guest(STEWARD, below, BUILDING))
            self._grant(STEWARD, f"{compound}-1-2", f"{compound}-1-2", by=below)

    def _grant(self, role: str, node: str, home: str, *, by: Login | None) -> Login:
        """Let somebody living at ``home`` join and hold ``role`` at ``node``."""
        self._days_ago -= 1 if self._days_ago > EARLIEST + 1 else 0
        people = self.people
        joined_at = people.moment(people.today - timedelta(days=self._days_ago), 9, 11)
        person = people.adult(people.places.by_code[home.split("-")[0]], home, MIDDLE, joined_at=joined_at)
        assert person.account is not None
        person.zeal = max(person.zeal, 1.0)
        self.roles.append(
            {"id": people.draw.id(), "account_id": person.account.id, "name": role, "community_id": node,
             "granted_at": people.moment(people.today - timedelta(days=self._days_ago), 14, 18),
             "granted_by": by.id if by else None, "ended_at": None, "ended_by": None}
        )  # fmt: skip
        # Organizers keep rosters, not other people's reading logs.
        if role != ORGANIZER:
            people.staff[node] = person.account.id
        return person.account

    def planners(self) -> Mapping[str, Login]:
        """Return who plans events, by township."""
        organizer = next(guest.login for guest in self.guests if guest.role == ORGANIZER)
        return {**self.librarians, COURSE_TOWNSHIP: organizer}

    def reader(self) -> tuple[Person, Person]:
        """Draw the resident to sign in as, with a child: the keenest of readers."""
        people = self.people
        place = people.places.by_code[READER_LIVES.split("-")[0]]
        joined_at = people.moment(people.today - timedelta(days=EARLIEST - 130), 19, 21)
        reader = people.adult(place, READER_LIVES, MIDDLE, gender="f", joined_at=joined_at)
        child = people.child(reader)
        child.joined_at = joined_at + timedelta(minutes=4)
        child.stays[0].since, child.stays[0].recorded_at = reader.stays[0].since, child.joined_at
        for person, nickname in ((reader, "渠畔书声"), (child, "小柿子")):
            person.show_as, person.nickname = "nickname", nickname
            person.zeal, person.loyalty = 14.0, 0.9
        assert reader.account is not None
        self.guests.append(Guest(RESIDENT, reader.account, READER_LIVES))
        return reader, child
