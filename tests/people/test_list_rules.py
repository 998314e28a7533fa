"""What stands on a list of people: what is mended, what is told, and who is the same person."""

import uuid
from datetime import date

import pytest

from reading.people.list_rules import KnownPerson, is_same_person, listed_problems, read_listed

TODAY = date(2026, 11, 18)


def row(name: str = "吴大爷", phone: str = "", home: str = "v", born: str = "") -> dict[str, str]:
    return {"name": name, "phone": phone, "home_code": home, "born_on": born}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (row(name=""), "name is empty"),
        (row(name="吴" * 41), "longer than 40"),
        (row(name="吴\u202e"), "control characters"),
        (row(phone="12345"), "no mobile number"),
        (row(born="1956-02-30"), "no date"),
        (row(born="1956"), "no date"),
        (row(born="2027-01-01"), "nobody alive"),
    ],
)
def test_each_mistake_in_a_list_of_people_is_told(told: dict[str, str], said: str) -> None:
    (problem,) = listed_problems([read_listed(2, told)], TODAY)
    assert problem[0] == 2
    assert said in str(problem[1])


def test_the_same_person_twice_in_a_list_is_told() -> None:
    twice = [read_listed(2, row(born="1956/3/8")), read_listed(3, row(born="1956-03-08"))]
    ((line, told),) = listed_problems(twice, TODAY)
    assert (line, str(told)) == (3, "the same person stands on line 2 already")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800000000.0", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("'13800000000", "13800000000"),
        ("'+86 138-0000-0000", "13800000000"),
        ("1.3812345678E+10", "13812345678"),
        ("\u202a13800000000\u202c", "13800000000"),
        ("\u200e\u2066138 0000\u200b 0000\u2069", "13800000000"),
        ("\u202c\u200e", None),
        ('"13800000000"', "13800000000"),
        ("“138 0000 0000”", "13800000000"),
        ("\u200e'13800000000'、", "13800000000"),
        ("13800000000,", "13800000000"),
        ("13800000000，", "13800000000"),
        ("13800000000/13800000000", "13800000000"),
        ("138 0000 0000、+86 13800000000", "13800000000"),
        ("0086-13800000000\n13800000000\n13800000000", "13800000000"),
        ("1380000000013800000000", "13800000000"),
        ("13800000000（本人13800000000）", "13800000000"),
        ("无", None),
        ("没有", None),
        ("/", None),
        ("-", None),
        ("—", None),
        ("——", None),
        ("－", None),
        ('""', None),
        ("", None),
    ],
)
def test_a_phone_as_a_spreadsheet_writes_it_is_mended(written: str, number: str | None) -> None:
    read = read_listed(2, row(phone=written))
    assert (read.phone, read.unread) == (number, ())


@pytest.mark.parametrize("written", ["1.38E+10", "1.38e10", "１．３８E+10", "1.381234E+10"])
def test_a_phone_that_has_lost_its_last_digits_is_told_as_that(written: str) -> None:
    read = read_listed(2, row(phone=written))
    assert read.phone is None
    assert "Excel has shortened" in str(read.unread[0])


@pytest.mark.parametrize(
    "written",
    [
        "13800000001/13800000002",
        "13800000001／13800000002",
        "13800000001、13800000002",
        "13800000001,13800000002",
        "13800000001，13800000002",
        "13800000001；13800000002",
        "13800000001 13800000002",
        "138 0000 0001 138 0000 0002",
        "138-0000-0001 或 138-0000-0002",
        "+86 13800000001 +86 13800000002",
        "1380000000113800000002",
        "13800000001（儿子13800000002）",
        "0372-6812345/13800000001",
        "0372-6812345 13800000001",
        "13800000001/13800000001/13800000002",
    ],
)
def test_two_phones_in_one_cell_are_told_as_that(written: str) -> None:
    read = read_listed(2, row(phone=written))
    assert read.phone is None
    assert [str(told) for told in read.unread] == [
        f"'{written}' are several phone numbers; leave one of them"
    ]


@pytest.mark.parametrize("written", ["1380000\n2017", "+86\n138 0000 2017", "138-0000\r\n-2017"])
def test_a_number_broken_over_lines_of_its_cell_is_told_as_that_and_not_put_together(written: str) -> None:
    read = read_listed(2, row(phone=written))
    assert read.phone is None
    shown = " ".join(written.split())
    assert [str(told) for told in read.unread] == [
        f"'{shown}' stands on several lines of its cell; write the number on one"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "12345",
        "无电话",
        "13800000000 无",
        "0372-6812345",
        "0372 6812345",
        "410581195603081234",
        "130102195603081234",
        "1380000000",
    ],
)
def test_what_is_one_number_and_no_mobile_number_is_told_as_that(written: str) -> None:
    assert "no mobile number" in str(read_listed(2, row(phone=written)).unread[0])


@pytest.mark.parametrize(
    "written",
    [
        "1956-03-08",
        "1956/3/8",
        "1956.3.8",
        "1956年3月8日",
        "19560308",
        "20522",
        "20522.0",
        "1956-03-08 00:00:00",
    ],
)
def test_a_date_as_lists_write_it_is_read(written: str) -> None:
    assert read_listed(2, row(born=written)).born_on == date(1956, 3, 8)


@pytest.mark.parametrize("written", ["1956", "1956-13-01", "3月8日", "２", "1956-W01-1", "19561301"])
def test_what_is_no_date_is_told(written: str) -> None:
    assert "no date" in str(read_listed(2, row(born=written)).unread[0])


@pytest.mark.parametrize(("written", "name"), [("张 三", "张三"), ("张　三", "张三"), ("Ann Lee", "Ann Lee")])
def test_a_name_spread_over_its_cell_is_drawn_together(written: str, name: str) -> None:
    assert read_listed(2, row(name=written)).name == name


@pytest.mark.parametrize(
    ("phone", "born", "door", "path", "same"),
    [
        ("13800000001", "", "", "/c/v/b/", True),
        ("", "", "", "/c/v/b/", True),
        ("13800000002", "", "", "/c/v/b/", False),
        ("", "1956-03-08", "", "/c/v/b/", True),
        ("13800000001", "1956-03-09", "", "/c/v/b/", False),
        ("", "", "102", "/c/v/b/", False),
        ("13800000001", "", "102", "/c/v/b/", True),
        ("13800000001", "", "", "/c/v/", True),
        ("13800000001", "", "", "/c/v/b/1/", True),
        ("13800000001", "", "", "/c/w/", False),
        ("", "", "", "/c/v/", False),
    ],
)
def test_who_is_the_same_person(phone: str, born: str, door: str, path: str, same: bool) -> None:
    known = KnownPerson(uuid.uuid4(), "13800000001", date(1956, 3, 8), "101", "/c/v/b/")
    listed = read_listed(2, {**row(phone=phone, born=born), "door": door})
    assert is_same_person(listed, path, known) is same
