"""The people of the sample: households, accounts, where they live and what they agreed to."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reading import clock
from reading.sample.draw import Bag, Draw
from reading.sample.names import CHILD, ELDER, MIDDLE, YOUNG, Names
from reading.sample.places import Place, Places

# 160 has been given to no operator: nobody's number. The last eight digits are scattered, each comes once.
PHONES, PHONE_STEP, PHONE_RANGE = 16000000000, 61803399, 10**8
EARLIEST, TERM = 600, 425  # days before today: when the first joined, and since when there are records
SHOWN_AS = Bag([("nickname", 35.0), ("masked", 35.0), ("hidden", 30.0)])
CHILD_SHOWN_AS = Bag([("nickname", 65.0), ("hidden", 35.0)])
# How much somebody reads, against the others: most a little, a few a lot.
ZEAL = Bag([(0.0, 28.0), (1.0, 30.0), (4.5, 29.0), (12.0, 13.0)])
HOUSEHOLDS = Bag(
    [("alone", 46.0), ("children", 21.0), ("parent", 5.0), ("elder", 14.0), ("no account", 14.0)]
)


@dataclass(slots=True, eq=False)
class Login:
    """An account; nobody can sign in with it unless a hash is set later."""

    id: uuid.UUID
    phone: str
    name: str
    created_at: datetime
    password_hash: str = "!"


@dataclass(slots=True, eq=False)
class Stay:
    """Where somebody lived from ``since`` until the day before ``until``."""

    place: Place
    home: str
    since: date
    recorded_at: datetime
    until: date | None = None
    end_recorded_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Person:
    """A resident; ``zeal`` says how much they read, ``loyalty`` how surely they keep a learning day.

    ``account`` looks after them; ``writer`` is the account that enters their records: their own, their
    guardian's, or that of the staff who know them.
    """

    id: uuid.UUID
    name: str
    generation: str
    born_on: date | None
    relation: str
    account: Login | None
    writer: uuid.UUID
    stays: list[Stay]
    joined_at: datetime
    show_as: str
    nickname: str
    child_number: int | None
    phone: str | None
    zeal: float
    loyalty: float

    @property
    def place(self) -> Place:
        """Where they live now."""
        return self.stays[-1].place

    def place_on(self, day: date) -> Place:
        """Return where they lived on ``day``; before they joined, the first place."""
        lived = [stay for stay in self.stays if stay.since <= day]
        return (lived or self.stays)[-1].place


class People:
    """Draws people one household after the other; ``staff`` tells who enters the records of whom."""

    def __init__(self, draw: Draw, names: Names, places: Places, today: date) -> None:
        self.draw, self.names, self.places, self.today = draw, names, places, today
        self.persons: list[Person] = []
        self.logins: list[Login] = []
        self._phones = 0
        # The nodes of stewards and librarians: whoever stands nearest enters what the phone-less read.
        self.staff: dict[str, uuid.UUID] = {}

    def settle(self, number: int) -> None:
        """Let ``number`` more residents join."""
        full = len(self.persons) + number
        while len(self.persons) < full:
            place = self.draw.of(self.places.everywhere)
            self.household(place, full - len(self.persons))

    def household(self, place: Place, most: int) -> None:
        """Let a household of at most ``most`` people join at ``place``."""
        draw = self.draw
        kind = draw.of(HOUSEHOLDS)
        if kind in ("elder", "no account"):
            self.adult(place, place.home(draw), ELDER if kind == "elder" or draw.happens(0.9) else MIDDLE,
                       account=kind == "elder")  # fmt: skip
            return
        generation = draw.choice((MIDDLE, MIDDLE, YOUNG)) if kind == "alone" else MIDDLE
        head = self.adult(place, place.home(draw), generation)
        if kind == "alone" and draw.happens(0.06):
            self._move(head)
        elif kind == "children":
            for _ in range(min(most - 1, draw.choice((1, 1, 2)))):
                self.child(head)
        elif kind == "parent" and most > 1:
            self._join(head.stays[0].place, head.stays[0].home, ELDER, draw.choice("fm"), account=head.account,
                       relation="other", joined_at=self._later(head.joined_at))  # fmt: skip

    def adult(
        self,
        place: Place,
        home: str,
        generation: str,
        *,
        gender: str | None = None,
        account: bool = True,
        joined_at: datetime | None = None,
    ) -> Person:
        """Let an adult join, with an account of their own or (``account`` False) without."""
        gender = gender or self.draw.choice("ffm")
        person = self._join(place, home, generation, gender, relation="self", own_account=account,
                            joined_at=joined_at or self._joining())  # fmt: skip
        if not account:
            person.zeal *= 0.6
            person.phone = self.next_phone() if self.draw.happens(0.4) else None
        return person

    def child(self, guardian: Person) -> Person:
        """Let a child join the household of ``guardian``."""
        stay = guardian.stays[-1]
        surname = self.names.surname_of(guardian.name) if self.draw.happens(0.45) else None
        return self._join(
            stay.place, stay.home, CHILD, self.draw.choice("fm"), account=guardian.account, relation="child",
            joined_at=self._later(guardian.joined_at), surname=surname,
        )  # fmt: skip

    def _join(
        self, place: Place, home: str, generation: str, gender: str, *, relation: str, joined_at: datetime,
        account: Login | None = None, own_account: bool = False, surname: str | None = None,
    ) -> Person:  # fmt: skip
        draw = self.draw
        name = self.names.name(generation, gender, surname)
        if own_account:
            account = self._login(name, joined_at)
        show_as = draw.of(CHILD_SHOWN_AS if relation == "child" else SHOWN_AS)
        zeal = draw.of(ZEAL) * place.keen
        born_on = self.names.birthday(generation, self.today)
        person = Person(
            id=draw.id(), name=name, generation=generation, relation=relation, account=account,
            born_on=born_on if relation == "child" or draw.happens(0.4) else None,
            writer=account.id if account else self.staff_at(home, place),
            stays=[Stay(place, home, clock.city_date(joined_at), joined_at)],
            joined_at=joined_at, show_as=show_as,
            nickname=self.names.nickname(name, generation, place.name) if show_as == "nickname" else "",
            child_number=place.next_child() if relation == "child" else None, phone=None,
            zeal=zeal, loyalty=min(0.95, place.keen * draw.uniform(0.1, 0.8) * (0.4 + zeal / 14)),
        )  # fmt: skip
        self.persons.append(person)
        return person

    def staff_at(self, home: str, place: Place) -> uuid.UUID:
        """Return the account of the steward nearest to ``home``, or of the township's librarian."""
        parts = home.split("-")
        nodes = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return next(self.staff[node] for node in (*nodes, place.township) if node in self.staff)

    def _move(self, person: Person) -> None:
        """Let somebody who has been here for a while have come from elsewhere in the city."""
        first = person.stays[0]
        known_for = (self.today - first.since).days
        if known_for < 120:
            return
        moved_on = first.since + timedelta(days=self.draw.randint(60, known_for - 30))
        told_at = self.moment(moved_on + timedelta(days=self.draw.randint(0, 9)), 10, 20)
        before = self.draw.of(self.places.everywhere)
        if before is first.place:
            return
        person.stays = [
            Stay(before, before.code, first.since, first.recorded_at, moved_on, told_at),
            Stay(first.place, first.home, moved_on, told_at),
        ]

    def _joining(self) -> datetime:
        """Almost half joined when the program began, the others ever since."""
        early = self.draw.happens(0.45)
        ago = self.draw.randint(TERM, EARLIEST) if early else self.draw.randint(4, TERM)
        return self.moment(self.today - timedelta(days=ago), 8, 20)

    def _later(self, joined_at: datetime) -> datetime:
        """Return when somebody of the same household was added: the same evening, mostly."""
        later = joined_at + timedelta(minutes=self.draw.randint(2, 60))
        if self.draw.happens(0.25):
            later += timedelta(days=self.draw.randint(1, 60))
        return min(later, self.moment(self.today - timedelta(days=2), 8, 20))

    def moment(self, day: date, first_hour: int, last_hour: int) -> datetime:
        """Return a moment on the city's ``day`` between two hours of the clock."""
        draw = self.draw
        return clock.at_city_time(
            day, time(draw.randint(first_hour, last_hour - 1), draw.randint(0, 59), draw.randint(0, 59))
        )

    def _login(self, name: str, created_at: datetime) -> Login:
        login = Login(self.draw.id(), self.next_phone(), name, created_at)
        self.logins.append(login)
        return login

    def next_phone(self) -> str:
        """Return a phone number that nobody else has."""
        self._phones += 1
        return str(PHONES + self._phones * PHONE_STEP % PHONE_RANGE)


def of_place(persons: Iterable[Person], place: Place) -> list[Person]:
    """Return who lives at ``place`` now."""
    return [person for person in persons if person.place is place]
