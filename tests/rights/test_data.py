"""My data: everything the tables hold of me, at once, as JSON and as a workbook, and nothing of anybody else."""

import io
import json
import uuid
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.rights import actions as leaving
from reading.rights import erasing
from reading.rights.data_words import TABLES
from reading.rights.rules import LATER, NOW
from tests.cast import Cast, password_hash
from tests.pages import Visitor
from tests.rights.twins import Twins, merge, read
from tests.stage import Stage, populate


def as_json(app: Flask, who: Any, asked: Any = None) -> dict[str, Any]:
    visitor = Visitor(app).sign_in(who)
    answer = visitor.client.get("/me/data.json", query_string={"who": str(asked.id)} if asked else None)
    db.session.remove()
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return found


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return populate(cast)


def test_the_json_holds_every_kind_of_record(app: Flask, stage: Stage, cast: Cast) -> None:
    found = as_json(app, cast.resident)
    assert list(found) == ["made_at", "name", *TABLES]
    empty = {name for name in TABLES if not found[name]}
    assert empty <= {
        "guests", "matchings", "attempts", "log_revisions", "log_decisions", "roles", "given_codes", "merges",
        "leavings", "audit_lines", "cards", "helper_hours", "residences", "second_factors", "recovery_codes",
    }  # fmt: skip
    assert found["residents"][0]["name"] == "张晓明"
    assert found["accounts"][0]["phone"] == "13800000001"
    assert {one["book_id"] for one in found["log_entries"]} >= {"活着"}
    assert {one["event_id"] for one in found["signups"]} >= {stage.coming.title}
    assert {one["entered_by"] for one in found["log_entries"]} == {"me"}


def test_nothing_of_anybody_else_and_no_secret_is_in_it(app: Flask, stage: Stage, cast: Cast) -> None:
    text = json.dumps(as_json(app, cast.resident), ensure_ascii=False)
    others = [cast.neighbour, cast.outsider, cast.phoneless, cast.child, *stage.readers]
    for one in others:
        assert str(one.id) not in text
        assert one.name not in text
    for account in (cast.librarian, cast.steward, cast.admin):
        assert str(account.id) not in text
        assert account.phone not in text
    assert password_hash() not in text


def test_who_looks_after_somebody_gets_theirs_by_itself_and_nobody_elses(
    app: Flask, stage: Stage, cast: Cast
) -> None:
    child = as_json(app, cast.resident, cast.child)
    assert [one["name"] for one in child["residents"]] == ["张小花"]
    assert child["accounts"] == child["sign_ins"] == []
    assert {one["book_id"] for one in child["log_entries"]} == {"西游记"}
    for who in ("neighbour", "librarian", "admin", "steward"):
        visitor = Visitor(app).sign_in(cast.account(who))
        for kind in ("json", "xlsx"):
            visitor.get(f"/me/data.{kind}?who={cast.child.id}", 404)
            visitor.get(f"/me/data.{kind}?who={cast.phoneless.id}", 404)


@pytest.mark.parametrize("who", ["", "1", "\x00", "x" * 3000, str(uuid.UUID(int=0)), "../../etc"])
def test_a_person_who_is_not_there_is_not_found(app: Flask, cast: Cast, who: str) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    assert visitor.client.get("/me/data.json", query_string={"who": who}).status_code == 404


def test_staff_without_a_person_get_their_account_and_roles(app: Flask, stage: Stage, cast: Cast) -> None:
    found = as_json(app, cast.librarian)
    assert [(one["name"], one["community_id"]) for one in found["roles"]] == [("librarian", "开元街道")]
    assert found["residents"] == found["log_entries"] == []


def test_the_workbook_has_a_sheet_for_each_table_and_no_formula(app: Flask, stage: Stage, cast: Cast) -> None:
    read(cast.resident, "=1+1", date(2026, 11, 18), 5, cast.account("resident"))
    visitor = Visitor(app, "zh").sign_in(cast.resident)
    answer = visitor.client.get("/me/data.xlsx", headers=visitor.headers)
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert len(book.sheetnames) == len(TABLES)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert {"阅读记录", "积分"} <= set(book.sheetnames)
    values = [str(cell.value) for cell in cells]
    assert "=1+1" in values
    assert "活着" in values


def test_what_was_merged_is_in_it(app: Flask, twins: Twins, cast: Cast) -> None:
    merge(twins, cast.librarian)
    found = as_json(app, twins.keep)
    assert {one["book_id"] for one in found["log_entries"]} >= {"红旗渠", "平凡的世界"}
    assert len(found["residents"]) == 2
    assert len(found["merges"]) == 1
    assert {one["deed"] for one in found["audit_lines"]} >= {"residents.merged"}


def test_taking_data_along_is_on_the_trail(app: Flask, cast: Cast) -> None:
    as_json(app, cast.resident, cast.child)
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.deed == "data.exported"))
    assert (line.by_id, line.subject_id) == (cast.account("resident").id, cast.child.id)
    assert line.detail == {"kind": "json"}


def test_the_page_says_where_each_thing_is_corrected(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get("/me/data")
    links = {str(link["href"]) for link in page.soup.select("main a")}
    assert {"/me/household", "/me/home", "/me/consents", "/logbook", "/me/devices", "/notice"} <= links
    for link in sorted(links):
        if "data." not in link:
            visitor.get(link, follow=True)


def taken_along(visitor: Visitor) -> dict[str, dict[str, Any]]:
    """Follow every JSON link of the page, as a person does; return what came, by the name it was offered under."""
    found = {}
    for link in visitor.get("/me/data").soup.select('a[href^="/me/data.json"]'):
        answer = visitor.client.get(str(link["href"]))
        assert answer.status_code == 200, link["href"]
        found[str(link["aria-label"])] = json.loads(answer.get_data(as_text=True))
    return found


def test_staff_who_read_nothing_follow_the_links_of_the_page_to_their_own_data(
    app: Flask, cast: Cast
) -> None:
    (found,) = taken_along(Visitor(app).sign_in(cast.librarian)).values()
    assert found["accounts"][0]["phone"] == cast.librarian.phone


def test_who_is_about_to_leave_takes_all_of_it_along_until_the_day(
    app: Flask, stage: Stage, cast: Cast
) -> None:
    account, visitor = cast.account("resident"), Visitor(app).sign_in(cast.resident)
    before = {name: len(one["log_entries"]) for name, one in taken_along(visitor).items()}
    for one in (cast.child, cast.resident):
        leaving.leave(uuid.uuid4(), one.id, LATER, account.id)
        found = taken_along(visitor)
        assert {name: len(one["log_entries"]) for name, one in found.items()} == before
        assert [one["name"] for one in found.values()] == ["张晓明", "张小花"]
    visitor.get(f"/me/data.json?who={cast.neighbour.id}", 404)
    Visitor(app).sign_in(cast.neighbour).get(f"/me/data.json?who={cast.child.id}", 404)


def test_who_was_erased_and_still_looks_after_a_child_takes_the_account_along(app: Flask, cast: Cast) -> None:
    wish = leaving.leave(uuid.uuid4(), cast.resident.id, NOW, cast.account("resident").id)
    visitor = Visitor(app).sign_in(cast.resident)
    erasing.erase_wished(wish.id)
    own, child = taken_along(visitor).values()
    assert own["accounts"][0]["name"] == own["name"] == "张晓明"
    assert own["residents"] == child["accounts"] == []
    assert child["name"] == "张小花"
