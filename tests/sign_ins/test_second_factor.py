"""Setting the second step up: required of administrators, offered to other staff; recovery codes; ending it."""

import uuid

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.people import role_actions
from reading.people.models import Account
from reading.sign_ins import account_actions, totp_actions, totp_queries
from reading.sign_ins.totp_models import RecoveryCode, SecondFactor
from reading.sign_ins.totp_rules import typed_secret
from tests.at_once import at_once
from tests.cast import PASSWORD, Cast, add_staff
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.sign_ins.codes import WRONG
from tests.sign_ins.totp import is_taken, phone_shows, wrong_digits

WHERE = "/me/second-factor"


@pytest.fixture
def new_admin(cast: Cast) -> Account:
    """An administrator made a minute ago, whose sign-in takes no second step yet."""
    made = add_staff("周主任", "13900000088", "librarian", "410581")
    db.session.commit()
    role_actions.grant_role(made.id, "admin", "410581", by=cast.admin)
    return db.session.get_one(Account, made.id)


def standing(account: Account) -> SecondFactor | None:
    db.session.remove()
    return totp_queries.standing(account.id)


def set_up(visitor: Visitor, account: Account, number: int = 1) -> list[str]:
    """Set the second step up by its page, and return the recovery codes."""
    page = visitor.submit(visitor.get(WHERE), code=phone_shows(account, number=number))
    return [one.get_text() for one in page.soup.select(".recovery-codes li")]


@pytest.mark.parametrize("path", ["/roles", "/roles/new"])
def test_no_page_of_an_administrator_opens_before_the_second_step_is_set_up(
    cast: Cast, visitor: Visitor, new_admin: Account, path: str
) -> None:
    visitor.sign_in(new_admin)
    led = visitor.get(path, 302).response.location
    assert led == f"{WHERE}?next={path}"
    assert "Administrators see many people's data" in visitor.get(led).text


def test_nothing_an_administrator_may_do_works_before(
    cast: Cast, visitor: Visitor, new_admin: Account
) -> None:
    visitor.sign_in(new_admin)
    visitor.post("/roles/new", 403, phone="13800000002", role="steward", community="410581001")
    visitor.post(f"/accounts/{cast.librarian.id}/code", 404)
    with pytest.raises(Refused):
        role_actions.grant_role(
            cast.librarian.id, "admin", "410581", by=db.session.get_one(Account, new_admin.id)
        )


def test_other_roles_of_that_account_hold_meanwhile(cast: Cast, visitor: Visitor, new_admin: Account) -> None:
    visitor.sign_in(new_admin).get("/residents")
    visitor.get("/events/new")


def test_signing_in_leads_an_administrator_to_set_it_up_and_then_on(
    cast, visitor, new_admin: Account
) -> None:
    page = visitor.submit(visitor.get("/sign-in?next=/roles"), phone=new_admin.phone, password=PASSWORD)
    assert (page.path, page.h1) == (WHERE, "Second step at sign-in")
    shown = visitor.submit(page, code=phone_shows(new_admin))
    assert shown.soup.find("a", class_="btn-main", href="/roles")
    visitor.get("/roles")


def test_where_it_is_only_offered_an_administrator_works_without(cast, visitor, new_admin: Account) -> None:
    visitor.app.config["ADMIN_TOTP"] = "offered"
    visitor.sign_in(new_admin).get("/roles")


@pytest.mark.parametrize("who", ["steward", "organizer", "librarian"])
def test_other_staff_are_offered_it(cast: Cast, visitor: Visitor, who: str) -> None:
    account = cast.account(who)
    visitor.sign_in(account)
    assert visitor.get("/me").soup.find("a", href=WHERE)
    assert "Administrators" not in visitor.get(WHERE).text
    set_up(visitor, account)
    assert standing(account)


def test_residents_are_not_pointed_to_it(cast: Cast, visitor: Visitor) -> None:
    assert not visitor.sign_in(cast.resident).get("/me").soup.find("a", href=WHERE)


def test_the_page_shows_the_same_secret_until_it_is_confirmed_and_never_again(cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.librarian)
    secret = typed_secret(totp_queries.secret_of(cast.librarian.id, 1))
    for _ in range(2):
        page = visitor.get(WHERE)
        assert secret in page.text
        assert page.soup.select(".set-up-qr svg")
        link = page.soup.find("a", href=lambda one: one and one.startswith("otpauth://"))
        assert isinstance(link, Tag)
        assert secret.replace(" ", "") in link["href"]
    assert standing(cast.librarian) is None
    set_up(visitor, cast.librarian)
    assert secret not in str(visitor.get(WHERE).soup)
    assert secret.replace(" ", "") not in str(visitor.get(WHERE).soup)


def test_two_services_and_two_accounts_have_secrets_of_their_own(app: Flask, cast: Cast) -> None:
    first = totp_queries.secret_of(cast.admin.id, 1)
    assert len(first) == 20
    assert (
        len({first, totp_queries.secret_of(cast.admin.id, 2), totp_queries.secret_of(cast.librarian.id, 1)})
        == 3
    )
    app.config["SECRET_KEY"] = "another key, as long as a key has to be"
    assert totp_queries.secret_of(cast.admin.id, 1) != first


@pytest.mark.parametrize("typed", ["", "{wrong}", "12345", "x" * 50, "\x00"])
def test_a_wrong_first_code_is_told_and_nothing_is_set_up(cast: Cast, visitor: Visitor, typed: str) -> None:
    code = typed.format(wrong=wrong_digits(cast.librarian))
    page = visitor.sign_in(cast.librarian).submit(visitor.get(WHERE), 400, code=code)
    assert page.errors_of("code")
    assert typed_secret(totp_queries.secret_of(cast.librarian.id, 1)) in page.text
    assert standing(cast.librarian) is None


