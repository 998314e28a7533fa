"""What a line of the trail tells besides is told by names, as far as its reader may know them, in few statements."""

import io
import uuid
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from reading.audit import actions as audit
from reading.extensions import db
from reading.groups.models import StudyGroup
from tests.cast import LONG_AGO, Cast
from tests.events.planned import at, planned, started
from tests.pages import Visitor
from tests.statements import statements

KAIYUAN, SHANGZHUANG, ELSEWHERE = "410581001001", "410581106210", "410500001001"


@pytest.fixture
def admin(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


def details(admin: Visitor, deed: str, question: str = "") -> list[str]:
    cells = admin.get(f"/audit?deed={deed}{question}").soup.select("tbody td:last-child")
    return [cell.get_text().split(" · Request")[0] for cell in cells]


def subjects(admin: Visitor, deed: str) -> list[str]:
    """Return what the lines of a deed say they were about."""
    cells = admin.get(f"/audit?deed={deed}").soup.select("tbody td:nth-of-type(3)")
    return [cell.get_text(strip=True) for cell in cells]


def group(code: str, name: str) -> uuid.UUID:
    """Add a study group at a place; return its id."""
    one = StudyGroup(id=uuid.uuid4(), community_id=code, name=name, created_at=LONG_AGO)
    db.session.add(one)
    db.session.commit()
    return one.id


def test_people_groups_and_places_are_told_by_name(admin: Visitor, cast: Cast) -> None:
    reading_group = group(KAIYUAN, "晨读小组")
    lines: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("password.reset", {"given_by": str(cast.steward.id)}, "given by: 孙楼长"),
        ("account.handed_over", {"account": str(cast.account("resident").id)}, "account: 张晓明"),
        ("residents.merged", {"merged": str(cast.phoneless.id)}, "the other record: 吴大爷"),
        ("consent.written_down", {"guardian": str(cast.neighbour.id)}, f"guardian: {cast.neighbour.name}"),
        ("group.started", {"group": str(reading_group)}, "study group: 晨读小组"),
        ("resident.moved", {"to": SHANGZHUANG}, "new home: 上庄村"),
    )
    for deed, detail, _said in lines:
        audit.write_down(deed, by=cast.admin.id, community_code=KAIYUAN, **detail)
    for deed, _detail, said in lines:
        assert details(admin, deed) == [said]
    answer = admin.client.get("/audit.xlsx?deed=resident.moved", headers=admin.headers)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert "new home: 上庄村" in [cell for row in sheet.iter_rows(values_only=True) for cell in row]


def test_whom_one_may_not_know_or_who_is_gone_is_an_id_kept_short(admin: Visitor, cast: Cast) -> None:
    gone, other = uuid.uuid4(), group(ELSEWHERE, "别处的小组")
    lines: tuple[tuple[str, str, uuid.UUID], ...] = (
        ("residents.merged", "merged", gone),
        ("account.handed_over", "account", cast.other_admin.id),
        ("group.started", "group", other),
        ("log.kept", "entry", gone),
        ("password.reset", "code", gone),
    )
    for deed, name, told in lines:
        detail: dict[str, Any] = {name: str(told)}
        audit.write_down(deed, by=cast.admin.id, community_code=KAIYUAN, **detail)
        [said] = details(admin, deed)
        assert said.endswith(f": {str(told)[:8]}")
        assert str(told) not in said
    audit.write_down("resident.moved", by=cast.admin.id, community_code=KAIYUAN, to="never-there")
    assert details(admin, "resident.moved") == ["new home: never-there"]


def test_a_number_or_a_word_that_is_no_name_stays_as_it_is(admin: Visitor, cast: Cast) -> None:
    audit.write_down("residents.imported", by=cast.admin.id, community_code=KAIYUAN, added=4, known=0)
    assert details(admin, "residents.imported") == ["added: 4 · known already: 0"]


def test_many_lines_take_no_more_statements_than_one(admin: Visitor, cast: Cast) -> None:
    def cost() -> int:
        with statements() as sent:
            admin.get("/audit")
        return len(sent)

    people = [cast.resident, cast.neighbour, cast.phoneless, cast.outsider]
    for number in range(2):
        one = group(KAIYUAN, f"第{number}组")
        audit.write_down("file.exported", by=cast.admin.id, subject=planned(cast).id)
        audit.write_down("group.started", by=cast.admin.id, community_code=KAIYUAN, group=str(one))
        audit.write_down("resident.moved", by=cast.admin.id, community_code=KAIYUAN, to=SHANGZHUANG)
    few = cost()
    for number in range(12):
        one = group(KAIYUAN, f"另{number}组")
        audit.write_down("file.exported", by=cast.admin.id, subject=planned(cast).id)
        audit.write_down("access.refused", by=cast.admin.id, subject=one)
        audit.write_down("group.started", by=cast.admin.id, community_code=KAIYUAN, group=str(one))
        merged = str(people[number % 4].id)
        audit.write_down("residents.merged", by=cast.admin.id, community_code=KAIYUAN, merged=merged)
        audit.write_down("resident.moved", by=cast.admin.id, community_code=KAIYUAN, to=KAIYUAN)
    assert cost() == few


def test_events_courses_and_groups_that_a_line_is_about_are_told_by_name(
    app: Flask, admin: Visitor, cast: Cast
) -> None:
    event = planned(cast, title="清明诵读", starts_at=at("2026-11-21 19:00"), ends_at=at("2026-11-21 20:00"))
    for one in (event.id, started(cast).id, group(KAIYUAN, "晨读小组"), cast.resident.id):
        audit.write_down("file.exported", by=cast.admin.id, subject=one)
    told = ["张晓明", "晨读小组", started(cast).title, "清明诵读 · 21 Nov 2026"]
    assert sorted(subjects(admin, "file.exported")) == sorted(told)
    chinese = Visitor(app, "zh").sign_in(cast.admin)
    assert "清明诵读 · 2026年11月21日" in subjects(chinese, "file.exported")
    link = admin.get("/audit").soup.find("a", string="清明诵读 · 21 Nov 2026")
    assert len(admin.get(link["href"]).soup.select("tbody tr")) == 1
    answer = admin.client.get("/audit.xlsx?deed=file.exported", headers=admin.headers)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert "清明诵读 · 21 Nov 2026" in [cell for row in sheet.iter_rows(values_only=True) for cell in row]


def test_an_event_or_group_elsewhere_or_gone_stands_as_a_short_id(admin: Visitor, cast: Cast) -> None:
    event = planned(cast, community=ELSEWHERE)
    for one in (event.id, group(ELSEWHERE, "别处的小组"), uuid.uuid4()):
        audit.write_down("access.refused", by=cast.admin.id, subject=one)
        assert str(one)[:8] in subjects(admin, "access.refused")
    assert all(len(one) == 8 for one in subjects(admin, "access.refused"))
