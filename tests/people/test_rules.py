"""Phones, masks, who is shown how, who may grant what."""

from dataclasses import dataclass
from datetime import date

import pytest

from reading.people.rules import (
    Shown,
    age_on,
    gives_away,
    is_minor,
    is_numbered_child,
    is_possible_birth,
    masked,
    may_grant,
    normal_phone,
    plain_door,
    shown_name,
)

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    "typed",
    [
        "13800000001",
        "+86 138 0000 0001",
        "+8613800000001",
        "0086-138-0000-0001",
        "8613800000001",
        " 138-0000-0001 ",
        "１３８０００００００１",
        "＋８６ １３８ ００００ ０００１",
        "(138)00000001",
        "\u202a13800000001\u202c",
        "\u200e+86\u2068 138\u200b0000\u20690001\ufeff",
    ],
)
def test_a_number_is_kept_as_its_eleven_digits(typed: str) -> None:
    assert normal_phone(typed) == "13800000001"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1380000000",
        "138000000012",
        "12800000001",
        "+1 13800000001",
        "١٣٨٠٠٠٠٠٠٠١",
        "1380000000a",
        "0372-6811234",
    ],
)
def test_what_is_no_mobile_number_is_none(typed: str) -> None:
    assert normal_phone(typed) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张小三", "张*三"),
        ("张三", "张*"),
        ("欧阳修文", "欧**文"),
        ("李", "*"),
        ("𠮷野家", "𠮷*家"),
        ("", "*"),
    ],
)
def test_a_name_is_masked_as_on_a_notice_board(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("show_as", "nickname", "relation", "number", "shown"),
    [
        ("hidden", "书虫", "self", None, None),
        ("nickname", "书虫", "self", None, Shown("书虫")),
        ("masked", "", "self", None, Shown("张*明")),
        ("masked", "", "other", None, Shown("张*明")),
        ("nickname", "", "child", 12, Shown(child_number=12)),
        ("nickname", "张晓明", "child", 12, Shown(child_number=12)),
        ("nickname", "书虫", "child", None, Shown("书虫")),
        ("nickname", "我是张晓明", "child", None, None),
        ("masked", "", "child", None, None),
        ("hidden", "书虫", "child", 12, None),
    ],
)
def test_each_is_shown_as_chosen_and_a_child_never_by_name(
    show_as, nickname, relation, number, shown
) -> None:
    assert shown_name("张晓明", show_as, nickname, relation, number) == shown


def test_a_nickname_gives_a_name_away_in_any_spelling() -> None:
    assert gives_away("小 张晓明", "张晓明")
    assert not gives_away("书虫", "张晓明")
    assert not gives_away("书虫", "")


def test_ages_turn_on_the_birthday() -> None:
    assert age_on(date(2012, 11, 19), TODAY) == 13
    assert age_on(date(2012, 11, 18), TODAY) == 14
    assert is_numbered_child("child", date(2012, 11, 19), TODAY)
    assert not is_numbered_child("child", date(2012, 11, 18), TODAY)
    assert not is_numbered_child("other", date(2020, 1, 1), TODAY)
    assert age_on(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert not is_possible_birth(date(2026, 11, 19), TODAY)
    assert not is_possible_birth(date(1900, 1, 1), TODAY)


@dataclass
class Held:
    name: str
    path: str
    is_in_force: bool = True


@pytest.mark.parametrize(
    ("held", "role", "path", "may"),
    [
        (Held("admin", "/c/"), "admin", "/c/", True),
        (Held("admin", "/c/"), "librarian", "/c/t/", True),
        (Held("admin", "/c/"), "steward", "/d/", False),
        (Held("steward", "/c/t/v/"), "steward", "/c/t/v/b/", True),
        (Held("steward", "/c/t/v/"), "steward", "/c/t/v/", False),
        (Held("steward", "/c/t/v/"), "librarian", "/c/t/v/b/", False),
        (Held("steward", "/c/t/v/"), "steward", "/c/t/", False),
        (Held("librarian", "/c/"), "steward", "/c/t/", False),
        (Held("admin", "/c/", is_in_force=False), "steward", "/c/t/", False),
    ],
)
def test_an_admin_grants_all_below_and_a_steward_stewards_below(
    held: Held, role: str, path: str, may: bool
) -> None:
    assert may_grant([held], role, path) is may


@pytest.mark.parametrize(
    ("relation", "born_on", "minor"),
    [
        ("child", None, True),
        ("child", date(2000, 1, 1), True),
        ("other", None, False),
        ("other", date(2008, 11, 18), False),
        ("other", date(2008, 11, 19), True),
        ("self", date(2012, 1, 1), True),
        ("self", date(1960, 1, 1), False),
    ],
)
def test_who_is_a_minor(relation: str, born_on: date | None, minor: bool) -> None:
    assert is_minor(relation, born_on, TODAY) is minor


@pytest.mark.parametrize("typed", ["302", "302室", "302 室", "３０２号", "302户", "302号室"])
def test_a_door_is_the_same_however_it_is_written(typed: str) -> None:
    assert plain_door(typed) == "302"
