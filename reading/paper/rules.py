"""Pure decisions about paper: how a sheet is divided, and what somebody means who types it back in."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reading.attendance.rules import MarkSent
from reading.text import with_plain_digits

LINES_ON_A_PAGE = 30
MOST_BLANKS = 120
# On paper nobody writes down the minute. Who came stands with the event's start; who came late, a quarter of an
# hour later (or, where it is shorter, in the middle of the event), so that they never stand before the others.
LATE_BY = timedelta(minutes=15)
LATE_WORDS, EXCUSED_WORDS = ("l", "迟", "迟到"), ("x", "假", "请假")
LETTERS = str.maketrans("ｌｘＬＸLX", "lxlxlx")
BETWEEN = re.compile(r"[,，、;；]")
TO = re.compile(r"(?<=[0-9])\s*[-–—―~～〜至到]\s*(?=[0-9])")
PIECE = re.compile(r"([0-9]+)(?:-([0-9]+))?([^0-9\-]*)")
SIGNS = r"[\s.,，、:：)）]"
NUMBERED = re.compile(rf"([0-9]+)(?:({'|'.join((*LATE_WORDS, *EXCUSED_WORDS))})(?={SIGNS}|$))?{SIGNS}*(.*)")


def blanks_for(named: int, asked: int) -> int:
    """Return how many blank lines follow ``named`` lines with names: those asked for, and the page is filled."""
    lines = max(named + asked, 1)
    return -(-lines // LINES_ON_A_PAGE) * LINES_ON_A_PAGE - named


@dataclass(frozen=True)
class Trouble:
    """What cannot be meant: ``kind`` names the sentence to say, ``piece`` is what was typed, ``line`` its number."""

    kind: str
    piece: str = ""
    line: int = 0


@dataclass(frozen=True)
class WalkIn:
    """Somebody who wrote their own name: on the blank line ``line``, or on none that was told.

    ``key`` is the same whenever the same line (or the same name once more) is typed from this sheet.
    """

    line: int | None
    name: str
    status: str
    key: str


@dataclass(frozen=True)
class Entry:
    """What was typed from one sheet: the status by line, walk-ins, and how many heads were counted."""

    lines: Mapping[int, str]
    walk_ins: tuple[WalkIn, ...] = ()
    heads: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed at all."""
        return not self.lines and not self.walk_ins and self.heads is None


def read_numbers(text: str, last: int) -> tuple[dict[int, str], list[Trouble]]:
    """Return the status by line typed as ``1-7 9 12l 15x``, and what cannot be meant; lines run from 1 to ``last``."""
    plain = TO.sub("-", with_plain_digits(text).translate(LETTERS))
    found: dict[int, str] = {}
    troubles: list[Trouble] = []
    for piece in _pieces(plain, troubles):
        read = _read_piece(piece, last)
        if isinstance(read, Trouble):
            troubles.append(read)
            continue
        numbers, status = read
        torn = next((one for one in numbers if found.get(one, status) != status), None)
        if torn is not None:
            troubles.append(Trouble("twice", piece, torn))
        found.update((one, status) for one in numbers if one not in found)
    return found, troubles


def _pieces(text: str, troubles: list[Trouble]) -> Iterator[str]:
    """Yield what stands between spaces and commas; two commas with nothing between them are a slip."""
    groups = [group.split() for group in BETWEEN.split(text)]
    for number, group in enumerate(groups):
        if not group and 0 < number < len(groups) - 1:
            before, after = groups[number - 1][-1:], groups[number + 1][:1]
            troubles.append(Trouble("gap", f"{''.join(before)},,{''.join(after)}"))
        yield from group


def _read_piece(piece: str, last: int) -> tuple[range, str] | Trouble:
    status = _status(piece)
    if status:
        return Trouble("letter_alone", piece)
    match = PIECE.fullmatch(piece)
    if match is None:
        return Trouble("unreadable", piece)
    first, end = int(match[1]), int(match[2] or match[1])
    outside = next((one for one in (first, end) if not 1 <= one <= last), None)
    if outside is not None:
        return Trouble("no_line", piece, outside)
    if first > end:
        return Trouble("backwards", f"{first}-{end}")
    status = _status(match[3]) if match[3] else "present"
    return (range(first, end + 1), status) if status else Trouble("unknown_letter", piece)


