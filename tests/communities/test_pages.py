"""Finding a community: by typing, and from township to name."""

import pytest

from reading.access import Reach
from reading.communities import queries
from tests.cast import Cast
from tests.pages import Visitor

KAIYUAN, SHANGZHUANG = "410581001001", "410581106210"


def codes(text: str, **kept) -> list[str]:
    return [one.code for one in queries.search(text, **kept)]


@pytest.mark.parametrize(
    "text", ["开元", "开元社区", "kysq", "KYSQ", "kaiyuan", "开元街道开元社区", "开元街道 kysq", KAIYUAN]
)
def test_characters_pinyin_and_labels_find_a_community(cast: Cast, text: str) -> None:
    assert codes(text)[0] == KAIYUAN


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "'; --", "没有这个", "\0", "开" * 500])
def test_what_means_nothing_finds_nothing(cast: Cast, text: str) -> None:
    assert codes(text) == []


def test_a_township_finds_its_communities(cast: Cast) -> None:
    assert set(codes("任村镇")) == {"410581106200", SHANGZHUANG}


def test_search_stays_within_a_reach_and_goes_into_buildings(cast: Cast) -> None:
    within = Reach(("/410581/410581001/410581001001/",))
    assert codes("和顺园1号楼 2单元", levels=queries.LIVED_AT, within=within) == ["410581001001-1-1-2"]
    assert codes("上庄", levels=queries.LIVED_AT, within=within) == []
    assert codes("北关", within=within) == []


def test_labels_say_which_one_is_meant(cast: Cast) -> None:
    labels = {code: queries.full_label(node) for code in (KAIYUAN, "410581001001-1-1", "410581001", "410581")
              if (node := queries.get(code))}  # fmt: skip
    assert labels == {
        KAIYUAN: "开元街道 开元社区",
        "410581001001-1-1": "开元社区 和顺园 1号楼",
        "410581001": "开元街道",
        "410581": "林州市",
    }


def test_a_whole_label_means_one_place_and_a_code_is_itself(cast: Cast) -> None:
    assert [one.code for one in queries.meant_by("任村镇 上庄村")] == [SHANGZHUANG]
    assert [one.code for one in queries.meant_by(SHANGZHUANG)] == [SHANGZHUANG]
    assert [one.code for one in queries.meant_by("４１０５８１１０６２１０")] == [SHANGZHUANG]
    assert queries.meant_by("410581001") == []


@pytest.mark.parametrize("text", ["和顺园 1号楼", "和顺园1号楼", "开元社区 和顺园 1号楼", "1号楼"])
def test_a_building_is_meant_by_its_names_though_its_units_hold_them_too(cast: Cast, text: str) -> None:
    found = queries.meant_by(text, queries.LIVED_AT)
    assert [one.code for one in found] == ["410581001001-1-1"]


def test_from_township_to_name_and_back_to_the_form(cast: Cast, visitor: Visitor) -> None:
    first = visitor.get("/communities?next=/join")
    towns = {link.get_text(): link["href"] for link in first.soup.select(".places a")}
    assert set(towns) == {"北关街道", "开元街道", "任村镇"}
    second = visitor.get(towns["任村镇"])
    villages = {link.get_text(): link["href"] for link in second.soup.select(".places a")}
    joining = visitor.get(villages["上庄村"])
    assert joining.path == "/join"
    assert joining.soup.find(attrs={"name": "community"})["value"] == "任村镇 上庄村"


def test_without_a_form_a_community_leads_to_its_page(cast: Cast, visitor: Visitor) -> None:
    found = visitor.get("/communities?q=szc")
    assert found.soup.select(".links a")[0]["href"].startswith(f"/communities/{SHANGZHUANG}")
    assert "No village or neighbourhood is called" in visitor.get("/communities?q=没有").text


def test_a_home_can_be_chosen_down_to_the_unit(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get(f"/communities?next=/me/home&homes=1&under={KAIYUAN}")
    links = {link.get_text(strip=True): link["href"] for link in page.soup.select(".places a")}
    assert links["开元社区 itself"] == f"/me/home?community={KAIYUAN}"
    assert "under=410581001001-1" in links["和顺园"]


@pytest.mark.parametrize("query", ["under=nowhere", "under=410581001001-1-1-1", "under=%00"])
def test_a_place_that_is_not_there_is_not_found(cast: Cast, visitor: Visitor, query: str) -> None:
    visitor.get(f"/communities?{query}", status=404)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_choice_is_never_carried_to_another_host(cast: Cast, visitor: Visitor, target: str) -> None:
    page = visitor.get("/communities", status=200)
    page = visitor.get(f"/communities?under=410581106&next={target}")
    assert "evil" not in str(page.soup.find("main"))


def test_typing_is_answered_with_labels(cast: Cast, client) -> None:
    answer = client.get("/communities/search?q=上庄").get_json()
    assert answer == {"results": [{"code": SHANGZHUANG, "label": "任村镇 上庄村"}]}
    homes = client.get("/communities/search?q=1号楼&homes=1").get_json()["results"]
    assert homes[0]["label"] == "开元社区 和顺园 1号楼"
    assert client.get("/communities/search").get_json() == {"results": []}
    assert client.get("/communities/search?q=任村镇&homes=all").get_json()["results"][0]["label"] == "任村镇"


def test_an_empty_city_says_so(app, visitor: Visitor) -> None:
    assert "No community has been entered yet." in visitor.get("/communities").text
