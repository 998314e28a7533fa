"""The people of the burst: signed in already or about to, with an event to go to, and the bytes their phones send."""

import secrets
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import func, insert, select, update

from reading import account_tag, clock, passwords
from reading.books.models import Book
from reading.check_in.queries import signing_key
from reading.check_in.rules import token_at
from reading.events import actions as events
from reading.events.rules import EventPlan
from reading.extensions import db
from reading.form_tokens import token_of
from reading.people.models import Account, Resident, Role
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token, mark_of_roles
from tests.bench.burst_plan import BOARD, CHECK_IN, HOME, LOG, SIGN_IN, Step
from tests.bench.city import Bench
from tests.bench.serving import Phone

PEOPLE, STRANGERS, EVENTS = 20_000, 2_400, 40
PASSWORD = "shu-xiang-burst-20261210"
BROWSER = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/88.0 MicroMessenger/8.0"


@dataclass(frozen=True)
class Person:
    """Somebody with a phone: ``cookies`` and ``form_token`` as it holds them, "" for who has still to sign in."""

    resident: uuid.UUID
    community: str
    phone: str
    cookies: str = ""
    form_token: str = ""


class People:
    """Those who take part, drawn from all over the city, and how they ask."""

    def __init__(self, bench: Bench, day: date) -> None:
        self.bench, self.day = bench, day
        found = _with_account(PEOPLE + STRANGERS)
        known = min(PEOPLE, len(found) * 9 // 10)
        signed_in = _signed_in([one[0] for one in found[:known]])
        _let_in([one[0] for one in found[known:]])
        name = bench.app.config["SIGN_IN_COOKIE_NAME"]
        self.known = [
            Person(
                one[1], one[2], one[3],
                f"{name}={token}; {account_tag.COOKIE}={account_tag.account_tag(one[0])}",
                urlencode({"csrf_token": token_of(sign_in)}),
            )
            for one, (token, sign_in) in zip(found[:known], signed_in, strict=True)
        ]  # fmt: skip
        self.strangers = [Person(one[1], one[2], one[3]) for one in found[known:]]
        self.events = _planned(clock.now())
        self.books = list(db.session.scalars(select(Book.id).order_by(Book.id).limit(60)))
        self.key = signing_key()
        self.came: dict[int, int] = {}
        db.session.remove()

    def meet(self, port: int, shift: timedelta) -> None:
        """Learn what a visitor's browser holds that has the sign-in form open: one does for all strangers."""
        self.shift, stranger = shift.total_seconds(), Phone(port)
        answer = stranger.get("/sign-in")
        if answer.status != 200 or not stranger.token:
            raise SystemExit(f"/sign-in was answered with {answer.status}.")
        self.stranger_token = urlencode({"csrf_token": stranger.token})
        self.stranger_cookie = "; ".join(f"{name}={value}" for name, value in stranger.cookies.items())
        self.host = f"127.0.0.1:{port}"

    def made(self, step: Step) -> tuple[str, bytes]:
        """Return what names the record this step asks for, and the request as a browser sends it."""
        if step.kind == SIGN_IN:
            person = self.strangers[step.person]
            body = urlencode({"phone": person.phone, "password": PASSWORD}) + "&" + self.stranger_token
            return person.phone, self._post("/sign-in", body, self.stranger_cookie, step.person)
        person = self.known[step.person]
        cookie = person.cookies
        if step.kind == LOG:
            record = str(uuid.uuid4())
            body = (
                f"id={record}&resident={person.resident}&book_id={self.books[step.person % len(self.books)]}"
                f"&read_on={self.day}&pages={12 + step.person % 30}&{person.form_token}"
            )
            return record, self._post("/logbook/new", body, cookie, step.person)
        if step.kind == CHECK_IN:
            turn = self.came.get(step.person, 0)
            self.came[step.person] = turn + 1
            event = self.events[(step.person + turn) % len(self.events)]
            body = f"id={uuid.uuid4()}&resident={person.resident}&{person.form_token}"
            path = f"/check-in/{token_at(event, self._now(), self.key)}"
            return f"{event} {person.resident}", self._post(path, body, cookie, step.person)
        path = "/" if step.kind == HOME else f"/communities/{person.community}/leaderboard"
        assert step.kind in (HOME, BOARD)
        return "", self._get(path, cookie, step.person)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.shift, UTC)

    def _get(self, path: str, cookie: str, number: int) -> bytes:
        return f"GET {path} HTTP/1.1\r\n{self._headers(cookie, number)}\r\n".encode()

    def _post(self, path: str, body: str, cookie: str, number: int) -> bytes:
        return (
            f"POST {path} HTTP/1.1\r\n{self._headers(cookie, number)}"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def _headers(self, cookie: str, number: int) -> str:
        return (
            f"Host: {self.host}\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\n"
            f"Accept-Language: zh-CN,zh;q=0.9\r\n"
            f"User-Agent: {BROWSER}\r\nX-Forwarded-For: 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\r\n"
            f"Cookie: {cookie}\r\n"
        )


def _with_account(number: int) -> list[tuple[uuid.UUID, uuid.UUID, str, str]]:
    """Return (account, resident, community, phone) of residents without a role, from all over the city."""
    staff = select(Role.account_id)
    own = select(Account.id, Resident.id, Resident.community_id, Account.phone).join_from(
        Resident, Account, Account.id == Resident.account_id
    )
    own = own.where(Resident.relation == "self", Account.id.not_in(staff), Account.password_hash == "!")
    # The phone's digits are scattered: its order is no order of ids or places.
    return [
        (one[0], one[1], one[2], one[3])
        for one in db.session.execute(own.order_by(Account.phone).limit(number))
    ]


def _signed_in(accounts: Sequence[uuid.UUID]) -> list[tuple[str, uuid.UUID]]:
    """Write a sign-in for each; return what their phones hold, and its id."""
    now = clock.now()
    held = [(secrets.token_urlsafe(32), uuid.uuid4()) for _ in accounts]
    rows = [
        {"id": sign_in, "account_id": account, "token_hash": hash_of_token(token), "token_at": now, "seen_at": now,
         "made_at": now, "roles_mark": mark_of_roles([]), "is_staff": False}
        for account, (token, sign_in) in zip(accounts, held, strict=True)
    ]  # fmt: skip
    db.session.execute(insert(SignIn), rows)
    db.session.commit()
    return held


def _let_in(accounts: Sequence[uuid.UUID]) -> None:
    """Give these the password that the burst knows; checking it costs what checking any does."""
    rows = update(Account).where(Account.id.in_(accounts)).values(password_hash=passwords.hash_of(PASSWORD))
    db.session.execute(rows)
    db.session.commit()


def _planned(now: datetime) -> list[uuid.UUID]:
    """Plan the learning day's events in the communities in which most people live; return their ids."""
    most = (
        select(Resident.community_id)
        .group_by(Resident.community_id)
        .order_by(func.count().desc())
        .limit(EVENTS)
    )
    communities = list(db.session.scalars(most))
    librarian = db.session.scalars(select(Role.account_id).where(Role.name == "librarian").limit(1)).one()
    start = now - timedelta(minutes=10)
    made = []
    for code in communities:
        plan = EventPlan("learning_day", "全民学习日", code, "文化广场", start, start + timedelta(hours=4))
        made.append(events.plan(uuid.uuid4(), plan, librarian).id)
    return made
