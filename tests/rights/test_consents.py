"""What one agreed to: separate, unticked, with one tap each way, and withdrawn from every page at once."""

import re
import uuid
from datetime import date
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.events import actions as events
from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.people import consent_queries as consents
from reading.people.models import Consent, Resident
from reading.people.rules import NOTICE_VERSION, NOTICES
from reading.rights.consent_rules import shown_as
from reading.volunteers import actions as volunteers
from tests.attendance.marking import change, send, sent
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor
from tests.recorded import Row, Rows, rows
from tests.rights.twins import told
from tests.stage import HOME, populate

KINDS = ("taking_part", "boards", "reflections")


def button(page: Page, resident: Resident, kind: str, given: str) -> Tag | None:
    """Return the form of one tap on the page of consents."""
    for form in page.soup.select("main form"):
        told_ = {str(one.get("name")): one.get("value") for one in form.select("input")}
        if (told_.get("resident"), told_.get("kind"), told_.get("given")) == (str(resident.id), kind, given):
            return form
    return None


def tap(visitor: Visitor, resident: Resident, kind: str, given: str, at_: str = "/me/consents") -> Page:
    page = visitor.get(at_)
    form = button(page, resident, kind, given)
    assert form is not None
    return visitor.submit(page, form=form)


def standing(resident: Resident) -> set[str]:
    db.session.rollback()
    return {kind for _id, kind in consents.standing([resident.id])}


@pytest.mark.parametrize("kind", KINDS)
def test_each_consent_is_given_and_withdrawn_with_one_tap_and_the_same_number_of_taps(
    app: Flask, cast: Cast, kind: str
) -> None:
    me = Visitor(app).sign_in(cast.neighbour)
    tap(me, cast.neighbour, "taking_part", "no")
    for given in ("yes", "no", "yes"):
        page = tap(me, cast.neighbour, kind, given)
        assert page.path == "/me/consents"
        assert (kind in standing(cast.neighbour)) is (given == "yes")


def test_nothing_is_agreed_to_but_what_was_ticked(app: Flask, cast: Cast) -> None:
    page = Visitor(app).get("/join")
    assert not page.form(holding="agree").find(attrs={"name": "agree", "checked": True})
    assert page.soup.find("input", attrs={"name": "show_as", "value": "hidden", "checked": True})
    assert page.soup.select_one('main a[href="/notice"]')


def test_the_page_says_since_when_and_to_which_wording(app: Flask, cast: Cast) -> None:
    me = Visitor(app).sign_in(cast.neighbour)
    page = tap(me, cast.neighbour, "boards", "yes")
    assert "Agreed since 18 Nov 2026" in page.text
    assert page.soup.select_one(f'main a[href="/notice/{NOTICE_VERSION}"]')


def test_a_guardian_decides_for_the_child_and_nobody_else_does(app: Flask, cast: Cast) -> None:
    guardian = Visitor(app).sign_in(cast.resident)
    tap(guardian, cast.child, "boards", "yes")
    assert db.session.get_one(Resident, cast.child.id).show_as == "nickname"
    tap(guardian, cast.child, "boards", "no")
    assert db.session.get_one(Resident, cast.child.id).show_as == "hidden"
    form: dict[str, Any] = {"resident": str(cast.child.id), "kind": "boards", "given": "yes"}
    for stranger in ("neighbour", "librarian", "steward", "admin"):
        Visitor(app).sign_in(cast.account(stranger)).post("/me/consents", 404, **form)
    assert db.session.get_one(Resident, cast.child.id).show_as == "hidden"


def test_a_minor_without_number_and_nickname_chooses_one_first(app: Flask, cast: Cast) -> None:
    change(cast.child, child_number=None, born_on=date(2010, 1, 1))
    page = Visitor(app).sign_in(cast.resident)
    form: dict[str, Any] = {"resident": str(cast.child.id), "kind": "boards", "given": "yes"}
    answer = page.post("/me/consents", 409, **form)
    assert "Choose a nickname first" in answer.text
    assert answer.soup.select_one(f'a[href="/me/household/{cast.child.id}/shown"]')


