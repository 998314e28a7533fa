"""Codes given in person: by whom, for whom, and what is kept of them."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.access import LIBRARIAN, ORGANIZER, STEWARD
from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.passwords import ALPHABET
from reading.people import role_actions
from reading.people.models import Resident, Role
from reading.sign_ins import code_actions
from reading.sign_ins.code_models import GivenCode
from reading.sign_ins.code_queries import Holder
from reading.sign_ins.code_rules import CODE_LENGTH, as_typed, code_from, in_groups
from tests.at_once import at_once
from tests.cast import LONG_AGO, Cast, add_staff
from tests.pages import Visitor
from tests.sign_ins.codes import code_for, give, shown

BUILDING, UNIT_2 = "410581001001-1-1", "410581001001-1-1-2"


def kept() -> list[GivenCode]:
    return list(db.session.scalars(select(GivenCode).order_by(GivenCode.given_at)))


def test_a_code_holds_at_least_forty_bits_and_nothing_that_is_misread() -> None:
    assert len(ALPHABET) ** CODE_LENGTH > 2**40
    assert not set("0o1il") & set(ALPHABET)
    codes = {code_from(bytes([n]) * 32) for n in range(256)}
    assert len(codes) == 256
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)


@pytest.mark.parametrize("typed", ["abcde fghjk", "ABCDE-FGHJK", " ａｂｃｄｅ ｆｇｈｊｋ ", "abcdefghjk."])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert as_typed(typed) == "abcdefghjk"
    assert in_groups("abcdefghjk") == "abcde fghjk"


def test_a_steward_gives_a_neighbour_a_code_that_is_shown_once(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.steward)
    found = visitor.get("/residents?q=wdy").soup.find("a", attrs={"aria-label": "Code for 吴大爷"})
    asked = visitor.get(str(found["href"]))
    page = visitor.submit(asked)
    code = as_typed(shown(page)) or ""
    assert "/claim" in page.text
    assert "21 November 14:00" in page.text
    (row,) = kept()
    assert code not in str(vars(row))
    assert (row.purpose, row.resident_id, row.given_by) == ("claim", cast.phoneless.id, cast.steward.id)
    assert code not in str(visitor.get(f"/residents/{cast.phoneless.id}/code").soup)
    assert page.response.headers["Cache-Control"] == "no-store"


def test_it_is_written_down_who_gave_a_code_for_whom(cast: Cast, visitor: Visitor) -> None:
    code = as_typed(give(visitor.sign_in(cast.steward), cast.phoneless)) or ""
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "code.given")).one()
    assert (line.by_id, line.subject_id) == (cast.steward.id, cast.phoneless.id)
    assert line.detail == {"purpose": "claim"}
    assert code not in str(vars(line))


def test_tapped_twice_it_is_the_same_code(cast: Cast, visitor: Visitor) -> None:
    asked = visitor.sign_in(cast.steward).get(f"/residents/{cast.phoneless.id}/code")
    assert shown(visitor.submit(asked)) == shown(visitor.submit(asked))
    assert len(kept()) == 1


def test_tapped_twice_at_once_it_is_one_code(app: Flask, cast: Cast) -> None:
    holder, code_id, codes = Holder(cast.phoneless, None), uuid.uuid4(), []
    at_once(app, *[lambda: codes.append(code_actions.give(code_id, holder, cast.steward))] * 4)
    assert len(set(codes)) == 1
    assert len(codes) == 4
    assert len(kept()) == 1


def test_of_codes_given_at_once_one_stands(app: Flask, cast: Cast) -> None:
    holder = Holder(cast.phoneless, None)
    at_once(app, *[lambda: code_actions.give(uuid.uuid4(), holder, cast.steward)] * 4)
    assert [one.voided_at is None for one in kept()].count(True) == 1
    assert len(kept()) == 4


def test_a_form_for_one_person_gives_no_code_for_another(cast: Cast, visitor: Visitor) -> None:
    asked = visitor.sign_in(cast.librarian).get(f"/residents/{cast.phoneless.id}/code")
    visitor.submit(asked)
    data = {"id": asked.soup.find("input", attrs={"name": "id"})["value"]}
    refused = visitor.post(f"/residents/{cast.neighbour.id}/code", 409, **data)
    assert "This form was used before." in refused.text
    assert len(kept()) == 1


@pytest.mark.parametrize("form_id", ["", "nonsense", "0" * 32])
def test_a_damaged_form_gives_no_code(cast: Cast, visitor: Visitor, form_id: str) -> None:
    visitor.sign_in(cast.steward).post(
        f"/residents/{cast.phoneless.id}/code", 200 if not form_id else 400, id=form_id
    )
    assert len(kept()) == (not form_id)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("steward", "neighbour"),
        ("steward", "outsider"),
        ("librarian", "outsider"),
        ("other_admin", "phoneless"),
    ],
)
def test_nobody_gives_a_code_outside_their_reach(cast: Cast, visitor: Visitor, who: str, whom: str) -> None:
    where = f"/residents/{getattr(cast, whom).id}/code"
    visitor.sign_in(cast.account(who)).get(where, 404)
    visitor.post(where, 404, id=str(uuid.uuid4()))
    assert kept() == []


@pytest.mark.parametrize("who", ["resident", "organizer"])
def test_others_give_no_codes(cast: Cast, visitor: Visitor, who: str) -> None:
    visitor.sign_in(cast.account(who)).get(f"/residents/{cast.phoneless.id}/code", 403)


def test_nobody_gives_a_code_to_themselves_or_their_household(cast: Cast, visitor: Visitor) -> None:
    account = cast.account("resident")
    db.session.add(Role(account_id=account.id, name=LIBRARIAN, community_id="410581001", granted_at=LONG_AGO))
    db.session.commit()
    visitor.sign_in(cast.resident)
    visitor.get(f"/residents/{cast.resident.id}/code", 404)
    visitor.get(f"/residents/{cast.child.id}/code", 404)
    visitor.get(f"/accounts/{account.id}/code", 404)


def test_who_reads_under_another_account_needs_no_code(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get(f"/residents/{cast.child.id}/code", 409)
    assert "张小花 reads under the account of 张晓明" in page.text


@pytest.mark.parametrize("gone", ["left_at", "merged_into_id"])
def test_who_left_or_was_merged_gets_no_code(cast: Cast, visitor: Visitor, gone: str) -> None:
    person = db.session.get_one(Resident, cast.phoneless.id)
    setattr(person, gone, LONG_AGO if gone == "left_at" else cast.neighbour.id)
    db.session.commit()
    visitor.sign_in(cast.steward).get(f"/residents/{cast.phoneless.id}/code", 404)


def test_a_steward_takes_over_nobody_who_may_do_as_much_or_more(cast: Cast, visitor: Visitor) -> None:
    resident = cast.account("resident")
    for role, code in ((LIBRARIAN, "410581001"), (STEWARD, BUILDING), (ORGANIZER, UNIT_2)):
        db.session.add(Role(account_id=resident.id, name=role, community_id=code, granted_at=LONG_AGO))
        db.session.commit()
        page = visitor.sign_in(cast.steward).get(f"/residents/{cast.resident.id}/code", 409)
        assert "given by somebody who may grant that role" in page.text
        visitor.post(f"/accounts/{resident.id}/code", 404)
        held = db.session.scalars(select(Role).where(Role.account_id == resident.id)).one()
        db.session.delete(held)
        db.session.commit()
    db.session.add(Role(account_id=resident.id, name=STEWARD, community_id=UNIT_2, granted_at=LONG_AGO))
    db.session.commit()
    give(visitor, cast.resident)


def test_a_librarian_gives_no_code_to_anybody_with_a_role(cast: Cast, visitor: Visitor) -> None:
    role_actions.grant_role(cast.account("neighbour").id, STEWARD, "410581001001-1-2", by=cast.admin)
    visitor.sign_in(cast.librarian).get(f"/residents/{cast.neighbour.id}/code", 409)
    give(visitor.sign_in(cast.admin), cast.neighbour)


def test_granting_a_role_to_somebody_outside_gives_no_way_into_their_account(
    cast: Cast, visitor: Visitor
) -> None:
    """The admin of one city may grant to whoever has an account; that does not bring the account within reach."""
    outsider = cast.account("outsider")
    role_actions.grant_role(outsider.id, STEWARD, "410500001001", by=cast.other_admin)
    visitor.sign_in(cast.other_admin)
    visitor.get(f"/accounts/{outsider.id}/code", 404)
    visitor.get(f"/residents/{cast.outsider.id}/code", 404)


def test_staff_without_a_record_of_their_own_get_a_code_from_who_may_grant_their_role(cast, visitor) -> None:
    visitor.sign_in(cast.other_admin).get(f"/accounts/{cast.librarian.id}/code", 404)
    visitor.sign_in(cast.steward).get(f"/accounts/{cast.librarian.id}/code", 404)
    page = visitor.sign_in(cast.admin).submit(visitor.get(f"/accounts/{cast.librarian.id}/code"))
    assert "new-password" in page.text
    (row,) = kept()
    assert (row.account_id, row.resident_id) == (cast.librarian.id, None)


def test_an_account_without_role_and_record_gets_no_code(cast: Cast, visitor: Visitor) -> None:
    lost = add_staff("无名", "13900000099", ORGANIZER, "410581106")
    db.session.commit()
    db.session.delete(db.session.scalars(select(Role).where(Role.account_id == lost.id)).one())
    db.session.commit()
    visitor.sign_in(cast.admin).get(f"/accounts/{lost.id}/code", 404)
    visitor.get(f"/accounts/{uuid.uuid4()}/code", 404)
    visitor.get(f"/residents/{uuid.uuid4()}/code", 404)


def test_a_used_form_gives_nothing_any_more(cast: Cast) -> None:
    code_id, holder = uuid.uuid4(), Holder(cast.phoneless, None)
    code_actions.give(code_id, holder, cast.steward)
    code_for(cast.phoneless, cast.librarian)
    with pytest.raises(Refused):
        code_actions.give(code_id, holder, cast.steward)
