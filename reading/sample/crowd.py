"""The many people of a large city: households that live a drawn life under names and in places of their own."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from reading.sample.draw import Bag, Draw
from reading.sample.lives import HEAD, Life, Lives
from reading.sample.names import MIDDLE, Names
from reading.sample.people import TERM, People
from reading.sample.places import TOWN_WEIGHT, VILLAGE_WEIGHT, Place
from reading.text import pinyin_keys, sort_key

# The largest community holds so much of a large city; a hand-drawn one lives in a few places instead.
LARGEST_SHARE = 0.0422
# How readily people take part, from village to village.
KEEN = Bag([(0.5, 15.0), (0.8, 40.0), (1.05, 30.0), (1.4, 15.0)])
# Most of a large city is registered and no more: about three in ten take part in a month.
NEVER_READ = 0.25
MOST_HOUSEHOLDS, PEOPLE_A_HOUSEHOLD = 3600, 40
PEOPLE_A_UNIT = 45
# The last to come read as much as is left to read; so far, in entries a head, the others may stray from that.
LAST, LEEWAY = 200, 20

Kind = tuple[bool, float]  # in town or in a village, and how keen


class Crowd:
    """Draws ``residents`` people with ``logs`` entries between them: ``lives`` to share, then who lives them where."""

    def __init__(self, seed: int, people: People, residents: int, logs: int) -> None:
        self.seed, self.people, self.residents, self.logs = seed, people, residents, logs
        self.draw = Draw(seed, "crowd")
        self.names = Names(Draw(seed, "crowd names"))
        self.places = list(people.places.by_code.values())
        self.shares = _shares(self.places)
        self.kinds = {one.code: (one.in_town, self.draw.of(KEEN)) for one in self.places}
        self.room = {one.code: PEOPLE_A_UNIT * len(one.homes) for one in self.places}
        self.households: dict[Kind, list[list[Life]]] = defaultdict(list)
        self.alone: list[Life] = []

    def draw_lives(self, lives: Lives) -> Iterator[Life]:
        """Draw the lives and yield each; every kind of place has as many as people live in such places."""
        source = People(Draw(self.seed, "lives"), self.names, self.people.places, self.people.today)
        source.staff = self.people.staff
        drawn: list[tuple[Kind, int, int]] = []
        size = min(MOST_HOUSEHOLDS, max(40, self.residents // PEOPLE_A_HOUSEHOLD))
        for kind, share in sorted(self._shares_of_kinds().items()):
            in_town, keen = kind
            # Nobody's place: those who live this life bring their own.
            place = Place(self.places[0].code, "社区" if in_town else "村", keen)
            for _ in range(max(3, round(size * share))):
                first = len(source.persons)
                source.household(place, 4)
                drawn.append((kind, first, len(source.persons)))
        for person in source.persons:
            person.zeal *= not self.draw.happens(NEVER_READ)
        known = [min(TERM, (source.today - one.stays[0].since).days) / TERM for one in source.persons]
        weights = [one.zeal * part for one, part in zip(source.persons, known, strict=True)]
        a_head = self.logs / self.residents
        shares = Draw(self.seed, "shares of lives").shares(round(a_head * len(source.persons)), weights)
        owed = 0
        for kind, first, end in drawn:
            household = []
            for person, share in zip(source.persons[first:end], shares[first:end], strict=True):
                life = lives.of(person, share + owed if person.zeal else share)
                owed += share - life.entries
                household.append(life)
                yield life
            self.households[kind].append(household)
        yield from self._draw_alone(source, lives, round(3 * a_head) + LEEWAY)

    def _draw_alone(self, source: People, lives: Lives, most: int) -> Iterator[Life]:
        """Draw people by themselves who have read exactly 0, 1, 2, … times."""
        for number in range(most + 1):
            joined_at = source.moment(source.today - timedelta(days=TERM), 8, 20)
            person = source.adult(Place(self.places[0].code, "村"), "", MIDDLE, joined_at=joined_at)
            life = lives.of(person, number)
            if life.entries < number:
                return
            self.alone.append(life)
            yield life

    def _shares_of_kinds(self) -> dict[Kind, float]:
        found: dict[Kind, float] = defaultdict(float)
        for place, share in zip(self.places, self.shares, strict=True):
            found[self.kinds[place.code]] += share
        return found

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield a row of ``PEOPLE`` for everybody, in the order of their ids."""
        places = Bag(list(zip(self.places, self.shares, strict=True)))
        left, logs = self.residents, self.logs
        while left > LAST:
            place = self.draw.of(places)
            household = self._household(place, logs - left * self.logs / self.residents)
            yield from self._rows(place, household, self.residents - left)
            left -= len(household)
            logs -= sum(life.entries for life in household)
        while left:
            life = self.alone[min(len(self.alone) - 1, max(0, round(logs / left)))]
            yield from self._rows(self.draw.of(places), [life], self.residents - left)
            left, logs = left - 1, logs - life.entries

    def _household(self, place: Place, ahead: float) -> list[Life]:
        """Draw a household of the place's kind: of two, when too much or too little is left, the one that mends it."""
        alike = self.households[self.kinds[place.code]]
        one = self.draw.choice(alike)
        if abs(ahead) < LEEWAY * self.logs / self.residents:
            return one
        other = self.draw.choice(alike)
        return (max if ahead > 0 else min)(
            one, other, key=lambda household: sum(life.entries for life in household)
        )

    def _rows(self, place: Place, household: Sequence[Life], number: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one household; ``number`` people have come before it."""
        draw, step = self.draw, 16**HEAD // self.residents
        home, before = self._home(place, len(household)), self._other(place)
        surname = account = None
        for life in household:
            person = life.person
            head = f"{number * step + draw.randrange(step):0{HEAD}x}"
            number += 1
            name = self.names.name(
                person.generation, draw.choice("ffm"), surname if draw.happens(0.45) else None
            )
            surname = surname or self.names.surname_of(name)
            own = life.has_own_account
            account = head + life.account_tail if own else account
            yield (
                life.number, number, head, before.code if life.has_moved else None, head + life.tail,
                self.people.next_phone() if own else None, place.code, home,
                account, name, *_keys(name), self.people.next_phone() if person.phone else None,
                self.names.nickname(name, person.generation, place.name) if person.nickname else "",
                place.next_child() if person.child_number is not None else None,
                account or self.people.staff_at(home, place).hex,
            )  # fmt: skip

    def _home(self, place: Place, people: int) -> str:
        """Return where in the place so many people live: the units fill up first."""
        if self.room[place.code] < people:
            return place.code
        self.room[place.code] -= people
        return self.draw.choice(place.homes)

    def _other(self, place: Place) -> Place:
        other = self.draw.choice(self.places)
        return other if other is not place else self.places[self.places.index(place) - 1]


def _shares(places: Sequence[Place]) -> list[float]:
    """Return which part of the people lives in each place: in those of the hand-drawn city still the most."""
    main = [place.share if place.homes else 0.0 for place in places]
    weights = [0.0 if share else TOWN_WEIGHT if place.in_town else VILLAGE_WEIGHT
               for place, share in zip(places, main, strict=True)]  # fmt: skip
    scale = LARGEST_SHARE / max(main)
    left = (1 - scale * sum(main)) / sum(weights)
    return [share * scale + weight * left for share, weight in zip(main, weights, strict=True)]


@lru_cache(maxsize=200_000)
def _keys(name: str) -> tuple[str, str]:
    return pinyin_keys(name), sort_key(name)
