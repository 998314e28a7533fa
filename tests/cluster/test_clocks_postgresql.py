"""The clock of one machine an hour off: its workers agree with the database on what time it is."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from reading.extensions import db
from tests.cast import PASSWORD
from tests.cluster.balanced import Cluster
from tests.cluster.people import an_event, record, resident, signed_in, unsettled
from tests.durability.town import READER, kept

HOUR = 3600.0
HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(autouse=True)
def right_afterwards(cluster: Cluster) -> Iterator[None]:
    yield
    set_wrong(cluster)


def set_wrong(cluster: Cluster, **wrong_by: float) -> None:
    """Let clocks be wrong, and their workers connect anew."""
    cluster.set_clocks(**wrong_by)
    db.session.execute(text(HANG_UP))
    db.session.commit()


def test_with_one_clock_an_hour_off_no_record_is_lost_or_refused_and_nobody_is_held_up(
    cluster: Cluster,
) -> None:
    for ahead in (HOUR, -HOUR):
        set_wrong(cluster, left=ahead)
        librarian, outsider = signed_in(cluster, "李馆员"), signed_in(cluster, "周外人")
        sent = [record(resident("周外人"), book=f"钟表 {turn}", pages="3") for turn in range(4)]
        for one in sent:
            outsider.post("/logbook/new", **one)
        for one in sent:  # each comes to the other one now
            outsider.get("/me")
            outsider.post("/logbook/new", **one)
        there = kept()
        assert [there[one["id"]] for one in sent] == [1] * 4
        event = an_event(librarian)
        marks = [
            {"id": str(uuid.uuid4()), "resident": str(resident(f"{READER}{turn}").id), "status": "present"}
            for turn in range(4)
        ]
        for mark in marks:
            answer = librarian.post_json(f"/events/{event}/attendance", {"marks": [mark]})
            assert answer["marks"][0]["result"] == "stored", answer
        hold_up(cluster)
    assert unsettled() == []


def hold_up(cluster: Cluster) -> None:
    """Try wrong passwords on both; once the wait that each tells is over, the right one is taken by each."""
    caller = cluster.caller()
    for _try in range(4):
        caller.post("/sign-in", 400, phone="13800000002", password="wrong password")
    for _worker in ("left", "right"):
        caller.post("/sign-in", 302, phone="13800000002", password=PASSWORD)
        caller.post("/sign-out", 302)
