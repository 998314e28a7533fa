"""How a list is understood: which column is what, which characters it is written in, which home a place means; pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from reading.text import match_key, squeezed, with_plain_digits

UTF_8, GB18030, UTF_16 = "utf-8", "gb18030", "utf-16"
# What a person may choose between; UTF-16 says itself what it is.
ENCODINGS = (UTF_8, GB18030)
NAME, PHONE, BORN_ON, HOME_CODE = "name", "phone", "born_on", "home_code"
# Parts of a place, from the large to the small; a line's place is what stands in all of them together.
PLACES = ("community", "compound", "building", "unit", "place", "door")
HEADINGS = {
    NAME: "姓名 名字 名称 居民姓名 住户姓名 成员姓名 人员姓名 name fullname residentname",
    PHONE: "电话 手机 手机号 手机号码 联系电话 电话号码 联系手机 联系方式 移动电话 本人电话 phone phonenumber mobile "
    "mobilephone mobilenumber tel telephone cell cellphone",
    BORN_ON: "出生日期 出生年月日 出生年月 出生 生日 出生时间 bornon born birthdate dateofbirth birthday dob",
    HOME_CODE: "homecode code 代码 编码",
    "community": "社区 村 居委会 村委会 行政村 community village",
    "compound": "小区 小区名称 院 院落 compound estate",
    "building": "楼 楼号 楼栋 楼栋号 楼幢 幢 幢号 栋 栋号 楼房号 building buildingno block",
    "unit": "单元 单元号 单元名称 unit unitno staircase entrance",
    "place": "住址 地址 家庭住址 居住地址 现住址 居住地 家庭地址 详细地址 住处 住所 楼单元 楼栋单元 "
    "home address livesat place",
    "door": "门牌 门牌号 门牌号码 门号 房号 房间号 室 室号 户号 房间 "
    "door doorno doornumber room roomno roomnumber flat apartment",
}
_KNOWN = {heading: column for column, headings in HEADINGS.items() for heading in headings.split()}
# What people write after a heading: 姓名（必填）, 联系电话(手机)
REMARK = re.compile(r"[（(\[【*＊:：].*$")
MOST_TITLES = 20

HAN_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# 十二, 二十, 二十三, or digit by digit 一〇二; what is no number (十二三) stays as it is written.
HAN = "[〇零一二两三四五六七八九十]"
HAN_WRITTEN = "[一二两三四五六七八九]?十[一二三四五六七八九]?|[〇零一二两三四五六七八九]{1,3}"
HAN_NUMBER = re.compile(rf"(?<!{HAN})(?:{HAN_WRITTEN})(?=(?:号|#)?(?:楼|栋|幢|座|单元)|号院)")
NUMBERED = re.compile(r"0*([0-9]+)(?:#|号)?(?:楼|栋|幢|座)|0*([0-9]+)#")
UNIT = re.compile(r"0*([0-9]+)(?:#|号)?单元")
DASHED = re.compile(r"([0-9]{1,3})[-/#]([0-9]{1,4})(?:[-/#]([0-9]{1,4}))?", re.ASCII)
DOOR_AT_END = re.compile(r"(?<=[^0-9])[0-9]{1,5}(?:室|号|户)?$|^[0-9]{1,5}(?:室|号|户)?$", re.ASCII)
WHOLE_NUMBER = re.compile(rf"(?:0*([0-9]{{1,3}})(?:\.0+)?|({HAN_WRITTEN}))[号#]?", re.ASCII)


@dataclass(frozen=True)
class Line:
    """A line of a file, with its number as a spreadsheet counts."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Columns:
    """Which column holds what: ``at`` by name; ``heading`` is the line that said so, ``unused`` what it said more."""

    heading: int
    at: Mapping[str, int]
    told: Mapping[str, str]
    unused: Sequence[str]


@dataclass(frozen=True)
class Place:
    """A node of the tree: ``names`` are the short names from the township down to its own."""

    code: str
    level: str
    path: str
    names: Sequence[str]


