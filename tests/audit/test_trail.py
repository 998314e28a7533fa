"""The trail: a line for each deed, that nobody changes."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from reading import clock
from reading.audit import actions as audit
from reading.audit.models import AuditCutoff, AuditLine
from reading.extensions import db
from reading.people import role_actions
from tests.cast import Cast
from tests.pages import Visitor


def lines(deed: str) -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.deed == deed)))


def test_a_deed_and_its_line_are_written_together(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.admin)
    holder = cast.account("neighbour")
    visitor.post("/roles/new", phone=holder.phone, role="steward", community="410581001001-1")
    (line,) = [one for one in lines("role.granted") if one.subject_id == holder.id]
    assert (line.by_id, line.community_code, line.detail, line.at) == (
        cast.admin.id, "410581001001-1", {"role": "steward"}, clock.now(),
    )  # fmt: skip
    assert line.address == "127.0.0.1"
    assert re.fullmatch("[0-9a-f]{12}", line.request_id)


def test_a_deed_that_fails_leaves_no_line(cast: Cast) -> None:
    before = len(lines("role.granted"))
    with pytest.raises(IntegrityError):
        role_actions.grant_role(uuid.uuid4(), "steward", "410581001001", cast.admin)
    assert len(lines("role.granted")) == before


def test_a_deed_nobody_knows_is_refused(cast: Cast) -> None:
    with pytest.raises(KeyError):
        audit.write_down("something", by=None)


@pytest.mark.parametrize("statement", [update(AuditLine).values(deed="another"), delete(AuditLine)])
def test_the_database_lets_no_line_be_changed_or_deleted(cast: Cast, statement) -> None:
    audit.write_down("residents.imported", by=cast.admin.id, added=1)
    with pytest.raises(DBAPIError):
        db.session.execute(statement)
    db.session.rollback()
    assert lines("residents.imported")


def test_no_line_is_written_over_or_emptied_away(cast: Cast) -> None:
    audit.write_down("residents.imported", by=cast.admin.id, added=1)
    columns = ", ".join(column.name for column in AuditLine.__table__.columns)
    over = f"INSERT OR REPLACE INTO audit_lines ({columns}) SELECT {columns} FROM audit_lines"
    ways = {"sqlite": over, "postgresql": "TRUNCATE audit_lines"}
    with pytest.raises(DBAPIError, match=r"the trail is never|a line of the trail is never"):
        db.session.execute(text(ways[db.engine.dialect.name]))
    db.session.rollback()
    assert lines("residents.imported")


def test_a_line_may_go_once_its_time_is_over(cast: Cast) -> None:
    audit.write_down("residents.imported", by=cast.admin.id, added=1)
    over = clock.now() + timedelta(seconds=1)
    db.session.execute(insert(AuditCutoff).values(id=uuid.uuid4(), before=over, made_at=clock.now()))
    db.session.execute(delete(AuditLine).where(AuditLine.at < over))
    db.session.commit()
    assert not lines("residents.imported")
