"""A bad day for one of two machines: the other one goes on, and nothing is lost, doubled or refused."""

import threading
import time
from http.client import HTTPException

from tests.cluster.balanced import Caller, Cluster
from tests.cluster.people import record, resident, signed_in, unsettled
from tests.durability.town import READER, SAVED, kept

RECORDS = 12
HANDS = 3


class Hand:
    """Writes records, each until it is told that it is saved."""

    def __init__(self, librarian: Caller, turn: int) -> None:
        self.librarian, self.token = librarian, librarian.token()
        self.records = [
            record(resident(f"{READER}{turn}"), pages=str(number + 1)) for number in range(RECORDS)
        ]

    def write(self) -> None:
        for one in self.records:
            while not self._is_saved(one):
                time.sleep(0.05)

    def _is_saved(self, one: dict[str, str]) -> bool:
        try:
            answer = self.librarian.client.post("/logbook/new", data={**one, "csrf_token": self.token})
        except (OSError, HTTPException):
            return False
        return answer.status_code == SAVED


def test_a_worker_killed_in_the_middle_of_a_burst_loses_and_doubles_nothing(cluster: Cluster) -> None:
    hands = [Hand(signed_in(cluster, "李馆员"), turn) for turn in range(HANDS)]
    threads = [threading.Thread(target=hand.write) for hand in hands]
    before = len(kept())
    for one in threads:
        one.start()
    while len(kept()) < before + RECORDS:
        time.sleep(0.01)
    left = cluster.servers["left"]
    left.kill()
    for one in threads:
        one.join(60)
    left.start()
    cluster.wait_for_all()
    there, sent = kept(), {one["id"] for hand in hands for one in hand.records}
    assert {one: there.get(one) for one in sent} == dict.fromkeys(sent, 1)
    assert len(there) == before + len(sent)
    assert unsettled() == []
