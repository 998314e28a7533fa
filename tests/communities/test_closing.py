"""A place that is closed: gone outside, kept inside."""

import pytest
from flask import Flask

from reading.communities import actions, queries
from reading.errors import Refused
from reading.extensions import db
from reading.people import actions as people
from reading.people.models import Resident
from reading.points.ledger import verify
from tests.cast import Cast
from tests.pages import Visitor
from tests.stage import HOME, Stage, populate

PAGES = (f"/communities/{HOME}", f"/communities/{HOME}/leaderboard", f"/communities/{HOME}/calendar.ics")


@pytest.fixture
def stage(cast: Cast) -> Stage:
    found = populate(cast)
    assert actions.close(HOME) == 6
    return found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("person", "status"),
    [(None, 410), ("outsider", 410), ("organizer", 410), ("other_admin", 410), ("resident", 200), ("steward", 200),
     ("librarian", 200), ("admin", 200)],
)  # fmt: skip
def test_outside_it_is_gone_and_inside_it_stays(app: Flask, stage: Stage, path, person, status: int) -> None:
    visitor = Visitor(app)
    if person:
        visitor.sign_in(stage.cast.account(person))
    answer = visitor.client.get(path, headers=visitor.headers)
    assert answer.status_code == status
    if status == 410:
        assert "This place has been closed" in answer.get_data(as_text=True)


def test_nobody_can_choose_it_any_more(cast: Cast, stage: Stage, visitor: Visitor) -> None:
    assert queries.search("开元社区") == []
    assert queries.meant_by(HOME) == []
    assert HOME not in [one.code for one in queries.children_of("410581001")]
    page = visitor.submit(
        visitor.get("/join"), status=400, community=HOME, name="新人", phone="13911112222", agree="y",
        password="一个够长的密码哦",
    )  # fmt: skip
    assert "There is no such place" in page.errors_of("community")
    visitor.sign_in(cast.librarian)
    assert HOME not in str(visitor.get("/events/new").form().find_all("option"))
    with pytest.raises(Refused, match="开元社区"):
        people.move_household(
            resident_ids=[cast.outsider.id], home_code=HOME, since=cast.outsider.created_at.date()
        )


def test_its_history_is_kept_and_its_people_go_on_and_can_move(
    cast: Cast, stage: Stage, visitor: Visitor
) -> None:
    assert verify() == []
    visitor.sign_in(cast.resident)
    assert "平凡的世界" in visitor.get("/logbook").text
    page = visitor.get("/me/home")
    visitor.submit(page, community="410581001004", since="2026-11-18", who=[str(cast.resident.id)])
    assert db.session.get_one(Resident, cast.resident.id).community_id == "410581001004"
    assert verify() == []


def test_it_can_be_opened_again(cast: Cast, stage: Stage, visitor: Visitor) -> None:
    assert actions.close(HOME) == 0
    assert actions.reopen(HOME) == 6
    visitor.get(f"/communities/{HOME}")
    assert [one.code for one in queries.meant_by(HOME)] == [HOME]


@pytest.mark.parametrize(
    ("code", "said"), [("nowhere", "no node with the code"), ("410581", "city is not closed")]
)
def test_what_cannot_be_closed_is_told(app: Flask, cast: Cast, code: str, said: str) -> None:
    result = app.test_cli_runner().invoke(args=["communities", "close", code])
    assert result.exit_code == 1
    assert said in result.output


def test_the_command_closes_and_opens(app: Flask, cast: Cast) -> None:
    run = app.test_cli_runner().invoke
    assert "6 nodes closed" in run(args=["communities", "close", HOME]).output
    assert "6 nodes open again" in run(args=["communities", "reopen", HOME]).output
    assert "1 node closed" in run(args=["communities", "close", f"{HOME}-1-1-1"]).output
