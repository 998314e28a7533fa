"""The roster as a phone gets it, and batches as a phone sends them: the contract of the offline queue."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.account_tag import account_tag
from reading.attendance.models import Attempt, Guest, Headcount, Mark
from reading.cards import actions as cards
from reading.cards.models import Card
from reading.cards.queries import signing_key
from reading.cards.rules import qr_text
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from tests.attendance.pressing import a_mark
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at
from tests.pages import Visitor
from tests.statements import statements


def roster(visitor: Visitor, event: Event) -> dict[str, Any]:
    answer = visitor.client.get(f"/events/{event.id}/roster.json", headers=visitor.headers)
    db.session.remove()
    assert answer.status_code == 200
    return dict(answer.get_json())


def send(visitor: Visitor, event: Event, status: int = 200, **body: Any) -> dict[str, Any]:
    return dict(visitor.post_json(f"/events/{event.id}/attendance", {"marks": [], **body}, status))


def how_many(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_phone_gets_who_is_expected_and_nothing_that_is_not_needed(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    told = roster(librarian, event)
    assert [one["name"] for one in told["people"]] == ["单田方"]
    assert told["people"][0] == {
        "id": str(cast.neighbour.id), "name": "单田方", "home": told["people"][0]["home"], "why": "seated",
        "keys": cast.neighbour.keys, "status": None, "since": None, "heads": [], "card": None, "mine": False,
    }  # fmt: skip
    assert {"stf", "dtf"} <= set(told["people"][0]["keys"].split())
    assert told["server_now"] == "2026-11-18T14:40:00+08:00"
    assert told["event"]["ends_at"] == "2026-11-18T16:00:00+08:00"
    text = str(told)
    assert "13800000002" not in text
    assert "吴大爷" not in text


def test_marks_come_back_with_their_heads_and_since_when(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    first = a_mark(cast.neighbour, happened_at="2026-11-18T14:35:00+08:00")
    told = send(librarian, event, marks=[first])
    expected = {"status": "present", "since": "2026-11-18T14:35:00+08:00", "heads": [first["id"]]}
    assert {name: told["people"][0][name] for name in expected} == expected
    kept = roster(librarian, event)["people"][0]
    assert {name: kept[name] for name in expected} == expected


def test_who_joins_by_being_marked_is_told_with_their_name(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    told = send(librarian, event, marks=[a_mark(cast.phoneless)])
    assert [one["name"] for one in told["people"]] == ["吴大爷"]
    told = send(librarian, event, marks=[a_mark(cast.phoneless, "undone")])
    assert [(one["name"], one["status"]) for one in told["people"]] == [("吴大爷", None)]
    assert [one["name"] for one in roster(librarian, event)["people"]] == ["单田方"]


def test_who_may_not_be_marked_is_not_told_by_name(librarian: Visitor, event: Event, cast: Cast) -> None:
    told = send(librarian, event, 409, marks=[a_mark(cast.outsider)])
    assert told["marks"][0]["code"] == "not_here"
    assert told["people"] == []


def test_an_undo_beats_only_what_it_has_seen(librarian: Visitor, event: Event, cast: Cast) -> None:
    seen, unseen = a_mark(cast.neighbour, seen=[]), a_mark(cast.neighbour, seen=[])
    undo = a_mark(cast.neighbour, "undone", seen=[seen["id"]])
    told = send(librarian, event, marks=[seen, unseen, undo])
    assert [one["result"] for one in told["marks"]] == ["stored"] * 3
    assert told["people"][0]["status"] == "present"
    assert unseen["id"] in told["people"][0]["heads"]


def test_a_walk_in_is_a_guest_by_name_and_is_undone_like_anybody(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = {"guest": str(uuid.uuid4()), "name": "  王 大嫂 "}
    came = {"id": str(uuid.uuid4()), "status": "present", **guest}
    told = send(librarian, event, marks=[came])
    assert [(one["name"], one["status"]) for one in told["guests"]] == [("王 大嫂", "present")]
    assert told["counts"]["guests"] == 1
    told = send(librarian, event, marks=[came])
    assert told["marks"][0]["result"] == "duplicate"
    undo = {"id": str(uuid.uuid4()), "status": "undone", "guest": guest["guest"], "seen": [came["id"]]}
    told = send(librarian, event, marks=[undo])
    assert (told["guests"][0]["status"], told["counts"]["guests"]) == (None, 0)
    assert how_many(Guest) == 1


def test_a_card_is_told_whom_it_is_of_also_beyond_the_roster(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    cards.issue([cast.phoneless.id, cast.neighbour.id], cast.librarian.id)
    [expected] = roster(librarian, event)["people"]
    code = str(expected["card"]["code"])
    [card] = db.session.scalars(select(Card).where(Card.resident_id == cast.neighbour.id))
    whole = qr_text(card.id, signing_key())
    # A phone knows the card when it sees it, and could not draw one.
    assert whole.endswith(expected["card"]["qr"])
    assert len(expected["card"]["qr"]) < len(whole) / 2
    sent = {"id": str(uuid.uuid4()), "status": "present", "card": whole}
    told = send(librarian, event, marks=[sent, {**sent, "id": str(uuid.uuid4()), "card": code}])
    assert [one["person"] for one in told["marks"]] == [str(cast.neighbour.id)] * 2


@pytest.mark.parametrize(
    ("card", "code"), [("22222222", "card_unknown"), ("SX" + "A" * 39, "card_foreign"), ("?", "card_unknown")]
)
def test_a_card_that_is_none_of_ours_is_refused_and_kept_as_scanned(
    librarian: Visitor, event: Event, card: str, code: str
) -> None:
    told = send(librarian, event, 409, marks=[{"id": str(uuid.uuid4()), "status": "present", "card": card}])
    assert told["marks"][0]["code"] == code
    assert db.session.scalars(select(Attempt)).one().sent["card"] == card


def test_a_batch_of_another_account_is_refused_whole(
    librarian: Visitor, event: Event, cast: Cast, app: Flask
) -> None:
    with app.app_context():
        stolen = account_tag(cast.admin.id)
    heads = [{"id": str(uuid.uuid4()), "number": 40}]
    body: dict[str, Any] = {"marks": [a_mark(cast.neighbour)], "headcounts": heads}
    told = send(librarian, event, 409, account=stolen, **body)
    assert told["code"] == "other_account"
    assert "another account" in told["error"]
    assert (how_many(Mark), how_many(Headcount), how_many(Attempt)) == (0, 0, 0)
    own = roster(librarian, event)["account"]
    assert send(librarian, event, account=own, **body)["marks"][0]["result"] == "stored"


def test_a_clock_wrong_by_hours_is_corrected_and_flagged(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    wrong = clock() - timedelta(hours=7, minutes=2)
    marks = [a_mark(cast.neighbour, happened_at=wrong.isoformat(), clock_offset=7 * 3600)]
    since = send(librarian, event, marks=marks)["people"][0]["since"]
    assert since == "2026-11-18T14:38:00+08:00"
    kept = db.session.scalars(select(Mark)).one()
    assert (kept.flags, kept.clock_offset) == (["clock"], 7 * 3600)


def test_a_phone_that_starts_in_1970_is_corrected_too(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    offset = int(clock().timestamp()) - 3600
    marks = [a_mark(cast.neighbour, happened_at="1970-01-01T01:00:00Z", clock_offset=offset)]
    assert send(librarian, event, marks=marks)["people"][0]["since"] == "2026-11-18T14:40:00+08:00"


@pytest.mark.parametrize(
    "broken",
    [
        {"seen": "x"}, {"seen": ["x"]}, {"seen": [str(uuid.uuid4())] * 51}, {"reason": 5}, {"reason": "长" * 201},
        {"reason": "\x00"}, {"clock_offset": "7"}, {"clock_offset": 1.5}, {"clock_offset": True},
        {"clock_offset": 10**12}, {"card": "22222222"}, {"guest": str(uuid.uuid4()), "name": "王"},
        {"downloaded_at": "yesterday"}, {"resident": None}, {"resident": None, "card": ""},
        {"resident": None, "card": "x" * 200}, {"resident": None, "guest": "x", "name": "王"},
        {"resident": None, "guest": str(uuid.uuid4()), "name": "王" * 200},
    ],
)  # fmt: skip
def test_what_a_mark_says_wrongly_is_refused_by_itself(
    librarian: Visitor, event: Event, cast: Cast, broken: dict[str, Any]
) -> None:
    good = a_mark(cast.phoneless)
    told = send(librarian, event, marks=[{**a_mark(cast.neighbour), **broken}, good])
    assert [one["result"] for one in told["marks"]] == ["refused", "stored"]
    assert told["marks"][0]["code"] == "unreadable"


def test_heads_are_counted_once_and_stand_beside_the_names(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    heads = {"id": str(uuid.uuid4()), "number": 42, "happened_at": "2026-11-18T14:38:00+08:00"}
    told = send(librarian, event, headcounts=[heads, {**heads, "number": 41}, {"id": "x", "number": -1}])
    assert [one["result"] for one in told["headcounts"]] == ["stored", "conflict", "refused"]
    assert told["headcount"] == roster(librarian, event)["headcount"] == 42
    assert told["counts"]["present"] == 0
    assert how_many(Headcount) == 1


def test_a_cancelled_event_takes_what_a_phone_marked_unaware_of_it(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    downloaded_at = roster(librarian, event)["server_now"]
    clock.advance(minutes=5)
    events.cancel(event.id, "停电", cast.librarian.id)
    clock.advance(minutes=5)
    marks = [a_mark(cast.neighbour), a_mark(cast.phoneless, downloaded_at=clock().isoformat())]
    told = send(librarian, event, downloaded_at=downloaded_at, marks=marks)
    assert [one["result"] for one in told["marks"]] == ["stored", "refused"]
    assert db.session.scalars(select(Mark)).one().flags == ["cancelled"]


def test_a_role_that_ended_sends_what_happened_before_and_opens_nothing(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    before = a_mark(cast.neighbour, happened_at=clock().isoformat())
    clock.advance(minutes=5)
    role = db.session.scalars(select(Role).where(Role.account_id == cast.librarian.id)).one()
    role.ended_at = clock()
    db.session.commit()
    clock.advance(minutes=5)
    after = a_mark(cast.phoneless, happened_at=clock().isoformat())
    told = send(librarian, event, marks=[before, after])
    assert [one["result"] for one in told["marks"]] == ["stored", "refused"]
    assert told["marks"][1]["code"] == "right_ended"
    assert db.session.scalars(select(Mark)).one().flags == ["role_ended"]
    for page in ("roster", "roster.json"):
        librarian.get(f"/events/{event.id}/{page}", status=404)
    librarian.post(f"/events/{event.id}/headcount", 404, number="3")


def test_ones_own_household_is_told_apart(app: Flask, event: Event, cast: Cast) -> None:
    own = Role(
        account_id=cast.account("neighbour").id,
        name="librarian",
        community_id="410581001",
        granted_at=LONG_AGO,
    )
    db.session.add(own)
    db.session.commit()
    assert roster(Visitor(app).sign_in(cast.neighbour), event)["people"][0]["mine"] is True


def test_a_large_roster_takes_no_more_questions_than_a_small_one(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    def asked() -> int:
        with statements() as sent:
            roster(librarian, event)
        return len(sent)

    few = asked()
    clock.set(at("2026-11-18 14:20"))
    for number in range(30):
        one = add_resident(f"村民{number}", "410581001001")
        db.session.commit()
        events.sign_up(event.id, one.id, uuid.uuid4(), None)
    clock.set(at("2026-11-18 14:40"))
    send(librarian, event, marks=[a_mark(one) for one in (cast.neighbour, cast.phoneless)])
    assert asked() == few


def test_who_is_not_signed_in_is_asked_to_sign_in(app: Flask, event: Event, cast: Cast) -> None:
    stranger = Visitor(app)
    headers = {"Accept": "application/json", "X-CSRFToken": stranger.token()}
    for answer in (
        stranger.client.get(f"/events/{event.id}/roster.json", headers=headers),
        stranger.client.post(f"/events/{event.id}/attendance", json={"marks": []}, headers=headers),
    ):
        assert (answer.status_code, answer.is_json) == (401, True)
