"""What stands in a route's places when it is asked for: things of the stage."""

import uuid

from sqlalchemy import select

from reading.events.models import Notice
from reading.extensions import db
from reading.people.models import Role
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token
from tests import signed_in
from tests.check_in.codes import link
from tests.stage import HOME, Stage


def address(rule: str, stage: Stage) -> str:
    """Return the rule's address with things of 开元社区 and of `resident` in its places."""
    notice = db.session.scalars(select(Notice).where(Notice.resident_id == stage.cast.resident.id)).first()
    role = db.session.scalars(select(Role).where(Role.account_id == stage.cast.organizer.id)).one()
    assert notice is not None
    if "<uuid:sign_in_id>" in rule:
        return rule.replace("<uuid:sign_in_id>", str(another_device(stage)))
    places = {
        "<uuid:book_id>": stage.books[0].id,
        "<uuid:card_id>": stage.card.id,
        "<uuid:entry_id>": stage.entry.id,
        "<uuid:group_id>": stage.group.id,
        "<uuid:event_id>": stage.soon.id,
        "<uuid:course_id>": stage.course.id,
        "<uuid:helper_id>": stage.helper.id,
        "<uuid:notice_id>": notice.id,
        "<uuid:resident_id>": stage.cast.resident.id,
        "<uuid:first_id>": stage.cast.resident.id,
        "<uuid:second_id>": stage.cast.phoneless.id,
        "<uuid:merge_id>": stage.cast.resident.id,
        "<uuid:role_id>": role.id,
        "<uuid:address_id>": stage.address.id,
        "<uuid:import_id>": stage.list_waiting.id,
        "<uuid:account_id>": stage.cast.organizer.id,
        "<uuid:leaving_id>": stage.leaving.id,
        "<secret>": "x" * 43,
        "<path:filename>": "base.css",
        "<uuid:person_id>": stage.walk_in.id,
        "<int:number>": stage.sheet.number,
        "<token>": link(stage.soon).rpartition("/")[2],
        "<uuid:guest_id>": stage.claim.id,
        "<code>": HOME,
        "<month>": "2026-11",
        "<version>": "2026-11",
        "<lang>": "en",
        "<size>": "large",
    }
    for place, value in places.items():
        rule = rule.replace(place, str(value))
    assert "<" not in rule, f"say in tests/house/addresses.py what {rule} stands for"
    return rule


def where_shown(rule: str, stage: Stage) -> str:
    """As ``address``; where that is no page for anybody, the address of things that are shown to somebody."""
    meeting = f"/groups/{stage.group.id}/meetings/{stage.meeting.id}"
    shown = {
        "/buildings": "/buildings?q=单元",  # without a search it leads on to the one place somebody has
        "/calendars/<secret>.ics": f"/calendars/{stage.address.key}.ics",
        "/communities/<code>/participation": "/communities/410581/participation",
        "/groups/<uuid:group_id>/meetings/<uuid:event_id>": meeting,
        "/groups/<uuid:group_id>/meetings/<uuid:event_id>/cancellation": f"{meeting}/cancellation",
        "/logbook/review/<uuid:entry_id>": f"/logbook/review/{stage.flagged.id}",
        "/logbook/review/<uuid:entry_id>/correction": f"/logbook/review/{stage.flagged.id}/correction",
        "/me/household/<uuid:resident_id>/account": f"/me/household/{stage.grown.id}/account",
        "/residents/<uuid:resident_id>/consents": f"/residents/{stage.cast.phoneless.id}/consents",
        "/residents/<uuid:resident_id>/leaving": f"/residents/{stage.cast.phoneless.id}/leaving",
    }
    return shown.get(rule) or address(rule, stage)


def another_device(stage: Stage) -> uuid.UUID:
    """Sign `resident` in once more, and return the id of that sign-in."""
    token_hash = hash_of_token(signed_in.sign_in(stage.cast.account("resident")))
    return db.session.scalars(select(SignIn.id).where(SignIn.token_hash == token_hash)).one()
