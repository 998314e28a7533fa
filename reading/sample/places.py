"""Where the people of the sample live: nearly everywhere a few, and many in a handful of places."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reading.communities.models import Community
from reading.sample.draw import Bag, Draw, rows

CITY = "410581"
TOWNSHIP_DIGITS = 9
# Neighbourhoods of the town hold more readers than a village far up the valley.
TOWN_WEIGHT, VILLAGE_WEIGHT = 3.5, 1.0
PER_MILLE = 1000


@dataclass(eq=False)
class Place:
    """A community as the sample needs it; ``keen`` is how readily people there take part (1 is usual)."""

    code: str
    name: str
    keen: float = 0.8
    share: float = 0
    homes: list[str] = field(default_factory=list)
    children: int = 0

    @property
    def township(self) -> str:
        """The code of the township."""
        return self.code[:TOWNSHIP_DIGITS]

    @property
    def in_town(self) -> bool:
        """Whether it is a neighbourhood, not a village."""
        return self.name.endswith("社区")

    def next_child(self) -> int:
        """Return the number of the next child who joins here."""
        self.children += 1
        return self.children

    def home(self, draw: Draw) -> str:
        """Return a node somebody here may live at: mostly a unit, where there are any."""
        return draw.choice(self.homes) if self.homes and draw.happens(0.7) else self.code


def compounds() -> bytes:
    """Return the compounds, buildings and units below the real tree, as a tree file."""
    made: list[tuple[str, str, str, str]] = [("code", "parent_code", "level", "name")]
    number: dict[str, int] = defaultdict(int)
    for row in rows("compounds.csv"):
        parent = row["community_code"]
        number[parent] += 1
        compound = f"{parent}-{number[parent]}"
        made.append((compound, parent, "compound", row["name"]))
        for building in range(1, int(row["buildings"]) + 1):
            made.append((f"{compound}-{building}", compound, "building", f"{building}号楼"))
            made += [
                (f"{compound}-{building}-{unit}", f"{compound}-{building}", "unit", f"{unit}单元")
                for unit in range(1, int(row["units"]) + 1)
            ]
    table = io.StringIO()
    csv.writer(table).writerows(made)
    return table.getvalue().encode()


class Places:
    """All communities of the city, by code, and how likely somebody lives in each."""

    def __init__(self, nodes: Iterable[Community]) -> None:
        self.by_code: dict[str, Place] = {}
        homes: dict[str, list[str]] = defaultdict(list)
        for node in sorted(nodes, key=lambda node: node.code):
            if node.level == "community":
                self.by_code[node.code] = Place(node.code, node.short_name)
            elif node.level == "unit":
                homes[node.code.split("-")[0]].append(node.code)
        self.main = [self._main(row, homes) for row in rows("places.csv")]
        thin = [place for place in self.by_code.values() if not place.share]
        left = PER_MILLE - sum(place.share for place in self.main)
        weights = [TOWN_WEIGHT if place.in_town else VILLAGE_WEIGHT for place in thin]
        for place, weight in zip(thin, weights, strict=True):
            place.share = left * weight / sum(weights)
        self.everywhere = Bag([(place, place.share) for place in self.by_code.values()])

    def _main(self, row: dict[str, str], homes: dict[str, list[str]]) -> Place:
        place = self.by_code[row["code"]]
        place.share, place.keen = float(row["share"]), float(row["keen"])
        place.homes = homes[place.code]
        return place

    @property
    def townships(self) -> Sequence[str]:
        """The codes of the townships."""
        return sorted({place.township for place in self.by_code.values()})

    def heart_of(self, township: str) -> Place:
        """Return the place of a township where most of its readers live."""
        own = [place for place in self.by_code.values() if place.township == township]
        return max(own, key=lambda place: (place.share, -int(place.code)))
