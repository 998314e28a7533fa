"""Journeys through two app processes by turns: each request is answered by the other one than the last.

Those here are about reading and coming; accounts are in ``test_account_journeys``, the work of staff is in
``test_staff_journeys``.
"""

import threading
import uuid

from sqlalchemy import select

from reading import clock
from reading.attendance.models import Attendance, Mark
from reading.events.models import Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Account
from tests.cast import PASSWORD
from tests.cluster.balanced import Cluster
from tests.cluster.people import (
    BOARD,
    BOTH,
    account,
    an_event,
    number,
    record,
    resident,
    show,
    signed_in,
    unsettled,
)
from tests.durability.town import READER
from tests.pages import fields_of

NEW_PHONE = "13912340001"


def test_somebody_joins_on_one_and_is_known_to_the_other(cluster: Cluster) -> None:
    caller = cluster.caller()
    page = caller.get("/join")
    caller.submit(
        page, name="郝新来", phone=NEW_PHONE, password="一个 新的 密码❤", community="410581001001", agree="y"
    )
    for _worker in BOTH:
        assert caller.get("/me").h1 == "郝新来"
    assert set(caller.served_by) == BOTH
    assert number(Account, Account.phone == NEW_PHONE) == 1


def test_tries_of_passwords_are_counted_together_and_the_wait_ends(cluster: Cluster) -> None:
    caller = cluster.caller()
    for _try in range(5):
        caller.post("/sign-in", 400, phone="13800000003", password="wrong password")
    for _worker in BOTH:
        caller.post("/sign-in", 429, phone="13800000003", password=PASSWORD)
    cluster.set_clocks(61)
    caller.post("/sign-in", 302, phone="13800000003", password=PASSWORD)
    for _worker in BOTH:
        assert caller.get("/me").h1 == "周外人"


def test_a_record_sent_to_both_is_one_and_is_corrected_and_removed_from_either(cluster: Cluster) -> None:
    caller, sent = signed_in(cluster, "周外人"), record(resident("周外人"))
    page = f"/logbook/{sent['id']}"
    for _worker in BOTH:
        caller.post("/logbook/new", **sent)
    assert number(LogEntry, LogEntry.id == uuid.UUID(sent["id"])) == 1
    other = caller.post("/logbook/new", 409, **{**sent, "pages": "31"})
    assert fields_of(other.form(holding="pages"))["pages"] == "31"
    caller.submit(caller.get(page), pages="44")
    for _worker in BOTH:
        assert fields_of(caller.get(page).form(holding="pages"))["pages"] == "44"
    assert set(caller.served_by) == BOTH


def test_the_last_seat_is_given_once(cluster: Cluster) -> None:
    librarian = signed_in(cluster, "李馆员")
    event = an_event(librarian, capacity="1")
    callers = [signed_in(cluster, name) for name in ("张晓明", "单田方", "周外人")]
    forms = [one.get(f"/events/{event}") for one in callers]

    def press(turn: int) -> None:
        form = forms[turn].form(f"/events/{event}/signup")
        answer = callers[turn].client.post(f"/events/{event}/signup", data=fields_of(form))
        assert answer.status_code == 302

    hands = [threading.Thread(target=press, args=(turn,)) for turn in range(len(callers))]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    db.session.rollback()
    given = select(Signup.state).where(Signup.event_id == uuid.UUID(event)).order_by(Signup.state)
    assert db.session.scalars(given).all() == ["seated", "waiting", "waiting"]
    assert len({worker for one in callers for worker in one.served_by}) == 2


