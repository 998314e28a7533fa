"""The stage put back is the one that was made; who changes something first gets a stage of their own."""

import re
from dataclasses import fields

from flask import Flask

from reading.extensions import db
from tests import cast as casts
from tests import stage as stages
from tests.cast import Cast, put_on_stage
from tests.clock import TestClock
from tests.recorded import Rows, empty, rows
from tests.stage import Stage, populate

# What the stage holds that is drawn at random, besides ids, or goes by ids where all came at the same moment. Whichever
# test of a worker wanted it first made it, some of them within a request, whose number is drawn too.
DRAWN = {
    ("audit_lines", "request_id"),
    ("events", "check_in_key"),
    ("cards", "code"),
    ("point_entries", "position"),
    ("calendar_addresses", "key"),
}
ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


def told(kept: Rows) -> dict[str, list[str]]:
    """Return the rows as texts, without what is drawn at random."""
    return {
        table.name: sorted(
            ID.sub("id", str({name: value for name, value in row.items() if (table.name, name) not in DRAWN}))
            for row in found
        )
        for table, found in kept.items()
    }


def test_what_is_put_back_equals_what_was_made_and_what_is_made_afresh(app: Flask) -> None:
    populate(put_on_stage())
    first = rows()
    empty()
    populate(put_on_stage())
    assert rows() == first
    empty()
    fresh = Cast(**casts.write.make())
    db.session.commit()
    stages.live.make(fresh)
    db.session.commit()
    assert rows() != first
    assert told(rows()) == told(first)


def test_a_test_that_has_the_cast_begins_with_it_whatever_the_one_before_did(app: Flask) -> None:
    cast = put_on_stage()
    usual, neighbour = rows(), cast.neighbour.id
    cast.neighbour.name = "单田芳"
    casts.a_second_shangzhuang()
    assert rows() != usual
    casts.write.begin()
    assert rows() == usual
    assert put_on_stage().neighbour.id == neighbour
    assert rows() == usual


def test_every_object_stands_for_its_row(app: Flask) -> None:
    stage = populate(put_on_stage())
    by_key = {(table.name, row["id"]): row for table, found in rows().items() for row in found if "id" in row}
    things = [getattr(holder, one.name) for holder in (stage, stage.cast) for one in fields(holder)]
    things += things.pop(things.index(stage.readers)) + things.pop(things.index(stage.books))
    things.remove(stage.cast)
    for one in things:
        columns = one.__mapper__.column_attrs
        shown = {column.columns[0].name: getattr(one, column.key) for column in columns}
        assert shown == by_key[one.__tablename__, one.id]


def test_what_was_changed_before_stays_changed(cast: Cast) -> None:
    populate(cast)
    usual = rows()
    empty()
    cast = put_on_stage()
    cast.neighbour.name = "单田芳"
    db.session.commit()
    populate(cast)
    assert cast.neighbour.name == "单田芳"
    assert rows() != usual


def test_another_day_has_another_stage(cast: Cast, clock: TestClock) -> None:
    before = populate(cast).soon.starts_at
    empty()
    clock.advance(days=1)
    stage: Stage = populate(put_on_stage())
    assert (stage.soon.starts_at - before).days == 1
