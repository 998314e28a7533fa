"""What study groups decide: who may join, who sees whom, and what may be told of what they read."""

from dataclasses import dataclass
from datetime import date, timedelta

# A group belongs to one of these; people live in units, but nobody founds a group for one staircase.
GROUP_LEVELS = ("community", "compound", "building")
# A book is shown with its number of readers only from so many on: fewer would tell who reads what.
LEAST_READERS = 3
READING_SHOWN = timedelta(days=92)
BOOKS_SHOWN = 8
FULL, CHOSEN, NOTHING = "full", "chosen", ""


def community_path(path: str) -> str:
    """Return the path of the community that the node with this path (a community or in one) lies in.

    ``/410581/410581001/410581001001/410581001001-1/`` → ``/410581/410581001/410581001001/``
    """
    city, township, community = path.strip("/").split("/")[:3]
    return f"/{city}/{township}/{community}/"


def may_join(home_path: str, group_path: str) -> bool:
    """Tell whether who lives at ``home_path`` may join by themselves: within the group's own community."""
    return home_path.startswith(community_path(group_path))


def reading_since(today: date) -> date:
    """Return from which day on the group's reading is shown."""
    return today - READING_SHOWN


@dataclass(frozen=True)
class View:
    """How somebody stands to a group: as staff of its place, as its leader, as one of its members, or as none."""

    is_staff: bool = False
    leads: bool = False
    belongs: bool = False

    @property
    def may_run(self) -> bool:
        """Whether they plan its meetings and write down who joins without a phone."""
        return self.is_staff or self.leads

    @property
    def names(self) -> str:
        """Which names of members they see: full, as each has chosen, or none at all."""
        return FULL if self.may_run else CHOSEN if self.belongs else NOTHING
