"""Names people here could have: by generation, with the odd compound surname and rare character."""

from dataclasses import dataclass
from datetime import date

from reading.sample.draw import Bag, Draw, rows

CHILD, YOUNG, MIDDLE, ELDER = "child", "young", "middle", "elder"
# One given name in so many has a character most fonts and many systems have never met.
RARE_EVERY = 90
SINGLE = {CHILD: 0.16, YOUNG: 0.2, MIDDLE: 0.27, ELDER: 0.1}
GENERATION_OF_NAMES = {CHILD: "young", YOUNG: "young", MIDDLE: "middle", ELDER: "elder"}


@dataclass(frozen=True)
class Generation:
    """When people of one generation were born: the youngest and the oldest age, in years."""

    youngest: int
    oldest: int


AGES = {
    CHILD: Generation(6, 13),
    YOUNG: Generation(18, 33),
    MIDDLE: Generation(34, 59),
    ELDER: Generation(60, 84),
}


class Names:
    """Draws names; one such object for the whole city, so that rare characters come as rarely as they do."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._surnames = Bag([(row["surname"], float(row["weight"])) for row in rows("surnames.csv")])
        self._given = {
            (row["generation"], row["gender"], row["part"]): row["names"].split(" ")
            for row in rows("given-names.csv")
        }
        self._nicknames = {row["generation"]: row["nicknames"].split(" ") for row in rows("nicknames.csv")}
        self._drawn = 0

    def name(self, generation: str, gender: str, surname: str | None = None) -> str:
        """Return a full name; ``gender`` is "f" or "m", ``surname`` None draws one."""
        surname = surname or self.surname()
        self._drawn += 1
        if self._drawn % RARE_EVERY == 17:
            return surname + self._draw.choice(self._given["any", "any", "rare"])
        of = GENERATION_OF_NAMES[generation]
        if self._draw.happens(SINGLE[generation]):
            return surname + self._draw.choice(self._given[of, gender, "single"])
        if self._draw.happens(0.4):
            return surname + self._draw.choice(self._given[of, gender, "whole"])
        first = self._draw.choice(self._given[of, gender, "first"])
        second = self._draw.choice(
            [character for character in self._given[of, gender, "second"] if character != first]
        )
        return surname + first + second

    def surname(self) -> str:
        """Return a surname as common as it is in the north of Henan."""
        return self._draw.of(self._surnames)

    def surname_of(self, name: str) -> str:
        """Return the surname of a drawn name."""
        return name[:2] if name[:2] in self._surnames.things else name[0]

    def nickname(self, name: str, generation: str, place: str) -> str:
        """Return the nickname a person called ``name`` from ``place`` might choose."""
        if generation == CHILD:
            return self._draw.choice(self._nicknames[CHILD])
        surname = self.surname_of(name)
        made = {
            ELDER: [f"爱读书的老{surname}", f"{place}老{surname}", f"老{surname}读书"],
            MIDDLE: [f"{place}读书人", f"{surname}家有书", f"{place}的{surname}师傅"],
            YOUNG: [f"小{surname}在{place}", f"{surname}同学", f"小{surname}的书架"],
        }[generation]
        kinds = ((made, 0.3), (self._nicknames[generation], 0.2), (self._nicknames["any"], 0.5))
        return self._draw.choice(self._draw.of(Bag(kinds)))

    def birthday(self, generation: str, today: date) -> date:
        """Return a date of birth that makes a person of ``generation`` on ``today``."""
        ages = AGES[generation]
        age = self._draw.randint(ages.youngest, ages.oldest)
        born = date(today.year - age - 1, self._draw.randint(1, 12), self._draw.randint(1, 28))
        turned = (today.month, today.day) >= (born.month, born.day)
        return born.replace(year=born.year + 1) if turned else born
