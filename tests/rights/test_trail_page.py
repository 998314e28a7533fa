"""The audit trail's page: an administrator's own area, found by deed, person, place and day, and never changed."""

import io
import uuid

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from reading.audit import actions as audit
from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people import role_actions
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor

SHANGZHUANG, KAIYUAN = "410581106210", "410581001001"


@pytest.fixture
def admin(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


def rows(page: Page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]


def test_a_deed_stands_there_with_who_on_whom_where_and_when(admin: Visitor, cast: Cast) -> None:
    holder = cast.account("outsider")
    role_actions.grant_role(holder.id, "organizer", SHANGZHUANG, by=cast.admin)
    [row] = rows(admin.get("/audit?deed=role.granted"))
    for said in (
        "Role granted",
        "王主任",
        "周外人",
        "上庄村",
        "18 Nov 2026 14:00",
        "role: Night-school organizer",
    ):
        assert said in row


def test_what_a_line_tells_besides_is_said_in_the_readers_words(admin: Visitor, cast: Cast) -> None:
    for deed, detail in (
        ("access.refused", {"route": "/residents/imports/<uuid:import_id>", "status": 403}),
        ("consent.written_down", {"kind": "taking_part", "withdrawn": True}),
        ("residents.imported", {"added": 4, "known": 0, "refused": 4}),
        ("role.granted", {"role": "steward", "guardian": None}),
        ("account.closed", {"ended": 11}),
        ("person.erased", {}),
        ("sign_in.ended", {"why": "of old", "unheard": "of"}),
    ):
        audit.write_down(deed, by=cast.admin.id, **detail)
    admin.headers["Accept-Language"] = "zh-CN"
    found = admin.get("/audit").soup.select("td:last-child")
    assert {
        "访问的页面：/residents/imports/… · 结果：无权查看",
        "类别：参加书香 · 已撤回：是",
        "已登记：4 · 已登记过：0 · 未通过：4",
        "角色：小区长/楼长",
        "结束的登录：11",
        "",
        "原因：of old · unheard：of",
    } <= {cell.get_text() for cell in found}


def test_a_line_that_tells_nothing_besides_begins_with_its_request(app: Flask, admin: Visitor) -> None:
    Visitor(app).post("/sign-in", 400, phone="13900009999", password="of somebody else")
    [cell] = admin.get("/audit?deed=sign_in.refused").soup.select("td:last-child")
    assert cell.get_text().startswith("Request ")


def test_lines_are_found_by_person_name_place_and_day(admin: Visitor, cast: Cast, clock: TestClock) -> None:
    audit.write_down("resident.moved", by=cast.steward.id, subject=cast.resident.id, community_code=KAIYUAN)
    clock.advance(days=1)
    audit.write_down(
        "consent.written_down", by=cast.librarian.id, subject=cast.outsider.id, community_code=SHANGZHUANG
    )
    moved, consent = "Move of somebody", "Spoken consent"
    for question, found, missed in (
        ("name=孙楼长", moved, consent),
        ("name=张晓明", moved, consent),
        ("name=周外人", consent, moved),
        (f"person={cast.resident.id}", moved, consent),
        (f"person={cast.account('resident').id}", moved, consent),
        ("place=任村镇", consent, moved),
        (f"place={KAIYUAN}", moved, consent),
        ("day=2026-11-18", moved, consent),
        ("day=2026-11-19", consent, moved),
        ("deed=resident.moved", moved, consent),
    ):
        page = " | ".join(rows(admin.get(f"/audit?{question}")))
        assert found in page, question
        assert missed not in page, question
    both = rows(admin.get("/audit?place=林州市"))
    assert [consent in both[0], moved in both[1]] == [True, True]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("name=没有这个人", "Nobody of this name is in your area."),
        ("name=钱主任", "Nobody of this name is in your area."),
        ("place=北关社区", "Write the whole name or the code of one place in your area."),
        ("place=%00", "invisible control character"),
        ("day=2026-02-30", "There is no such date."),
        ("day=20261118", "There is no such date."),
        ("deed=everything", "Choose one of the list."),
        ("person=1", "The address was damaged on its way."),
        ("name=" + "x" * 41, "at most 40 characters"),
    ],
)
def test_what_cannot_be_looked_for_is_told_and_stays_typed(admin: Visitor, question: str, said: str) -> None:
    page = admin.get(f"/audit?{question}", 400)
    assert said in page.text
    assert rows(page) == []
    admin.get(f"/audit.xlsx?{question}", 400)