def test_the_code_that_one_shows_is_taken_by_the_other_and_twice_is_once(cluster: Cluster) -> None:
    librarian, neighbour = signed_in(cluster, "李馆员"), signed_in(cluster, "单田方")
    event = an_event(librarian)
    for _time in BOTH:
        # An odd number of requests between: whoever shows the code is not who takes it.
        code = librarian.get(f"/events/{event}/screen").soup.select_one("[data-code]")
        assert code is not None
        arrived = neighbour.post(
            "/check-in", follow=True, status=200, event=event, code=code.get_text(strip=True)
        )
        assert "单田方" in arrived.text
        neighbour.submit(arrived, form=arrived.form(holding="resident")) if arrived.soup.find(
            attrs={"name": "resident"}
        ) else None
    assert number(Attendance, Attendance.event_id == uuid.UUID(event)) == 1
    assert set(neighbour.served_by) | set(librarian.served_by) == BOTH


def test_marks_that_a_phone_kept_are_stored_once_whoever_hears_them(cluster: Cluster) -> None:
    librarian, here = signed_in(cluster, "李馆员"), resident("单田方")
    event = an_event(librarian)
    mark = {"id": str(uuid.uuid4()), "resident": str(here.id), "status": "present"}
    mark["happened_at"] = clock.now().isoformat()
    answers = [
        librarian.post_json(f"/events/{event}/attendance", {"marks": [mark]})["marks"][0]["result"]
        for _worker in range(3)
    ]
    assert answers == ["stored", "duplicate", "duplicate"]
    assert number(Mark, Mark.event_id == uuid.UUID(event)) == 1


def test_a_role_given_by_one_holds_at_the_next_request_to_the_other_and_ends_so(cluster: Cluster) -> None:
    admin, person = signed_in(cluster, "王主任"), signed_in(cluster, "单田方")
    person.get("/residents", 403)
    admin.submit(admin.get("/roles/new"), phone="13800000002", role="librarian", community="410581001004")
    for _worker in BOTH:
        person.get("/residents")
    db.session.rollback()
    role = next(one for one in account("单田方").roles)
    admin.post(f"/roles/{role.id}/ending")
    for _worker in BOTH:
        person.get("/residents", 403)
    assert set(person.served_by) == set(admin.served_by) == BOTH


def test_signed_out_everywhere_is_signed_out_on_both(cluster: Cluster) -> None:
    here, there = signed_in(cluster, "张晓明"), signed_in(cluster, "张晓明")
    for _worker in BOTH:
        there.get("/me")
    here.post("/me/devices/others/ending")
    for _worker in BOTH:
        there.get("/me", 302)
        here.get("/me")


def test_language_and_text_size_are_the_browsers_own(cluster: Cluster) -> None:
    caller = cluster.caller("en")
    caller.get("/language/zh?next=/events", 302)
    caller.get("/text-size/large?next=/events", 302)
    for _worker in BOTH:
        page = caller.get("/events").soup.html
        assert page is not None
        assert page["lang"] == "zh-Hans"
        assert "large" in (page.get("class") or [])


def test_a_name_is_gone_from_the_boards_of_both_within_a_minute_of_its_withdrawal(cluster: Cluster) -> None:
    librarian, neighbour = signed_in(cluster, "李馆员"), signed_in(cluster, "单田方")
    readers = [f"{READER}{turn}" for turn in range(10)]
    for name in [*readers, "单田方"]:
        show(resident(name), nickname=f"书友{name}")
    for name in readers:
        librarian.post("/logbook/new", **record(resident(name), book="城市书房"))
    neighbour.post("/logbook/new", **record(resident("单田方"), pages="90"))
    cluster.set_clocks(60)
    anybody = cluster.caller()
    for _worker in BOTH:
        assert "书友单田方" in anybody.get(BOARD).text
    shown = f"/me/household/{resident('单田方').id}/shown"
    neighbour.submit(neighbour.get(shown), show_as="hidden")
    cluster.set_clocks(120)
    for _worker in BOTH:
        assert "书友单田方" not in anybody.get(BOARD).text
        assert "书友单田方" not in neighbour.get(BOARD).text
    assert set(anybody.served_by) == set(neighbour.served_by) == BOTH
    assert unsettled() == []
