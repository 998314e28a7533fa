"""Ways into an account and out of it through two app processes by turns: codes, the second step, and leaving."""

from typing import Any

from sqlalchemy import select

from reading import passwords
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.rights.models import Leaving
from reading.sign_ins.models import SignIn
from reading.sign_ins.totp_models import SecondFactor
from tests.cast import PASSWORD
from tests.cluster.balanced import Caller, Cluster
from tests.cluster.people import BOTH, account, newcomer, number, signed_in
from tests.pages import Page
from tests.rights.leaves import PATH, filled, wish_of
from tests.sign_ins.codes import claimed, give
from tests.sign_ins.totp import phone_shows

NEW = "渠水哗哗2026"


def half_in(caller: Caller, one: Account) -> Page:
    """Sign in with the password alone, on the way to the roles."""
    return caller.submit(caller.get("/sign-in?next=/roles"), phone=one.phone, password=PASSWORD)


def test_the_second_step_is_asked_for_by_one_and_its_code_is_taken_once_by_both_together(
    cluster: Cluster,
) -> None:
    admin, caller, other = account("钱主任"), cluster.caller(), cluster.caller()
    asked = [half_in(one, admin) for one in (caller, other)]
    assert {page.path for page in asked} == {"/sign-in/second-step"}
    for _worker in BOTH:
        caller.get("/roles", 302)
    code = phone_shows(admin)
    assert caller.submit(asked[0], code=code).path == "/roles"
    for _worker in BOTH:
        caller.get("/roles")
        refused = other.submit(asked[1], 400, code=code)
        assert "was used before" in refused.errors_of("code")
        caller.get("/roles")
    assert number(SignIn, SignIn.account_id == admin.id, SignIn.ended_at.is_(None)) == 1
    assert number(SecondFactor, SecondFactor.account_id == admin.id, SecondFactor.last_step > 0) == 1
    assert set(caller.served_by) == other.wrote_to["/sign-in/second-step"] == BOTH


def test_a_record_is_claimed_once_with_a_code_that_the_other_gave(cluster: Cluster) -> None:
    one, phone = newcomer("任奶奶"), "13912340002"
    steward, caller, late = signed_in(cluster, "孙楼长"), cluster.caller(), cluster.caller()
    code = give(steward, one)
    assert "Welcome! This is your record now." in claimed(caller, code, phone=phone).text
    for _worker in BOTH:
        assert caller.get("/me").h1 == "任奶奶"
        assert "not right" in claimed(late, code, 400, phone="13912340003").errors_of("code")
    assert set(caller.served_by) == late.wrote_to["/claim"] == BOTH
    assert number(Account, Account.phone.in_([phone, "13912340003"])) == 1
    assert number(Resident, Resident.id == one.id, Resident.account_id == account("任奶奶").id) == 1


def test_a_forgotten_password_is_set_anew_with_a_code_and_the_old_one_ends_on_both(cluster: Cluster) -> None:
    phone = "13912340004"
    one = newcomer("管小忘", phone)
    steward, phone_before, caller = (
        signed_in(cluster, "孙楼长"),
        signed_in(cluster, "管小忘"),
        cluster.caller(),
    )
    for _worker in BOTH:
        assert phone_before.get("/me").h1 == "管小忘"
    sent: dict[str, Any] = {"phone": phone, "code": give(steward, one), "password": NEW}
    assert "The password was changed." in caller.submit(caller.get("/sign-in/new-password"), **sent).text
    for _worker in BOTH:
        phone_before.get("/me", 302)
        assert caller.get("/me").h1 == "管小忘"
    for password, status in ((PASSWORD, 400), (NEW, 302)):
        cluster.caller().post("/sign-in", status, phone=phone, password=password)
    assert set(caller.served_by) == set(phone_before.served_by) == BOTH
    kept = db.session.scalars(select(Account.password_hash).where(Account.phone == phone)).one()
    assert passwords.matches(kept, NEW)


def test_who_leaves_is_found_by_neither_and_by_both_again_once_it_is_taken_back(cluster: Cluster) -> None:
    one = newcomer("容易退", "13912340005")
    caller, librarian = signed_in(cluster, "容易退"), signed_in(cluster, "李馆员")

    def found() -> list[int]:
        return [len(librarian.get("/residents?q=容易退").soup.select("tbody tr")) for _worker in BOTH]

    assert found() == [1, 1]
    told = filled(caller, who=str(one.id))
    for _worker in BOTH:
        caller.post(PATH, **told)
        assert "容易退" in caller.get(PATH).text
        caller.get("/notice")
    wish = db.session.scalars(select(Leaving.id).where(Leaving.resident_id == one.id)).one()
    assert found() == [0, 0]
    caller.post(f"/leavings/{wish}/withdrawal")
    assert found() == [1, 1]
    assert wish_of(one) is None
    assert caller.wrote_to[PATH] == set(librarian.served_by) == BOTH
