"""Making cards, losing them, and reading them: one card that stands for each resident."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from reading.cards import actions, queries
from reading.cards.models import Card
from reading.cards.rules import qr_text
from reading.extensions import db
from reading.people.models import Resident
from tests.cast import LONG_AGO, Cast


def card_of(resident: Resident) -> Card:
    return queries.standing_cards([resident.id])[resident.id]


def issued(cast: Cast, *residents: Resident) -> Card:
    actions.issue([one.id for one in residents], cast.steward.id)
    return card_of(residents[0])


def change(resident: Resident, **values: object) -> None:
    db.session.execute(update(Resident).where(Resident.id == resident.id).values(**values))
    db.session.commit()


def read(text: str) -> tuple[uuid.UUID | None, str]:
    scan = queries.scanned(text)
    return (scan.card.id if scan.card else None), scan.trouble


def test_asked_twice_there_is_one_card(cast: Cast) -> None:
    both = [cast.phoneless.id, cast.resident.id]
    assert [actions.issue(both, cast.steward.id) for _time in range(2)] == [2, 0]
    assert len(db.session.scalars(select(Card)).all()) == 2


def test_a_card_remembers_who_made_it_and_where_its_holder_lived(cast: Cast) -> None:
    card = issued(cast, cast.phoneless)
    assert (card.issued_by, card.community_id, card.revoked_at) == (cast.steward.id, "410581001001", None)


def test_who_left_or_was_merged_gets_no_card(cast: Cast) -> None:
    change(cast.phoneless, left_at=LONG_AGO)
    change(cast.child, merged_into_id=cast.resident.id)
    assert actions.issue([cast.phoneless.id, cast.child.id, uuid.uuid4()], cast.steward.id) == 0


def test_a_lost_card_is_told_as_such_and_the_new_one_works(cast: Cast) -> None:
    lost = issued(cast, cast.phoneless)
    assert [actions.replace(lost.id, cast.steward.id) for _time in range(2)] == [True, False]
    new = card_of(cast.phoneless)
    assert read(lost.code) == (lost.id, queries.REVOKED)
    assert read(qr_text(lost.id, queries.signing_key())) == (lost.id, queries.REVOKED)
    assert read(new.code) == (new.id, "")
    assert len(db.session.scalars(select(Card)).all()) == 2


def test_a_card_lost_by_who_left_is_taken_back_without_a_new_one(cast: Cast) -> None:
    lost = issued(cast, cast.phoneless)
    change(cast.phoneless, left_at=LONG_AGO)
    assert actions.replace(lost.id, cast.steward.id)
    assert queries.standing_cards([cast.phoneless.id]) == {}


def test_a_code_that_was_drawn_before_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = issued(cast, cast.phoneless).code
    drawn = iter([first, "zzzz9999"])
    monkeypatch.setattr(actions, "draw_code", lambda: next(drawn))
    assert issued(cast, cast.resident).code == "zzzz9999"


def test_two_who_make_or_lose_the_same_card_at_once_make_one(app: Flask, cast: Cast) -> None:
    people, by = [cast.phoneless.id, cast.resident.id, cast.neighbour.id], cast.librarian.id

    def at_once(write: object, *sent: object) -> list[object]:
        ready = Barrier(3)

        def one(_number: int) -> object:
            with app.app_context():
                ready.wait()
                return write(*sent)  # type: ignore[operator]

        db.session.remove()
        with ThreadPoolExecutor(3) as threads:
            return list(threads.map(one, range(3)))

    assert sorted(map(str, at_once(actions.issue, people, by))) == ["0", "0", "3"]
    lost = card_of(cast.neighbour).id
    assert sorted(map(str, at_once(actions.replace, lost, by))) == ["False", "False", "True"]
    assert len(db.session.scalars(select(Card)).all()) == 4


def test_a_card_is_known_by_its_code_and_by_its_number(cast: Cast) -> None:
    card = issued(cast, cast.phoneless)
    text = qr_text(card.id, queries.signing_key())
    assert {read(one) for one in (text, text.lower(), card.code, card.code.upper())} == {(card.id, "")}


def test_cards_of_nobody_are_unknown_and_those_of_others_foreign(app: Flask, cast: Cast) -> None:
    card = issued(cast, cast.phoneless)
    assert read("zzzz9999") == (None, queries.UNKNOWN)
    assert read(qr_text(uuid.uuid4(), queries.signing_key())) == (None, queries.UNKNOWN)
    assert read(qr_text(card.id, b"another city")) == (None, queries.FOREIGN)
    assert read("SX" + "é" * 39) == (None, queries.FOREIGN)


def test_the_card_of_who_left_is_told_as_such(cast: Cast) -> None:
    card = issued(cast, cast.phoneless)
    change(cast.phoneless, left_at=LONG_AGO)
    assert read(card.code) == (card.id, queries.LEFT)


def test_the_card_of_a_merged_record_works_for_the_one_that_goes_on(cast: Cast) -> None:
    card = issued(cast, cast.phoneless)
    change(cast.phoneless, merged_into_id=cast.resident.id, left_at=LONG_AGO)
    assert read(card.code) == (card.id, "")
    holder = queries.holder_of(db.session.get_one(Card, card.id))
    assert holder is not None
    assert holder.id == cast.resident.id
    change(cast.resident, left_at=LONG_AGO)
    assert read(card.code) == (card.id, queries.LEFT)
