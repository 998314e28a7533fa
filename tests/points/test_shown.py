"""A standing repeats whether its resident is shown on boards, whatever writes the choice."""

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from reading import clock
from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions as people
from reading.people import leaving_actions
from reading.people.models import Resident
from reading.points import ledger
from reading.points.models import Standing
from tests.at_once import at_once
from tests.cast import Cast
from tests.points.records import add_book, log

DAY = date(2026, 11, 16)


def is_shown(resident: Resident) -> set[bool]:
    """What the resident's standings say, as the database has them now."""
    db.session.commit()
    rows = db.session.query(Standing.is_shown).filter(Standing.resident_id == resident.id)
    return {row.is_shown for row in rows}


def choose(resident: Resident, cast: Cast, show_as: str) -> None:
    nickname = "书友" if show_as == "nickname" else ""
    people.set_shown(resident.id, show_as=show_as, nickname=nickname, by=cast.account("resident").id)


def test_a_choice_made_while_records_arrive_is_followed_by_all_of_them(app: Flask, cast: Cast) -> None:
    choose(cast.resident, cast, "masked")
    book_id = add_book("红旗渠").id
    db.session.commit()
    resident_id, account_id = cast.resident.id, cast.account("resident").id

    def write() -> None:
        for days in range(5):  # each day begins new standings: of another month
            day = DAY - timedelta(days=31 * days)
            told = Told(resident_id, BookAsked(book_id), day, Amounts(pages=7, minutes=None, finished=False))
            logbook.log(uuid.uuid4(), told, account_id)

    def change() -> None:
        for show_as in ("hidden", "masked", "hidden"):
            people.set_shown(resident_id, show_as=show_as, nickname="", by=account_id)

    at_once(app, write, change)
    assert is_shown(cast.resident) == {False}
    assert ledger.verify() == []


@pytest.mark.parametrize("show_as", ["nickname", "masked", "hidden"])
def test_a_new_standing_says_what_its_resident_chose(cast: Cast, show_as: str) -> None:
    choose(cast.resident, cast, show_as)
    log(cast.resident, add_book("红旗渠"), DAY, pages=30)
    assert is_shown(cast.resident) == {show_as != "hidden"}
    assert ledger.verify() == []


def test_standings_follow_a_choice_at_once_and_only_that_residents(cast: Cast) -> None:
    for one in (cast.resident, cast.neighbour):
        choose(one, cast, "masked")
    book = add_book("红旗渠")
    for one in (cast.resident, cast.neighbour):
        log(one, book, DAY, pages=30)
    choose(cast.resident, cast, "hidden")
    assert (is_shown(cast.resident), is_shown(cast.neighbour)) == ({False}, {True})
    choose(cast.resident, cast, "nickname")
    assert is_shown(cast.resident) == {True}
    assert ledger.verify() == []


def test_who_leaves_is_shown_no_more_until_they_take_it_back(cast: Cast) -> None:
    choose(cast.resident, cast, "masked")
    log(cast.resident, add_book("红旗渠"), DAY, pages=30)
    was = leaving_actions.hide(cast.resident, clock.now())
    assert is_shown(cast.resident) == {False}
    leaving_actions.show_again(cast.resident, was)
    assert is_shown(cast.resident) == {True}
    db.session.execute(update(Resident).where(Resident.id == cast.resident.id).values(left_at=clock.now()))
    assert is_shown(cast.resident) == {False}


def test_even_a_hand_written_statement_is_followed(cast: Cast) -> None:
    choose(cast.resident, cast, "masked")
    log(cast.resident, add_book("红旗渠"), DAY, pages=30)
    db.session.execute(text("UPDATE residents SET show_as = 'hidden'"))
    assert is_shown(cast.resident) == {False}


def test_a_standing_restored_or_put_right_says_what_its_resident_chose(app: Flask, cast: Cast) -> None:
    choose(cast.resident, cast, "masked")
    log(cast.resident, add_book("红旗渠"), DAY, pages=30)
    db.session.query(Standing).filter(Standing.period == "2026").delete()
    db.session.execute(update(Standing).where(Standing.period == "all").values(is_shown=False))
    db.session.commit()
    told = [sentence for sentence in ledger.verify() if "is_shown" in sentence]
    where = f"resident {cast.resident.id}, the standing in {cast.resident.community_id} and all"
    assert told == [f"{where}: is_shown False, not True."]
    assert ledger.rebuild() == 2
    assert is_shown(cast.resident) == {True}
    assert ledger.verify() == []