def _status(word: str) -> str:
    return "late" if word in LATE_WORDS else "excused" if word in EXCUSED_WORDS else ""


def read_walk_ins(text: str, named: int, last: int) -> tuple[list[WalkIn], list[Trouble]]:
    """Return the walk-ins typed one a line, as ``31 李四`` or a name alone, and what cannot be meant.

    Lines up to ``named`` carry printed names; the blank ones follow, up to ``last``.
    """
    found: list[WalkIn] = []
    troubles: list[Trouble] = []
    names: Counter[str] = Counter()
    for typed in filter(None, map(str.strip, text.splitlines())):
        walk_in = _read_walk_in(typed)
        if walk_in.line is None:
            names[walk_in.name] += 1
            walk_in = replace(walk_in, key=f"{walk_in.name} {names[walk_in.name]}")
        trouble = _trouble_with(walk_in, typed, named, last, {one.line for one in found})
        if trouble is not None:
            troubles.append(trouble)
        found.append(walk_in)
    return found, troubles


def _read_walk_in(typed: str) -> WalkIn:
    match = NUMBERED.fullmatch(with_plain_digits(typed).translate(LETTERS))
    if match is None:
        return WalkIn(None, typed, "present", "")
    # The name as it was typed: only the number and what follows it were made plain.
    name = typed[match.start(3) :]
    return WalkIn(int(match[1]), name, _status(match[2] or "") or "present", str(int(match[1])))


def _trouble_with(
    walk_in: WalkIn, typed: str, named: int, last: int, before: set[int | None]
) -> Trouble | None:
    line = walk_in.line
    if line is not None and not 1 <= line <= last:
        return Trouble("no_line", typed, line)
    if line is not None and line <= named:
        return Trouble("named_line", typed, line)
    if not walk_in.name:
        return Trouble("no_name", typed, line or 0)
    return Trouble("named_twice", typed, line) if line is not None and line in before else None


def put_together(
    numbers: Mapping[int, str], walk_ins: Sequence[WalkIn], named: int
) -> tuple[Entry, list[Trouble]]:
    """Return what numbers and walk-ins say together; a blank line among the numbers needs its name below."""
    troubles: list[Trouble] = []
    by_line = {one.line: one for one in walk_ins if one.line is not None}
    for line, status in numbers.items():
        walk_in = by_line.get(line)
        if line > named and walk_in is None:
            troubles.append(Trouble("blank_line", str(line), line))
        elif walk_in is not None and status != "present":
            torn = walk_in.status not in ("present", status)
            troubles += [Trouble("twice", walk_in.name, line)] if torn else []
            by_line[line] = replace(walk_in, status=status)
    told = tuple(by_line.get(one.line, one) if one.line is not None else one for one in walk_ins)
    return Entry({line: status for line, status in numbers.items() if line <= named}, told), troubles


def moment_on_paper(status: str, starts_at: datetime, ends_at: datetime, now: datetime) -> datetime:
    """Return when somebody came of whom paper says no more than that they did; never later than ``now``."""
    late_by = min(LATE_BY, (ends_at - starts_at) / 2) if status == "late" else timedelta()
    return min(starts_at + late_by, now)


def mark_for(
    form_id: uuid.UUID, line: int, resident_id: uuid.UUID, status: str, happened_at: datetime
) -> MarkSent:
    """Return the mark of a printed line. Its id follows from the form and the line: saved twice is saved once.

    It replaces nothing: who typed it had the paper before them, not what phones have sent.
    """
    mark_id = uuid.uuid5(form_id, f"line {line}")
    return MarkSent(mark_id, resident_id, status, happened_at, seen=())


def mark_for_walk_in(
    form_id: uuid.UUID, sheet_id: uuid.UUID, walk_in: WalkIn, happened_at: datetime
) -> MarkSent:
    """Return the mark of somebody known by name only. The guest is the sheet's: typed again, it is nobody new."""
    return MarkSent(
        uuid.uuid5(form_id, f"walk-in {walk_in.key}"), None, walk_in.status, happened_at,
        guest_id=guest_id(sheet_id, walk_in), guest_name=walk_in.name, seen=(),
    )  # fmt: skip


def guest_id(sheet_id: uuid.UUID, walk_in: WalkIn) -> uuid.UUID:
    """Return the id of the guest a walk-in of this sheet is."""
    return uuid.uuid5(sheet_id, walk_in.key)