def detected(content: bytes) -> str:
    """Return how these bytes of a text are most likely written: UTF-8 if they are that, else GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UTF_16
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError:
        return GB18030
    return UTF_8


def column_of(heading: str) -> str | None:
    """Return what a column with this heading holds, None if it is none we know."""
    return _KNOWN.get(match_key(REMARK.sub("", with_plain_digits(heading)))) or _KNOWN.get(match_key(heading))


def starts_list(cells: Sequence[str]) -> bool:
    """Tell whether these cells are the headings of a list of people."""
    return any(column_of(cell) == NAME for cell in cells)


def understood(lines: Iterable[Line]) -> Columns | None:
    """Return which column holds what, None where no line among the first has a heading for the name.

    Titles above the headings are passed over; of two columns for the same thing the first counts.
    """
    for line in list(lines)[:MOST_TITLES]:
        if not starts_list(line.cells):
            continue
        at: dict[str, int] = {}
        unused: list[str] = []
        for number, cell in enumerate(line.cells):
            column = column_of(cell)
            if column and column not in at:
                at[column] = number
            elif cell:
                unused.append(cell)
        return Columns(line.number, at, {column: line.cells[number] for column, number in at.items()}, unused)
    return None


def cells_of(line: Line, columns: Columns) -> dict[str, str]:
    """Return the cells of a line by what they hold; a column that is not there is empty."""
    return {
        column: line.cells[number] if number < len(line.cells) else ""
        for column, number in columns.at.items()
    }


def place_written(cells: Mapping[str, str]) -> tuple[str, str]:
    """Return the place that the cells of a line tell, and what they tell of the door.

    A bare number under 楼 is the building of that number, under 单元 the unit.
    """
    parts = []
    for column in PLACES[:-1]:
        text = cells.get(column, "")
        bare = WHOLE_NUMBER.fullmatch(_plain(text))
        ending = {"building": "号楼", "unit": "单元"}.get(column)
        # In digits, so that no number of the part before it, such as a compound's 二期, runs into it.
        parts.append(f"{bare[1] or _number_of(bare[2])}{ending}" if bare and ending else text)
    return "".join(parts), cells.get("door", "")


def normal_place(text: str) -> str:
    """Return the form two spellings of a place share: 一号楼, 1栋, 01#楼 are 1楼."""
    plain = HAN_NUMBER.sub(lambda found: str(_number_of(found[0])), _plain(text))
    plain = NUMBERED.sub(lambda found: f"{int(found[1] or found[2])}楼", plain)
    plain = UNIT.sub(lambda found: f"{int(found[1])}单元", plain)
    return "".join(sign for sign in plain if sign.isalnum())


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _number_of(han: str) -> int:
    tens, _ten, ones = han.rpartition("十")
    if "十" not in han:
        return int("".join(str(HAN_DIGITS[sign]) for sign in han))
    return (HAN_DIGITS[tens] if tens else 1) * 10 + (HAN_DIGITS[ones] if ones else 0)


class Homes:
    """The nodes people may live at under ``base``, found by what a list calls them."""

    def __init__(self, base: Place, places: Iterable[Place]) -> None:
        self.base = base
        self.by_code = {place.code: place for place in places}
        self._by_name: dict[str, set[str]] = {}
        for place in self.by_code.values():
            for name in _names_of(place):
                self._by_name.setdefault(name, set()).add(place.code)

    def meant(self, text: str, door: str) -> tuple[list[Place], str]:
        """Return the nodes that ``text`` may mean (none: there is no such place here), and the door.

        The door may stand at the end of the place (1号楼1单元301), or the place before the door (1-301).
        """
        text = _spelled_out(text, self.base.level)
        behind = _spelled_out(door, self.base.level)
        if not normal_place(text) and (behind != door or not DOOR_AT_END.fullmatch(normal_place(door))):
            text, door = behind, ""
        found = self._named(normal_place(text))
        if found or text in self.by_code:
            return found or [self.by_code[text]], door
        plain = normal_place(text)
        shorter = DOOR_AT_END.sub("", plain)
        found = self._named(shorter) if shorter != plain else []
        if plain.endswith("号"):
            # 上庄村12号 is a door of the village, but 和顺园1号 a building that is not in the tree.
            found = [place for place in found if place.level == "community"]
        return found, door or plain[len(shorter) :]

    def _named(self, plain: str) -> list[Place]:
        if not plain:
            return [self.base]
        return [self.by_code[code] for code in sorted(self._by_name.get(plain, ()))]


def _spelled_out(text: str, level: str) -> str:
    """Return 2-301 in full: in a building the unit 2, in a compound the building 2 (and unit) of that number."""
    dashed = DASHED.fullmatch(squeezed(with_plain_digits(text)))
    if not dashed:
        return text
    first, second, third = dashed.groups()
    if third:
        return f"{first}号楼{second}单元{third}"
    inside = level in ("building", "unit")
    return f"{first}单元{second}" if inside else f"{first}号楼{second}单元"


def _names_of(place: Place) -> set[str]:
    """Return how a list may call a node: its name after those of as many places above it as are written."""
    *above, own = map(normal_place, place.names)
    return {
        "".join((*chosen, own)) for count in range(len(above) + 1) for chosen in combinations(above, count)
    }


def read_again(text: str, read_as: str, encoding: str) -> str:
    """Return a text that was read as one encoding as it reads in another; what cannot be is ``\ufffd``."""
    if read_as == encoding or read_as not in ENCODINGS or encoding not in ENCODINGS:
        return text
    return text.encode(read_as, errors="replace").decode(encoding, errors="replace")
