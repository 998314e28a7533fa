"""One cluster for all journeys: a town of its own, on the database the other tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reading.extensions import db
from tests.cluster.balanced import Cluster
from tests.databases import own_database
from tests.durability.town import town

READERS = 12


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster. Its town's context is left at once: other tests of this worker are about another database."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    with own_database(folder) as address:
        with town(address, folder, readers=READERS) as made:
            pass
        with Cluster(made, folder, ("left", "right")).running() as cluster:
            yield cluster


@pytest.fixture
def cluster(running: Cluster) -> Iterator[Cluster]:
    """The cluster, its clocks right, and its database at hand."""
    running.set_clocks()
    with running.town.app.app_context():
        yield running
        db.session.remove()
        db.engine.dispose()
    running.end_calls()
