"""What awaits those who sign in: something on today, a full evening, a change, a cancellation, a learning day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from reading import clock
from reading.books.models import Book
from reading.sample.people import Login, Person
from reading.sample.places import Place
from reading.sample.programme import Programme, interest, spoken
from reading.sample.register import Gathering, end_of

FULL_AT = 8
WAITING = 4
READ_TOGETHER = "红旗渠建设者：比石头还硬的人们"


class Scenes:
    """Sets the scenes in the reader's own community; ``reader`` and ``child`` are in most of them."""

    def __init__(
        self, programme: Programme, place: Place, planner: Login, reader: Person, child: Person, today: date
    ) -> None:
        self.programme, self.place, self.planner = programme, place, planner
        self.draw, self.register = programme.draw, programme.register
        self.reader, self.child, self.today = reader, child, today
        self.others = [one for one in programme.neighbours[place.code] if one not in (reader, child)]

    def set(self, books: Mapping[str, Book], next_learning_day: date) -> None:
        """Set them all."""
        self._on_today()
        self._full_evening(books[READ_TOGETHER])
        self._changed(books["平凡的世界（全三部）"])
        self._called_off()
        self._next_learning_day(next_learning_day)

    def _plan(
        self, kind: str, title: str, about: str, venue: str, day: date, hour: time, minutes: int,
        *, book: Book | None = None, capacity: int | None = None,
    ) -> Gathering:  # fmt: skip
        starts_at = clock.at_city_time(day, hour)
        created = min(day - timedelta(days=9), self.today - timedelta(days=5))
        return Gathering(
            id=self.draw.id(), community=self.place.code, kind=kind, title=title, about=about,
            venue=self.place.name + venue, host=self.programme.host(), starts_at=starts_at,
            ends_at=end_of(starts_at, minutes), created_at=clock.at_city_time(created, time(10, 10)),
            planner=self.planner, book=book, capacity=capacity,
        )  # fmt: skip

    def _neighbours(self, number: int, gathering: Gathering) -> list[Person]:
        known = [one for one in self.others if one.joined_at < gathering.created_at]
        return self.draw.some([(one, interest(one, gathering.kind)) for one in known], number)

    def _on_today(self) -> None:
        """All day long, so that checking in can be tried at any hour of the first day."""
        about = "带一本读完的书来，换一本想读的走。全天都可以来，家里有旧书也欢迎捐。"
        fair = self._plan("exchange", "换书日", about, "24小时城市书房", self.today, time(0), 24 * 60 - 1)
        self.register.keep(fair)
        self.register.sign_up(fair, self._neighbours(9, fair))

    def _full_evening(self, book: Book) -> None:
        """Every seat taken; the reader waited and has just been given the place somebody gave up."""
        about = "请两位当年修渠人的后代来讲，然后一起读第三章。座位不多，先报先得。"
        evening = self._plan(
            "sharing", f"共读《{book.title}》", about, "城市书房", self.today + timedelta(days=3), time(19), 90,
            book=book,
        )  # fmt: skip
        comers = self._neighbours(FULL_AT + WAITING, evening)
        evening.capacity = min(FULL_AT, max(1, len(comers) - 2))
        comers.insert(evening.capacity, self.reader)
        self.register.keep(evening)
        self.register.fill(evening, comers, self._lately(9))

    def _changed(self, book: Book) -> None:
        """Another hour and place than when people signed up."""
        title = f"夜读会：《{spoken(book.title)}》"
        evening = self._plan(
            "sharing", title, "轮流读一章，想说就说，不想说就听。", "党群服务中心二楼阅览室",
            self.today + timedelta(days=6), time(19, 30), 90, book=book, capacity=30,
        )  # fmt: skip
        before = {
            "venue": f"{self.place.name}城市书房",
            "starts_at": (evening.starts_at - timedelta(minutes=30)).isoformat(),
            "ends_at": (evening.ends_at - timedelta(minutes=30)).isoformat(),
        }
        self.register.keep(evening)
        told = self.register.sign_up(evening, [*self._neighbours(11, evening), self.reader], gives_up=0)
        self.register.tell(told, evening, "changed", self._lately(13), seen=False, before=before)

    def _called_off(self) -> None:
        walk = self._plan(
            "exchange", "走读红旗渠：从分水闸到青年洞", "边走边读，每到一处读一段。中午自带干粮。", "南门集合",
            self.today + timedelta(days=9), time(8, 30), 240, capacity=40,
        )  # fmt: skip
        walk.cancelled_at, walk.cancel_reason = self._lately(17), "山上路段检修封闭，等开放了再约。"
        self.register.keep(walk)
        told = self.register.sign_up(walk, [*self._neighbours(14, walk), self.child], gives_up=0)
        self.register.tell(told, walk, "cancelled", walk.cancelled_at, seen=False)

    def _next_learning_day(self, day: date) -> None:
        about = "一起读一个小时，再用十分钟说说今天读到的一句话。自己的书、书屋的书都可以。"
        kept = self._plan("learning_day", "学习日共读", about, "新时代文明实践站", day, time(19), 90)
        if day > self.today:
            self.register.keep(kept)
            self.register.sign_up(kept, self._neighbours(10, kept))

    def _lately(self, hour: int) -> datetime:
        """Return a moment of yesterday."""
        return clock.at_city_time(self.today - timedelta(days=1), time(hour, 25))