def test_another_citys_lines_and_names_are_not_shown(app: Flask, admin: Visitor, cast: Cast) -> None:
    audit.write_down("resident.moved", by=cast.steward.id, subject=cast.resident.id, community_code=KAIYUAN)
    audit.write_down("password.changed", by=cast.account("resident").id, subject=cast.account("resident").id)
    audit.write_down("file.exported", by=cast.librarian.id, subject=uuid.uuid4())
    audit.write_down(
        "resident.moved", by=cast.other_admin.id, subject=cast.resident.id, community_code=KAIYUAN
    )
    for deed, number in (("resident.moved", 2), ("password.changed", 1), ("file.exported", 1)):
        assert len(rows(admin.get(f"/audit?deed={deed}"))) == number
    other = Visitor(app).sign_in(cast.other_admin)
    for question in ("", f"?person={cast.resident.id}", f"?person={cast.librarian.id}"):
        page = other.get(f"/audit{question}")
        for name in ("张晓明", "孙楼长", "李馆员", "王主任"):
            assert name not in page.text
        assert not [row for row in rows(page) if "Move of somebody" in row or "Password changed" in row]
    ours = rows(admin.get("/audit?deed=resident.moved"))
    assert any("not in your area, or gone" in row for row in ours)
    assert "钱主任" not in " ".join(ours)


def test_a_township_admin_sees_the_township_alone(app: Flask, cast: Cast) -> None:
    [role] = cast.other_admin.roles
    role.community_id = "410581106"
    db.session.commit()
    audit.write_down("resident.moved", by=cast.steward.id, subject=cast.resident.id, community_code=KAIYUAN)
    audit.write_down("sign_in.refused", by=None)
    audit.write_down(
        "consent.written_down", by=cast.admin.id, subject=cast.outsider.id, community_code=SHANGZHUANG
    )
    found = rows(Visitor(app).sign_in(cast.other_admin).get("/audit"))
    assert any("Spoken consent" in row and "周外人" in row for row in found)
    assert not [row for row in found if "Move of somebody" in row or "Wrong phone" in row]


def test_many_lines_come_in_pages_the_latest_first(admin: Visitor, cast: Cast, clock: TestClock) -> None:
    for number in range(120):
        clock.advance(seconds=1)
        audit.write_down("residents.imported", by=cast.admin.id, community_code=KAIYUAN, added=number)
    first = admin.get("/audit?deed=residents.imported")
    assert [len(rows(first)), "added: 119" in rows(first)[0]] == [50, True]
    link = next(one["href"] for one in first.soup.find_all("a") if "page=2" in str(one.get("href")))
    second = admin.get(str(link))
    assert "added: 69" in rows(second)[0]
    assert len(rows(admin.get("/audit?deed=residents.imported&page=3"))) == 20
    for odd in ("0", "-1", "x", "99999999", "٣"):
        admin.get(f"/audit?page={odd}")


def test_the_workbook_holds_what_was_looked_for_and_leaves_a_line(admin: Visitor, cast: Cast) -> None:
    audit.write_down("resident.moved", by=cast.steward.id, subject=cast.resident.id, community_code=KAIYUAN)
    answer = admin.client.get("/audit.xlsx?deed=resident.moved", headers=admin.headers)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    assert cells[1][:3] == ["When", "What", "Who"]
    assert cells[2][1:5] == [
        "Move of somebody without an account written down",
        "孙楼长",
        "张晓明",
        "开元街道 开元社区",
    ]
    assert len(cells) == 3
    db.session.rollback()
    [line] = db.session.scalars(select(AuditLine).where(AuditLine.deed == "file.exported"))
    assert (line.by_id, line.detail["route"]) == (cast.admin.id, "/audit.xlsx")


def test_nothing_on_the_page_changes_the_trail(app: Flask, admin: Visitor) -> None:
    forms = admin.get("/audit").soup.select("main form")
    assert [form.get("method") for form in forms] == ["get"]
    ways = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/audit")]
    assert all(rule.methods is not None and rule.methods <= {"GET", "HEAD", "OPTIONS"} for rule in ways)


@pytest.mark.parametrize("who", ["resident", "steward", "organizer", "librarian"])
def test_only_administrators_look_into_it(app: Flask, cast: Cast, who: str) -> None:
    visitor = Visitor(app).sign_in(cast.account(who))
    visitor.get("/audit", 403)
    visitor.get("/audit.xlsx", 403)
