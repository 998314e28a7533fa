"""The passwords nobody may choose, whoever they are."""

import pytest

from reading.sign_ins.guessable import LISTS, _lines, is_common


@pytest.mark.parametrize(
    "password",
    [
        "12345678", "87654321", "1234567890", "23456789", "11111111", "12121212", "password", "Password1",
        "PASSWORD123", "Huawei@123",
        "p@ssw0rd", "yuedu123", "Yuedu2026", "shuxiang", "shuxiang888", "ShuXiang@2026", "linzhou123", "linzhou2026!",
        "hongqiqu66", "书香123456", "阅读2026!!", "１２３４５６７８", "ｙｕｅｄｕ１２３", "woaini1314",
        "5201314wang", "19900101", "20081231", "qwertyuiop", "poiuytrewq", "abcdefgh", "asdfghjk", "1qaz2wsx",
        "woaini520", "yueduyuedu", "iloveyou", "admin123456", "88888888", "66666666", "a1234567", "aa123456",
        "5201314520", "13145201314", "66668888", "110119120", "159357159",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "书香伴我行2026", "渠水长流过太行", "three blue kettles", "mtqp4812", "kx7-wq2-9hm", "84629175",
        "新密码新密码新密码", "19901301", "🐎🐎🐎🐎🐎🐎🐎🐂", "短 pass❤词",
        "correct horse battery staple", "\n12345678\n\n", "a" * 63 + "b",
    ],
)  # fmt: skip
def test_what_is_ones_own_is_not(password: str) -> None:
    assert not is_common(password)


def test_the_lists_hold_what_they_say() -> None:
    passwords, words = (_lines(name).split("\n")[1:-1] for name in LISTS)
    assert len(passwords) > 10_000
    assert all(len(one) >= 8 for one in passwords)
    assert len(words) > 4_000
    for lines in (passwords, words):
        assert lines == sorted(set(lines))
        assert all(one == one.casefold().strip() for one in lines)
