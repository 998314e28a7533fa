"""Files taken out and refusals are written down by themselves, and no account can flood the trail."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select, text

from reading.audit.models import AuditLine
from reading.audit.watching import MOST_REFUSALS
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor
from tests.stage import populate


def lines(deed: str) -> list[AuditLine]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditLine).where(AuditLine.deed == deed)))


FILES = (
    "/events/{event}/record.xlsx", "/events/{event}/record.csv", "/events/{event}/attendance.csv",
    "/courses/{course}/register.xlsx", "/events/{sheet_event}/sheets/{sheet}/sheet.xlsx", "/volunteers.xlsx",
    "/volunteers.csv", "/records/month.xlsx", "/records/month.csv",
)  # fmt: skip


def test_each_file_taken_out_leaves_a_line_and_a_look_at_its_head_none(app: Flask, cast: Cast) -> None:
    stage = populate(cast)
    visitor = Visitor(app).sign_in(cast.librarian)
    named = {
        "event": stage.past.id, "course": stage.course.id, "sheet_event": stage.soon.id, "sheet": stage.sheet.number
    }  # fmt: skip
    for number, path in enumerate(FILES):
        where = path.format(**named)
        assert visitor.client.head(where).status_code == 200
        assert visitor.client.get(where).status_code == 200
        assert len(lines("file.exported")) == number + 1, path
    told = {"route": "/events/<uuid:event_id>/record.xlsx", "status": 200}
    [first] = [line for line in lines("file.exported") if line.detail == told]
    assert (first.by_id, first.subject_id) == (cast.librarian.id, stage.past.id)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("resident", "/roles", 403),
        ("organizer", "/events/{event}/record", 404),
        ("organizer", "/events/{none}", 404),
    ],
)
def test_a_refusal_of_somebody_signed_in_leaves_a_line(
    app: Flask, cast: Cast, who: str, path: str, status: int
) -> None:
    stage = populate(cast)
    asked = {"event": stage.past.id, "none": uuid.uuid4()}
    Visitor(app).sign_in(cast.account(who)).get(path.format(**asked), status)
    [line] = lines("access.refused")
    assert (line.by_id, line.detail["status"]) == (cast.account(who).id, status)
    assert line.subject_id in (*asked.values(), None)


def test_a_wrong_address_and_a_stranger_leave_none(app: Flask, cast: Cast) -> None:
    Visitor(app).sign_in(cast.resident).get("/nowhere", 404)
    Visitor(app).get(f"/events/{uuid.uuid4()}", 404)
    assert lines("access.refused") == []


HOME, TOWNSHIP = "410581001001", "410581001"


def test_a_file_is_filed_under_the_place_of_what_it_tells_and_a_list_says_its_month(
    app: Flask, cast: Cast
) -> None:
    stage = populate(cast)
    visitor = Visitor(app).sign_in(cast.librarian)
    asked: dict[str, tuple[str, str | None]] = {
        f"/events/{stage.past.id}/record.csv": (stage.past.community_id, None),
        f"/courses/{stage.course.id}/register.xlsx": (stage.course.community_id, None),
        "/records/month.csv?month=2026-10": (TOWNSHIP, "2026-10"),
        f"/records/month.xlsx?community={HOME}&month=2026-11": (HOME, "2026-11"),
        f"/volunteers.csv?community={HOME}&since=2026-09&until=2026-11": (HOME, "2026-09–2026-11"),
        "/volunteers.xlsx?since=2026-11&until=2026-11": (TOWNSHIP, "2026-11"),
    }
    for path in asked:
        assert visitor.client.get(path).status_code == 200
    told = [(line.community_code or "", line.detail.get("month")) for line in lines("file.exported")]
    assert sorted(map(str, told)) == sorted(map(str, asked.values()))


def test_a_refusal_is_filed_under_the_place_of_what_was_asked_for_and_of_nothing_under_none(
    app: Flask, cast: Cast
) -> None:
    stage = populate(cast)
    visitor = Visitor(app).sign_in(cast.organizer)
    asked = {
        f"/events/{stage.past.id}/record": stage.past.community_id,
        f"/residents/{cast.resident.id}/consents?community=410581106": cast.resident.community_id,
        f"/groups/{stage.group.id}/edit": stage.group.community_id,
        f"/events/{uuid.uuid4()}/record": None,
    }
    for path in asked:
        assert visitor.client.get(path).status_code in (403, 404), path
    told = {str(line.detail["route"]): line.community_code for line in lines("access.refused")}
    assert told["/groups/<uuid:group_id>/edit"] == stage.group.community_id
    assert told["/residents/<uuid:resident_id>/consents"] == cast.resident.community_id
    events = [
        line.community_code for line in lines("access.refused") if "event_id" in str(line.detail["route"])
    ]
    assert sorted(events, key=str) == [stage.past.community_id, None]


def test_the_trails_filter_by_place_finds_the_files_taken_out_there(app: Flask, cast: Cast) -> None:
    stage = populate(cast)
    path = f"/events/{stage.past.id}/record.csv"
    assert Visitor(app).sign_in(cast.librarian).client.get(path).status_code == 200
    admin = Visitor(app).sign_in(cast.admin)
    assert "李馆员" in admin.get(f"/audit?deed=file.exported&place={stage.past.community_id}").text
    assert "李馆员" not in admin.get("/audit?deed=file.exported&place=410581106").soup.select_one("main").text


def test_an_account_fills_the_trail_with_no_more_than_sixty_refusals_an_hour(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    visitor = Visitor(app).sign_in(cast.organizer)
    for _number in range(MOST_REFUSALS + 5):
        visitor.get(f"/events/{uuid.uuid4()}", 404)
    assert len(lines("access.refused")) == MOST_REFUSALS
    Visitor(app).sign_in(cast.resident).get("/roles", 403)
    assert len(lines("access.refused")) == MOST_REFUSALS + 1
    clock.advance(hours=1, seconds=1)
    visitor.sign_in(cast.organizer).get(f"/events/{uuid.uuid4()}", 404)
    assert len(lines("access.refused")) == MOST_REFUSALS + 2


def test_a_trail_that_cannot_be_written_changes_no_answer(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    monkeypatch.setattr("reading.audit.watching.write_down", broken)
    visitor.get("/roles", 403)


def broken(*_args: object, **_more: object) -> None:
    db.session.execute(text("SELECT * FROM nowhere"))