@pytest.mark.parametrize(
    ("nickname", "minor", "numbered", "expected"),
    [
        ("", False, False, "masked"),
        ("老书虫", False, False, "nickname"),
        ("", True, False, None),
        ("小花花", True, False, "nickname"),
        ("张小花", True, False, None),
        ("", True, True, "nickname"),
    ],
)
def test_who_agrees_again_is_shown_as_before_or_as_carefully_as_can_be(
    nickname: str, minor: bool, numbered: bool, expected: str | None
) -> None:
    assert shown_as("张小花", nickname, is_minor=minor, numbered=numbered) == expected


def test_no_new_record_is_kept_of_who_withdrew_taking_part_until_they_agree_again(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event, me = (
        planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00")),
        cast.neighbour,
    )
    entry = logbook.log(uuid.uuid4(), told(me, "活着", date(2026, 11, 17), 10), me.account_id)  # type: ignore[arg-type]
    page = Visitor(app).sign_in(me)
    before = sent(me, happened_at=clock())
    clock.advance(minutes=5)
    tap(page, me, "taking_part", "no")
    by = me.account_id
    assert by is not None
    for act in (
        lambda: logbook.log(uuid.uuid4(), told(me, "活着", date(2026, 11, 18), 10), by),
        lambda: events.sign_up(event.id, me.id, uuid.uuid4(), by),
        lambda: volunteers.sign_up(event.id, me.id, uuid.uuid4(), by),
    ):
        with pytest.raises(Refused, match="不再同意"):
            act()
    assert send(event, cast.librarian, sent(me)) == ["withdrawn"]
    assert send(event, cast.librarian, before) == ["stored"]
    assert db.session.get_one(LogEntry, entry.id).removed_at is None
    tap(page, me, "taking_part", "yes")
    logbook.log(uuid.uuid4(), told(me, "活着", date(2026, 11, 18), 10), by)
    assert send(event, cast.librarian, sent(me, seen=())) == ["stored"]


def test_who_withdraws_taking_part_is_shown_nowhere(app: Flask, cast: Cast) -> None:
    me = Visitor(app).sign_in(cast.neighbour)
    for kind in KINDS:
        if button(me.get("/me/consents"), cast.neighbour, kind, "yes"):
            tap(me, cast.neighbour, kind, "yes")
    tap(me, cast.neighbour, "taking_part", "no")
    assert standing(cast.neighbour) == set()
    assert db.session.get_one(Resident, cast.neighbour.id).show_as == "hidden"


BOARDS = (
    f"/communities/{HOME}/leaderboard",
    f"/communities/{HOME}/leaderboard?period=all",
    f"/communities/{HOME}/leaderboard?period=2026&by=pages",
    f"/communities/{HOME}",
    "/communities/410581001/leaderboard",
    "/leaderboards",
    "/",
)


def test_withdrawn_means_gone_from_every_board_at_once_and_from_every_cache_at_the_next_look(
    app: Flask, cast: Cast
) -> None:
    stage = populate(cast)
    reader = next(one for one in stage.readers if one.show_as == "nickname")
    visitor, me = Visitor(app), Visitor(app).sign_in(reader)
    shown = [path for path in BOARDS if reader.nickname in visitor.get(path, follow=True).text]
    assert shown
    tap(me, reader, "boards", "no")
    walked = [*BOARDS, *(f"/books/{book.id}" for book in stage.books), f"/events/{stage.past.id}"]
    for path in walked:
        for asked_as in ("text/html", "application/json"):
            answer = visitor.client.get(path, headers={"Accept": asked_as}, follow_redirects=True)
            assert reader.nickname not in answer.get_data(as_text=True), path
            assert longest_kept(answer.headers.get("Cache-Control", "")) <= 60, path
    db.session.remove()
    tap(me, reader, "boards", "yes")
    assert [path for path in BOARDS if reader.nickname in visitor.get(path, follow=True).text] == shown


def longest_kept(directives: str) -> float:
    """Return for how many seconds an answer may be shown again without asking; none told is no promise."""
    if "no-store" in directives or "no-cache" in directives:
        return 0
    found = re.search(r"max-age=(\d+)", directives)
    return int(found[1]) if found else float("inf")


def outdate(resident: Resident) -> None:
    given: dict[str, Any] = {"notice_version": "2025-01", "given_at": at("2025-02-03 10:00")}
    db.session.add(Consent(resident_id=resident.id, kind="taking_part", **given))
    db.session.commit()


def test_a_new_wording_asks_again_without_standing_in_the_way(app: Flask, cast: Cast) -> None:
    me, by = Visitor(app).sign_in(cast.neighbour), cast.neighbour.account_id
    assert by is not None
    assert "new wording" not in me.get("/me").text
    outdate(cast.neighbour)
    assert "new wording" in me.get("/me").text
    # Not asked first: everything goes on.
    logbook.log(uuid.uuid4(), told(cast.neighbour, "活着", date(2026, 11, 18), 10), by)
    page = tap(me, cast.neighbour, "taking_part", "yes")
    assert "new wording" not in page.text
    assert "new wording" not in me.get("/me").text
    kept = db.session.scalars(select(Consent).where(Consent.resident_id == cast.neighbour.id)).all()
    assert sorted((one.notice_version, one.withdrawn_at is None) for one in kept) == [
        ("2025-01", False),
        (NOTICE_VERSION, True),
    ]


def test_a_tap_twice_changes_nothing_more(app: Flask, cast: Cast) -> None:
    me = Visitor(app).sign_in(cast.neighbour)
    for given in ("yes", "no"):
        form: dict[str, Any] = {"resident": str(cast.neighbour.id), "kind": "reflections", "given": given}
        me.post("/me/consents", **form)
        after = rows()
        me.post("/me/consents", **form)
        assert without_seen(rows()) == without_seen(after)


def without_seen(kept: Rows) -> dict[str, list[Row]]:
    return {table.name: found for table, found in kept.items() if table.name != "sign_ins"}


def test_staff_write_down_what_somebody_without_an_account_says(app: Flask, cast: Cast) -> None:
    staff, path = Visitor(app).sign_in(cast.steward), f"/residents/{cast.phoneless.id}/consents"
    tap(staff, cast.phoneless, "boards", "yes", path)
    assert db.session.get_one(Resident, cast.phoneless.id).show_as == "masked"
    tap(staff, cast.phoneless, "boards", "no", path)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "consent.written_down")).all()
    assert [(line.by_id, line.subject_id) for line in lines] == [(cast.steward.id, cast.phoneless.id)] * 2
    Visitor(app).sign_in(cast.steward).get(f"/residents/{cast.outsider.id}/consents", 404)
    form: dict[str, Any] = {"resident": str(cast.neighbour.id), "kind": "boards", "given": "yes"}
    staff.post(path, 400, **form)


