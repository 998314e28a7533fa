"""Cards at the door, on the server: whose it is, whether they are here, and noting that they came."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from reading.attendance import actions
from reading.attendance.models import Attempt, Attendance, Mark
from reading.attendance.rules import MarkSent
from reading.cards import actions as cards
from reading.cards import queries as card_queries
from reading.cards.models import Card
from reading.cards.rules import code_in_groups, qr_text
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident, Role
from tests.attendance.marking import name_helper
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor


def card_of(resident: Resident) -> Card:
    by = db.session.scalars(select(Role.account_id)).first()
    assert by is not None
    cards.issue([resident.id], by)
    return card_queries.standing_cards([resident.id])[resident.id]


def qr_of(card: Card) -> str:
    return qr_text(card.id, card_queries.signing_key())


def asked(visitor: Visitor, event: Event, text: str) -> dict[str, Any]:
    headers = {**visitor.headers, "Accept": "application/json"}
    answer = visitor.client.get(f"/events/{event.id}/card", query_string={"card": text}, headers=headers)
    db.session.remove()
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def scanned(event: Event, cast: Cast, text: str) -> tuple[str, str]:
    """Send the card as a phone does that has queued it, and return the answer and its code."""
    [answer] = actions.mark(event.id, [MarkSent(uuid.uuid4(), None, "present", card=text)], cast.librarian)
    return answer.answer, answer.code


def change(resident: Resident, **values: object) -> None:
    db.session.execute(update(Resident).where(Resident.id == resident.id).values(**values))
    db.session.commit()


def how_many(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_card_is_looked_at_before_anything_is_written(librarian: Visitor, event: Event, cast: Cast) -> None:
    told = asked(librarian, event, qr_of(card_of(cast.neighbour)))
    assert told["person"] == {
        "id": str(cast.neighbour.id), "name": "单田方", "home": "开元社区", "why": "seated",
        "status": None, "since": "",
    }  # fmt: skip
    assert (how_many(Mark), how_many(Attendance), how_many(Attempt)) == (0, 0, 0)


def test_who_is_here_already_is_told_since_when(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    card = card_of(cast.neighbour)
    assert scanned(event, cast, card.code) == ("stored", "")
    clock.advance(minutes=20)
    told = asked(librarian, event, card.code)["person"]
    assert (told["status"], told["since"]) == ("present", "14:40")
    assert scanned(event, cast, qr_of(card)) == ("stored", "")
    assert db.session.scalars(select(Attendance)).one().happened_at == at("2026-11-18 14:40")


def test_a_scanned_card_is_kept_as_the_way_they_came(event: Event, cast: Cast) -> None:
    card = card_of(cast.neighbour)
    scanned(event, cast, qr_of(card))
    mark = db.session.scalars(select(Mark)).one()
    assert (mark.method, mark.card_id, mark.resident_id) == ("card", card.id, cast.neighbour.id)


def test_who_is_not_on_the_roster_is_masked_until_added(app: Flask, cast: Cast, clock: TestClock) -> None:
    event = planned(
        cast, community="410581106210", starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00")
    )
    clock.set(at("2026-11-18 14:40"))
    organizer, code = Visitor(app).sign_in(cast.organizer), card_of(cast.neighbour).code
    told = asked(organizer, event, code)["person"]
    assert (told["name"], told["why"], told["home"]) == ("单*方", "", "开元社区")
    organizer.post(f"/events/{event.id}/card", id=str(uuid.uuid4()), card=code)
    assert asked(organizer, event, code)["person"]["name"] == "单田方"


@pytest.mark.parametrize("spelled", ["upper", "lower", "full"])
def test_a_card_is_taken_however_it_is_typed(
    librarian: Visitor, event: Event, cast: Cast, spelled: str
) -> None:
    card = card_of(cast.neighbour)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in card.code)
    texts = {
        "upper": [qr_of(card), card.code.upper()],
        "lower": [qr_of(card).lower(), code_in_groups(card.code)],
        "full": [wide, f"　{wide[:4]}－{wide[4:]}"],
    }
    for text in texts[spelled]:
        assert asked(librarian, event, text)["person"]["id"] == str(cast.neighbour.id)
        assert scanned(event, cast, text) == ("stored", "")


def bad_cards(cast: Cast) -> dict[str, str]:
    lost, gone = card_of(cast.neighbour), card_of(cast.phoneless)
    cards.replace(lost.id, cast.librarian.id)
    change(cast.phoneless, left_at=LONG_AGO)
    good = card_queries.standing_cards([cast.neighbour.id])[cast.neighbour.id]
    elsewhere = add_resident("安阳人", "410500001001")
    db.session.commit()
    tampered = qr_of(good)[:20] + ("A" if qr_of(good)[20] != "A" else "B") + qr_of(good)[21:]
    return {
        "zzzz9999": "card_unknown",
        "９９９９９９９９": "card_unknown",
        "x" * 80: "card_unknown",
        "9787506365437": "card_unknown",
        qr_text(uuid.uuid4(), card_queries.signing_key()): "card_unknown",
        qr_text(good.id, b"the secret of another city's service"): "card_foreign",
        tampered: "card_foreign",
        "SX" + "é" * 39: "card_foreign",
        qr_of(card_of(elsewhere)): "card_foreign",
        qr_of(lost): "card_revoked",
        lost.code: "card_revoked",
        gone.code: "card_left",
    }


def test_every_bad_card_is_told_as_what_it_is_and_marks_nobody(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    for text, code in bad_cards(cast).items():
        looked = asked(librarian, event, text)
        assert (looked.get("code"), bool(looked.get("why"))) == (code, True), text
        assert scanned(event, cast, text) == ("refused", code), text
    assert how_many(Mark) == 0
    assert how_many(Attempt) == 12


def test_the_card_of_a_merged_record_marks_the_one_that_goes_on(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    code = card_of(cast.phoneless).code
    change(cast.phoneless, merged_into_id=cast.neighbour.id, left_at=LONG_AGO)
    assert asked(librarian, event, code)["person"]["id"] == str(cast.neighbour.id)
    assert scanned(event, cast, code) == ("stored", "")
    assert db.session.scalars(select(Attendance.resident_id)).all() == [cast.neighbour.id]


def test_in_a_role_nobody_scans_the_own_card(app: Flask, event: Event, cast: Cast) -> None:
    account = cast.account("resident")
    db.session.add(
        Role(account_id=account.id, name="librarian", community_id="410581001", granted_at=LONG_AGO)
    )
    db.session.commit()
    visitor, code = Visitor(app).sign_in(cast.resident), card_of(cast.child).code
    assert asked(visitor, event, code)["code"] == "own_household"
    refused = visitor.post(f"/events/{event.id}/card", 409, id=str(uuid.uuid4()), card=code)
    assert "your own household" in refused.text
    assert how_many(Mark) == 0


def test_without_a_script_cards_are_typed_one_after_another(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    expected, stranger = card_of(cast.neighbour), card_of(cast.phoneless)
    for card, button in ((expected, "Present"), (stranger, "Add, and note as present")):
        page = librarian.get(f"/events/{event.id}/card?card={card.code}")
        assert button in page.text
        done = librarian.submit(page)
        assert done.path == f"/events/{event.id}/card"
        assert "is here." in done.text
    page = librarian.get(f"/events/{event.id}/card?card={expected.code}")
    assert "Here since 14:40 already." in page.text
    assert not page.soup.select("main form[method=post]")
    assert how_many(Mark) == 2


def test_the_typed_form_sent_twice_is_one_mark(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{event.id}/card?card={card_of(cast.neighbour).code}")
    librarian.submit(page)
    librarian.submit(page)
    assert how_many(Mark) == 1
    refused = librarian.submit(page, 409, card=card_of(cast.phoneless).code)
    assert "was sent before" in refused.text


def test_a_mistyped_number_is_told_and_stays_in_the_field(librarian: Visitor, event: Event) -> None:
    page = librarian.get(f"/events/{event.id}/card?card=zzzz 9999")
    assert "There is no card with this code." in page.text
    assert page.form(holding="card").find(attrs={"name": "card"})["value"] == "zzzz 9999"
    assert librarian.get(f"/events/{event.id}/card?card={'x' * 300}", 400).errors_of("card")
    assert librarian.get(f"/events/{event.id}/card?card=%00%0a", 400).errors_of("card")
    assert librarian.post(f"/events/{event.id}/card", 400, id=str(uuid.uuid4()), card="").errors_of("card")


def test_cards_are_shown_to_nobody_who_does_not_take_this_attendance(
    app: Flask, event: Event, cast: Cast
) -> None:
    code = card_of(cast.neighbour).code
    for person in ("resident", "steward", "organizer", "other_admin"):
        visitor = Visitor(app).sign_in(getattr(cast, person))
        visitor.get(f"/events/{event.id}/card?card={code}", 404)
        visitor.post(f"/events/{event.id}/card", 404, id=str(uuid.uuid4()), card=code)
    assert how_many(Mark) == 0


def test_whose_role_has_ended_is_shown_no_card_any_more(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    code, visitor = card_of(cast.neighbour).code, Visitor(app).sign_in(cast.librarian)
    visitor.get(f"/events/{event.id}/card?card={code}")
    ended = update(Role).where(Role.account_id == cast.librarian.id)
    db.session.execute(ended.values(ended_at=clock()))
    db.session.commit()
    clock.advance(minutes=1)
    visitor.get(f"/events/{event.id}/card?card={code}", 404)


def test_a_helper_named_for_the_evening_looks_at_cards_that_evening_and_sees_no_names_beyond_the_roster(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    expected, stranger = card_of(cast.neighbour).code, card_of(cast.phoneless).code
    name_helper(event, cast.outsider, clock())
    helper = Visitor(app).sign_in(cast.outsider)
    assert asked(helper, event, expected)["person"]["name"] == "单田方"
    assert asked(helper, event, stranger)["person"]["name"] == "吴*爷"
    helper.post(f"/events/{event.id}/card", id=str(uuid.uuid4()), card=stranger)
    assert asked(helper, event, stranger)["person"]["name"] == "吴大爷"
    clock.set(at("2026-11-19 00:01"))
    helper.get(f"/events/{event.id}/card?card={expected}", 404)
