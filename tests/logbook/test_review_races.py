"""Of several decisions about one entry the first stands; the others are told, and nothing is doubled."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from reading.errors import Refused
from reading.extensions import db
from reading.logbook import actions, review_actions
from reading.logbook.review_actions import Sent
from tests.cast import Cast
from tests.logbook.reviewing import decisions, put_aside, sent
from tests.logbook.telling import books_agree, keep, only_entry, told
from tests.pages import Visitor


def test_a_double_tap_is_one_decision_and_a_normal_answer(app: Flask, cast: Cast) -> None:
    entry, librarian = keep(cast.resident, pages=400), Visitor(app).sign_in(cast.librarian)
    page = librarian.get(f"/logbook/review/{entry.id}")
    form = page.form(f"/logbook/review/{entry.id}/setting-aside")
    for _tap in range(2):
        assert "The record was set aside." in librarian.submit(page, form=form, reason="x").text
    assert len(decisions()) == 1


def test_the_second_of_two_librarians_is_told_what_the_first_decided(app: Flask, cast: Cast) -> None:
    entry = keep(cast.resident, pages=400)
    librarian, admin = Visitor(app).sign_in(cast.librarian), Visitor(app).sign_in(cast.admin)
    at = f"/logbook/review/{entry.id}"
    first, second = librarian.get(at), admin.get(at)
    librarian.submit(first, form=first.form(f"{at}/confirmation"))
    told_so = admin.submit(second, 409, form=second.form(f"{at}/setting-aside"), reason="x")
    assert "李馆员 has kept this record already." in told_so.text
    assert told_so.soup.find("a", href="/logbook/review")
    assert (only_entry().standing, len(decisions())) == ("kept", 1)


def test_a_decision_about_what_the_reader_has_changed_meanwhile_is_not_taken(app: Flask, cast: Cast) -> None:
    entry, librarian = keep(cast.resident, pages=400), Visitor(app).sign_in(cast.librarian)
    at = f"/logbook/review/{entry.id}"
    page = librarian.get(at)
    actions.correct(entry.id, told(cast.resident, pages=350), cast.account("resident").id)
    answer = librarian.submit(page, 409, form=page.form(f"{at}/setting-aside"), reason="x")
    assert "The reader has changed this record meanwhile." in answer.text
    assert (only_entry().standing, decisions()) == ("waiting", [])


@pytest.mark.parametrize("seen", ["", "x", "0" * 16, "长" * 1000])
def test_a_decision_about_nothing_that_was_seen_is_not_taken(app: Flask, cast: Cast, seen: str) -> None:
    entry, librarian = keep(cast.resident, pages=400), Visitor(app).sign_in(cast.librarian)
    librarian.post(f"/logbook/review/{entry.id}/confirmation", 409, seen=seen)
    librarian.post(f"/logbook/review/{entry.id}/confirmation", 400, seen=seen, id="x")
    assert only_entry().standing == "waiting"


def test_the_id_of_another_decision_is_refused(cast: Cast) -> None:
    one, other = keep(cast.resident, "甲书", pages=400), keep(cast.resident, "乙书", pages=401)
    first = sent(one, cast.librarian)
    review_actions.keep(first)
    for again in (
        Sent(first.id, other.id, other.version, "", cast.librarian.id),
        Sent(first.id, one.id, one.version, "", cast.admin.id),
    ):
        with pytest.raises(Refused):
            review_actions.keep(again)
    with pytest.raises(Refused):
        review_actions.set_aside(Sent(first.id, one.id, one.version, "x", cast.librarian.id))
    assert len(decisions()) == 1


def test_what_was_removed_while_it_was_looked_at_is_not_decided(cast: Cast) -> None:
    entry = keep(cast.resident, pages=400)
    decision = sent(entry, cast.librarian)
    actions.remove(entry.id, cast.account("resident").id)
    with pytest.raises(Refused):
        review_actions.keep(decision)
    assert decisions() == []


def test_of_decisions_at_the_same_moment_one_stands(app: Flask, cast: Cast) -> None:
    entry = keep(cast.resident, pages=400)
    by, seen, entry_id = (cast.librarian.id, cast.admin.id), entry.version, entry.id
    barrier = Barrier(6)

    def decide(number: int) -> bool:
        with app.app_context():
            one = Sent(uuid.uuid4(), entry_id, seen, "x", by[number % 2])
            barrier.wait()
            try:
                (review_actions.keep, review_actions.set_aside)[number % 2](one)
                return True
            except Refused:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(decide, range(6))) == 1
    db.session.remove()
    (made,) = decisions()
    assert only_entry().standing == made.decision
    assert books_agree()


def test_a_correction_and_a_decision_at_the_same_moment_leave_points_and_records_agreeing(
    app: Flask, cast: Cast
) -> None:
    entry = keep(cast.resident, pages=400)
    put_aside(entry, cast.librarian)
    entry_id, seen, by = entry.id, only_entry().version, cast.account("resident").id
    barrier = Barrier(2)

    def act(is_reader: bool) -> None:
        with app.app_context():
            barrier.wait()
            try:
                if is_reader:
                    actions.correct(entry_id, told(cast.resident, pages=40), by)
                else:
                    review_actions.keep(Sent(uuid.uuid4(), entry_id, seen, "", cast.librarian.id))
            except Refused:
                pass
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, (True, False)))
    db.session.remove()
    assert only_entry().pages == 40
    assert only_entry().standing in ("answered", "")
    assert books_agree()