BAD: tuple[dict[str, str], ...] = (
    {"kind": "taking_part", "given": ""},
    {"kind": "taking_part", "given": "maybe"},
    {"kind": "admin", "given": "yes"},
    {"kind": "boards\x00", "given": "yes"},
    {"kind": "boards", "given": "yes", "resident": "12"},
    {
        "kind": "boards",
        "given": "yes",
        "resident": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    },
    {},
)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_names_no_consent_is_told_and_changes_nothing(
    app: Flask, cast: Cast, bad: dict[str, str], language: str
) -> None:
    before, told_ = rows(), dict[str, Any]({"resident": str(cast.neighbour.id), **bad})
    me = Visitor(app, language).sign_in(cast.neighbour)
    page = me.post("/me/consents", 400, **told_)
    said = {"en": "Say which consent is meant.", "zh": "请说明是哪一项同意。"}[language]
    assert said in page.text
    assert without_seen(rows()) == without_seen(before)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_notice_says_who_what_why_how_long_and_whom_to_ask(app: Flask, language: str) -> None:
    app.config.update(OPERATOR="林州市图书馆", CONTACT="0372-6812345")
    page = Visitor(app, language).get("/notice")
    assert [bool(heading.get_text(strip=True)) for heading in page.soup.select("main h2")] == [True] * 8
    for told_ in ("林州市图书馆", "0372-6812345", "24", "180", "14", "15", "60"):
        assert told_ in page.text
    for version in NOTICES:
        assert Visitor(app, language).get(f"/notice/{version}").text


@pytest.mark.parametrize("version", ["2019-01", "..", "2026-11.zh", "x" * 300, "%00"])
def test_there_is_no_wording_but_those_that_were(app: Flask, version: str) -> None:
    Visitor(app).get(f"/notice/{version}", 404)


def test_a_young_child_is_told_to_stand_on_boards_by_number_and_never_masked(app: Flask, cast: Cast) -> None:
    change(cast.child, child_number=7)
    page = Visitor(app).sign_in(cast.resident).get("/me/consents")
    assert "Others see “Young reader 7” on the boards, without a name." in page.text
    assert page.text.count("by nickname or masked") == 1
