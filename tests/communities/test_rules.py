"""What people call a place, and what is wrong with a tree file."""

import csv

import pytest

import config
from reading.communities.models import LEVELS
from reading.communities.rules import Known, Node, numbers_padded, problems_of, short_name

REAL = config.ROOT / "reading/communities/data/linzhou-communities.csv"


@pytest.mark.parametrize(
    ("official", "said"),
    [
        ("开元社区居民委员会", "开元社区"),
        ("北关村民委员会", "北关村"),
        ("下申街村村民委员会", "下申街村"),
        ("宋村村民委员会", "宋村"),
        ("河头村委会", "河头村"),
        ("南观西村村委会", "南观西村"),
        ("东关居委会", "东关社区"),
        ("开元街道", "开元街道"),
        ("1号楼", "1号楼"),
        ("村民委员会", "村民委员会"),
    ],
)
def test_a_place_is_called_what_people_say(official: str, said: str) -> None:
    assert short_name(official) == said


def test_every_community_of_the_real_city_gets_a_name_people_say() -> None:
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "community"]
    said = [(row["parent_code"], short_name(row["name"])) for row in rows]
    assert len(rows) == len(set(said)) == 589
    assert all(name.endswith(("村", "社区")) and "委" not in name for _, name in said)
    assert not [name for _, name in said if name.endswith(("村村", "社区社区")) or len(name) < 2]


def test_numbers_sort_by_size() -> None:
    assert sorted(["10号楼", "2号楼"], key=numbers_padded) == ["2号楼", "10号楼"]


def tree(*lines: tuple[str, str, str, str]) -> list[Node]:
    return [Node(number, *line) for number, line in enumerate(lines, 2)]


CITY = ("c", "", "city", "市")
TOWN = ("t", "c", "township", "镇")
VILLAGE = ("v", "t", "community", "村")


def test_a_sound_tree_has_no_problem_in_any_order() -> None:
    unit, building = ("v-1-1", "v-1", "unit", "1单元"), ("v-1", "v", "building", "1号楼")
    assert problems_of(tree(unit, VILLAGE, building, TOWN, CITY), {}, LEVELS) == []


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ([CITY, ("t", "x", "township", "镇")], 3, "parent x is neither"),
        ([CITY, TOWN, TOWN], 4, "stands on line 3 already"),
        ([CITY, ("t", "c", "hamlet", "镇")], 3, "level 'hamlet' is unknown"),
        ([CITY, ("t", "c", "township", "")], 3, "name is empty"),
        ([CITY, ("t", "c", "township", "镇" * 81)], 3, "longer than 80"),
        ([CITY, ("t", "c", "township", "镇\u202e")], 3, "control characters"),
        ([CITY, ("t/1", "c", "township", "镇")], 3, "is no code"),
        ([CITY, ("", "c", "township", "镇")], 3, "is no code"),
        ([CITY, ("t" * 41, "c", "township", "镇")], 3, "is no code"),
        ([("c", "c", "city", "市")], 2, "its own ancestor"),
        ([CITY, ("t", "", "township", "镇")], 3, "needs a parent"),
        ([CITY, ("v", "c", "community", "村")], 3, "cannot stand under a city"),
        ([CITY, TOWN, ("b", "t", "building", "楼")], 4, "cannot stand under a township"),
        ([CITY, TOWN, VILLAGE, ("u", "v", "unit", "单元"), ("w", "u", "community", "村")], 6, "under a unit"),
        ([CITY, ("d", "c", "city", "市")], 3, "a city has no parent"),
    ],
)
def test_each_mistake_is_told_with_its_line(lines, line: int, said: str) -> None:
    found = problems_of(tree(*lines), {}, LEVELS)
    assert [number for number, _ in found] == [line]
    assert said in found[0][1]


def test_a_cycle_is_told_at_each_of_its_lines_and_written_out() -> None:
    found = problems_of(tree(CITY, ("a", "b", "compound", "甲"), ("b", "a", "building", "乙")), {}, LEVELS)
    assert [line for line, _ in found] == [3, 4]
    assert all("its own ancestor" in text and "→" in text for _, text in found)


def test_a_node_that_stands_may_be_named_again_but_not_moved() -> None:
    known = {"c": Known("", "city"), "t": Known("c", "township"), "d": Known("", "city")}
    assert problems_of(tree(("t", "c", "township", "新名")), known, LEVELS) == []
    moved = problems_of(tree(("t", "d", "township", "镇")), known, LEVELS)
    assert "moving a node is not an import" in moved[0][1]