def test_eight_recovery_codes_are_shown_once_and_kept_as_digests(cast: Cast, visitor: Visitor) -> None:
    codes = set_up(visitor.sign_in(cast.librarian), cast.librarian)
    assert len(set(codes)) == 8
    kept = [str(vars(one)) for one in db.session.scalars(select(RecoveryCode))]
    assert len(kept) == 8
    for code in codes:
        plain = code.replace(" ", "")
        assert not [one for one in kept if plain in one]
        assert code not in visitor.get(WHERE).text
    assert "Recovery codes left 8" in visitor.get(WHERE).text


def test_a_recovery_code_signs_in_once(cast: Cast, visitor: Visitor) -> None:
    code = set_up(Visitor(visitor.app).sign_in(cast.librarian), cast.librarian)[3].upper().replace(" ", "-")
    asked = visitor.submit(visitor.get("/sign-in"), phone=cast.librarian.phone, password=PASSWORD)
    assert visitor.submit(asked, code=code).path == "/"
    other = Visitor(visitor.app)
    asked = other.submit(other.get("/sign-in"), phone=cast.librarian.phone, password=PASSWORD)
    other.submit(asked, 400, code=code)
    assert "Recovery codes left 7" in visitor.get(WHERE).text
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "second_factor.recovered")).one()
    assert line.subject_id == cast.librarian.id


def test_a_recovery_code_is_taken_once_by_phones_at_once(app: Flask, cast: Cast, visitor: Visitor) -> None:
    code, answers = set_up(visitor.sign_in(cast.librarian), cast.librarian)[0], []
    at_once(app, *[lambda: answers.append(is_taken(cast.librarian, code))] * 4)
    assert sorted(answers) == [False, False, False, True]


def test_tapped_twice_it_is_set_up_once_and_the_codes_are_the_same(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.librarian).get(WHERE)
    code = phone_shows(cast.librarian)
    first, second = (visitor.submit(page, code=code) for _ in range(2))
    assert first.text == second.text
    assert db.session.scalar(select(func.count()).where(SecondFactor.account_id == cast.librarian.id)) == 1


def test_later_the_same_form_shows_no_codes_any_more(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    page = visitor.sign_in(cast.librarian).get(WHERE)
    code = phone_shows(cast.librarian)
    visitor.submit(page, code=code)
    clock.advance(minutes=10)
    refused = visitor.submit(page, 409, code=code)
    assert "Your second step is set up already." in refused.text
    assert not refused.soup.select(".recovery-codes li")


def test_two_pages_at_once_set_up_one(app: Flask, cast: Cast) -> None:
    code, made = phone_shows(cast.librarian), []

    def confirm() -> None:
        try:
            made.append(totp_actions.confirm(uuid.uuid4(), cast.librarian.id, code))
        except Refused:
            made.append(None)

    at_once(app, *[confirm] * 4)
    assert len([one for one in made if one]) == 1
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 8


def test_the_first_code_does_not_sign_in_as_well(cast: Cast, visitor: Visitor) -> None:
    code = phone_shows(cast.librarian)
    visitor.sign_in(cast.librarian).submit(visitor.get(WHERE), code=code)
    assert is_taken(cast.librarian, code) is False


def ended(visitor: Visitor, code: str, status: int = 200) -> Page:
    page = visitor.get(WHERE)
    return visitor.submit(page, status, form=page.form(f"{WHERE}/ending"), code=code)


def test_it_is_ended_with_one_of_its_codes_and_the_next_has_another_secret(
    cast: Cast, visitor: Visitor
) -> None:
    visitor.sign_in(cast.admin)
    for wrong in (wrong_digits(cast.admin), WRONG, ""):
        ended(visitor, wrong, 400)
        assert standing(cast.admin)
    page = ended(visitor, phone_shows(cast.admin))
    assert "The second step has ended." in page.text
    assert standing(cast.admin) is None
    assert visitor.get("/roles", 302).response.location.startswith(WHERE)
    visitor.submit(visitor.get(WHERE), 400, code=phone_shows(cast.admin, number=1, later=1))
    set_up(visitor, cast.admin, number=2)
    visitor.get("/roles")


def test_old_recovery_codes_end_with_the_phone_they_stand_in_for(cast: Cast, visitor: Visitor) -> None:
    codes = set_up(visitor.sign_in(cast.librarian), cast.librarian)
    ended(visitor, codes[0])
    set_up(visitor, cast.librarian, number=2)
    assert is_taken(cast.librarian, codes[1]) is False


def test_setting_up_and_ending_are_written_down(cast: Cast, visitor: Visitor) -> None:
    codes = set_up(visitor.sign_in(cast.librarian), cast.librarian)
    ended(visitor, codes[0])
    found = db.session.scalars(select(AuditLine.deed).where(AuditLine.subject_id == cast.librarian.id))
    # In the order of the words: the tests' clock stands still meanwhile.
    assert sorted(one for one in found if one.startswith("second_factor")) == [
        "second_factor.confirmed", "second_factor.ended", "second_factor.recovered",
    ]  # fmt: skip


def test_an_admin_above_resets_it_for_who_lost_the_phone(cast: Cast) -> None:
    totp_actions.confirm(uuid.uuid4(), cast.librarian.id, phone_shows(cast.librarian))
    for other in (cast.steward, cast.other_admin, cast.librarian):
        with pytest.raises(Refused):
            account_actions.end_second_factor(cast.librarian.id, by=other)
    for _ in range(2):
        account_actions.end_second_factor(cast.librarian.id, by=cast.admin)
    assert standing(cast.librarian) is None
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "second_factor.ended")).all()
    assert [(one.by_id, one.subject_id) for one in lines] == [(cast.admin.id, cast.librarian.id)]
