"""What was written since is taken into the sums of communities, in the background; and sums are put right."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from sqlalchemy import Connection, delete, event, func, literal, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from reading import background, clock
from reading.background import Rounds, Step
from reading.database import action, add_up, insert_into
from reading.extensions import db
from reading.points import sum_queries as queries
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES, SUMMED, CommunitySum
from reading.points.queries import steady_view
from reading.points.rules import ALL_TIME, month_key
from reading.points.sum_queries import ALL_SUMS
from reading.points.sum_rules import periods_begun

SUMS: Any = CommunitySum.__table__
EVERY_SECONDS, IDLE_ROUNDS = 5.0, 2
# Whoever asks for figures reads what waits as well: so much takes no longer than the sums themselves. Sooner than
# that, or than writing has paused, taking it in would write more than it spares.
MANY = 5_000
# PostgreSQL's, of this database: held by whoever changes the sums. "sums" in ASCII.
LOCK = int.from_bytes(b"sums")
NAMES = ("period", "community_id", *ALL_SUMS)


def init_app(app: Flask) -> None:
    """Take changes into the sums in the background while requests of ``app`` write some."""

    @contextmanager
    def begin() -> Iterator[Step]:
        def step(is_idle: bool) -> None:
            # Without a database there is a next time, and until then the changes count where they are.
            with suppress(SQLAlchemyError), app.app_context():
                take_in_if_worth_it(is_idle)

        yield step

    taking = Rounds("sums", lambda: (EVERY_SECONDS, IDLE_ROUNDS), begin)
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if background.serves():
            taking.note()


def take_in_if_worth_it(is_idle: bool) -> None:
    """Take the changes into the sums if many wait; if nobody writes (``is_idle``), any."""
    found = queries.waiting(MANY)
    if found >= MANY or (is_idle and found):
        take_in()


@action
def take_in() -> None:
    """Take what waits into the sums."""
    take_in_now()


def take_in_now() -> None:
    """As :func:`take_in`, in the caller's transaction."""
    last = _begin()
    _take_in_standings()
    _take_in_residences(last)


def _begin() -> str:
    """Let nobody else change the sums meanwhile, and let each period that began have its own; return the last month.

    No record waits for that. Who lives in a community when a month or a year begins is registered at its end, as long
    as nobody comes or goes.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    before = queries.last_month()
    last = max(before, month_key(clock.today()))
    for period in periods_begun(before, last):
        zeros: list[Any] = [literal_column("0") for _name in SUMMED]
        there = select(literal(period), SUMS.c.community_id, *zeros, SUMS.c.residents)
        begun = insert_into(SUMS).from_select(NAMES, there.where(SUMS.c.period == ALL_TIME))
        db.session.execute(begun.on_conflict_do_nothing())
    return last


def _take_in_standings() -> None:
    """Move the changes into the sums, in one statement on PostgreSQL, where others go on writing between two."""
    is_postgresql = db.engine.dialect.name == "postgresql"
    source: Any = STANDING_CHANGES
    if is_postgresql:
        source = delete(STANDING_CHANGES).returning(*STANDING_CHANGES.c).cte("taken")
    key = source.c.period, source.c.community_id
    columns = [*key, *(func.sum(source.c[one]) for one in SUMMED), literal_column("0")]
    summed = select(*columns).group_by(*key)
    adding = insert_into(SUMS).from_select(NAMES, summed)
    more = {name: SUMS.c[name] + adding.excluded[name] for name in SUMMED}
    db.session.execute(adding.on_conflict_do_update(index_elements=SUMS.primary_key, set_=more))
    if not is_postgresql:
        db.session.execute(delete(STANDING_CHANGES))


def _take_in_residences(last: str) -> None:
    """Move those whose day has come; the others wait for it."""
    due = RESIDENCE_CHANGES.c.on <= clock.today()
    taken = db.session.execute(delete(RESIDENCE_CHANGES).where(due).returning(*RESIDENCE_CHANGES.c))
    found: Counter[tuple[str, str]] = Counter()
    for code, on, known_at, number in taken:
        for period in queries.periods_from(on, known_at, last):
            found[period, code] += number
    nothing = dict.fromkeys(SUMMED, 0)
    rows = [
        {"period": period, "community_id": code, "residents": number, **nothing}
        for (period, code), number in sorted(found.items())
    ]
    add_up(SUMS, rows, ["residents"])


def rebuild() -> int:
    """Restore the sums from the standings and residences; return how many were wrong.

    Each batch of communities is a transaction of its own: the service may go on meanwhile.
    """
    wrong = 0
    for codes in queries.communities_in_batches():
        with steady_view():
            found = {code for code, _period in queries.differences(codes, queries.last_month())}
        wrong += _restore(sorted(found)) if found else 0
    take_in()
    return wrong


@action
def _restore(codes: Collection[str]) -> int:
    return restore(codes)


def restore(codes: Collection[str]) -> int:
    """Add to the sums of these communities what they lack; in the caller's transaction.

    Returns how many sums were wrong.
    """
    missing = queries.differences(codes, _begin())
    rows = [
        {"community_id": code, "period": period, **sums} for (code, period), sums in sorted(missing.items())
    ]
    add_up(SUMS, rows, ALL_SUMS)
    return len(rows)
