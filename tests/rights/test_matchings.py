"""That a guest was said to be somebody is theirs to take along, goes with them, and follows them in a merge."""

import io
import json
import uuid
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from reading.attendance import actions as attendance
from reading.attendance.models import Guest, Matching
from reading.attendance.rules import MarkSent
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.rights import actions as leaving
from reading.rights import erasing
from reading.rights import merge_actions as merges
from reading.rights.data_words import TABLES
from reading.rights.rules import NOW
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor
from tests.recorded import rows
from tests.rights.traces import traces
from tests.rights.twins import Twins, merge, without
from tests.stage import Stage


def guest_at(event: Event, cast: Cast, name: str = "李四") -> uuid.UUID:
    """Return who came to the event by this name only."""
    sent = MarkSent(uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name=name)
    assert attendance.mark(event.id, [sent], cast.librarian)[0].kept_safe
    assert sent.guest_id is not None
    return sent.guest_id


def say(guest_id: uuid.UUID, resident: Resident | None, by: Account) -> None:
    """Say who the guest is (None: nobody known after all)."""
    attendance.match_guest(guest_id, resident.id if resident else None, db.session.get_one(Account, by.id))


def matchings() -> list[Matching]:
    """Return every matching, the first that was said first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Matching).order_by(Matching.made_at, Matching.id)))


def erase(resident: Resident) -> None:
    """Let somebody with an account leave at once."""
    assert resident.account_id is not None
    wish = leaving.leave(uuid.uuid4(), resident.id, NOW, resident.account_id)
    assert erasing.erase_wished(wish.id)


def taken_along(app: Flask, who: Resident) -> list[dict[str, Any]]:
    """Return what somebody's own data says of it."""
    answer = Visitor(app).sign_in(who).client.get("/me/data.json")
    db.session.remove()
    found: list[dict[str, Any]] = json.loads(answer.get_data(as_text=True))["matchings"]
    return found


def test_my_data_tells_when_at_which_event_and_whether_it_was_taken_back_and_names_nobody(
    app: Flask, stage: Stage, cast: Cast, clock: TestClock
) -> None:
    guest_id = guest_at(stage.soon, cast)
    say(guest_id, cast.resident, cast.librarian)
    said_at = clock().isoformat()
    [told] = taken_along(app, cast.resident)
    assert (told["event_id"], told["made_at"], told["ended_at"]) == (stage.soon.title, said_at, None)
    clock.advance(minutes=5)
    say(guest_id, cast.neighbour, cast.admin)
    [told] = taken_along(app, cast.resident)
    assert (told["made_by"], told["ended_by"]) == ("staff", "staff")
    assert told["ended_at"] == clock().isoformat()
    text = json.dumps(told, ensure_ascii=False)
    for other in (cast.librarian, cast.admin, cast.neighbour):
        assert other.name not in text
        assert str(other.id) not in text
    [now] = taken_along(app, cast.neighbour)
    assert now["ended_at"] is None
    assert taken_along(app, cast.outsider) == []


def test_the_workbook_tells_it_too(app: Flask, stage: Stage, cast: Cast) -> None:
    guest_id = guest_at(stage.soon, cast)
    for one in (cast.resident, None):
        say(guest_id, one, cast.librarian)
    answer = Visitor(app).sign_in(cast.resident).client.get("/me/data.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    sheet = book.worksheets[list(TABLES).index("matchings")]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {stage.soon.title, "staff"} <= cells
    assert cast.librarian.name not in cells


def test_it_goes_with_who_is_erased_and_what_was_said_of_others_stays(stage: Stage, cast: Cast) -> None:
    gone, stays = guest_at(stage.soon, cast), guest_at(stage.soon, cast, "王五")
    say(gone, cast.resident, cast.librarian)
    # Taken back: the guest is somebody else by now, and keeps the name.
    say(stays, cast.resident, cast.librarian)
    say(stays, cast.neighbour, cast.librarian)
    erased_id, neighbour_id = cast.resident.id, cast.neighbour.id
    erase(cast.resident)
    assert [one.resident_id for one in matchings()] == [neighbour_id]
    assert not [one for one in traces(str(erased_id)) if one.startswith("matchings.")]
    assert db.session.get_one(Guest, stays).name == "王五"
    assert db.session.get_one(Guest, gone).name == ""


def test_who_said_it_and_who_took_it_back_are_named_no_more_once_erased(stage: Stage, cast: Cast) -> None:
    guest_id, outsider_id = guest_at(stage.soon, cast), cast.outsider.id
    say(guest_id, cast.outsider, cast.librarian)
    row = matchings()[0]
    row.made_by = row.ended_by = cast.account("neighbour").id
    row.ended_at = row.made_at
    db.session.commit()
    erase(cast.neighbour)
    [row] = matchings()
    assert (row.made_by, row.ended_by, row.resident_id) == (None, None, outsider_id)


def test_it_follows_into_the_record_that_goes_on_and_back_when_the_merge_is_undone(
    app: Flask, twins: Twins, cast: Cast
) -> None:
    taken_back, stands = guest_at(twins.stage.soon, cast), guest_at(twins.stage.soon, cast, "王五")
    for guest_id, resident in ((taken_back, twins.old), (taken_back, None), (stands, twins.old)):
        say(guest_id, resident, cast.librarian)
    merged_id = merge(twins, cast.librarian).id
    assert {one.resident_id for one in matchings()} == {twins.keep.id}
    assert db.session.get_one(Guest, stands).resident_id == twins.keep.id
    assert len(taken_along(app, twins.keep)) == 2
    say(stands, None, cast.librarian)
    assert all(one.ended_at for one in matchings())
    merges.undo(merged_id, db.session.get_one(Account, cast.admin.id))
    assert {one.resident_id for one in matchings()} == {twins.old.id}
    assert len(matchings()) == 2


def test_a_merge_undone_at_once_leaves_what_was_said_as_it_was(twins: Twins, cast: Cast) -> None:
    guest_id = guest_at(twins.stage.soon, cast)
    for resident in (twins.old, twins.keep, twins.old):
        say(guest_id, resident, cast.librarian)
    before = rows()
    merged = merge(twins, cast.librarian)
    merges.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    db.session.rollback()
    assert without(rows()) == without(before)
