"""What the code on a card is, and whose it is."""

import uuid

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from reading.cards.faces import CORRECTION
from reading.cards.rules import ALPHABET, code_as_typed, code_in_groups, draw_code, id_in_qr, is_qr, qr_text

KEY, OTHER_KEY = b"the key of this city", b"the key of another city"
CARD = uuid.UUID("0123456789abcdef0123456789abcdef")


@given(st.uuids())
def test_a_cards_code_is_read_back_whatever_its_case(card_id: uuid.UUID) -> None:
    text = qr_text(card_id, KEY)
    assert [id_in_qr(one, KEY) for one in (text, text.lower(), f" {text}\n")] == [card_id] * 3


def test_the_code_says_nothing_but_a_number_and_stays_small() -> None:
    text = qr_text(CARD, KEY)
    code = segno.make(text, error=CORRECTION, micro=False)
    assert (len(text), code.mode, code.designator) == (41, "alphanumeric", "3-Q")


def test_a_card_signed_by_another_service_is_none_of_ours() -> None:
    text = qr_text(CARD, OTHER_KEY)
    assert is_qr(text)
    assert id_in_qr(text, KEY) is None


@pytest.mark.parametrize("place", range(2, 40))
def test_a_card_with_one_letter_changed_is_none_of_ours(place: int) -> None:
    text = qr_text(CARD, KEY)
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert id_in_qr(changed, KEY) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SX",
        "SX" + "é" * 39,
        "SX" + "1" * 39,
        "SX" + "A" * 38,
        "SX" + "=" * 39,
        "9787506365437",
        "書" * 41,
        "SX\0" + "A" * 38,
    ],
)
def test_what_is_no_card_is_no_card(text: str) -> None:
    assert id_in_qr(text, KEY) is None


@given(st.text(max_size=60))
def test_no_text_at_all_makes_the_reader_stumble(text: str) -> None:
    assert id_in_qr(text, KEY) is None
    assert id_in_qr("SX" + text, KEY) is None
    typed = code_as_typed(text)
    assert typed is None or set(typed) <= set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "abcd2345",
        "ABCD 2345",
        "abcd-2345",
        " a b c d 2 3 4 5 ",
        "abcd２３４５",
        "ＡＢＣＤ２３４５",
        "abcd—2345",
    ],
)
def test_a_short_code_is_taken_as_people_type_it(typed: str) -> None:
    assert code_as_typed(typed) == "abcd2345"


@pytest.mark.parametrize(
    "typed", ["", "abcd234", "abcd23456", "abcd234o", "abcd2341", "七八九十七八九十", "\0" * 8]
)
def test_what_cannot_be_a_short_code_is_none(typed: str) -> None:
    assert code_as_typed(typed) is None


def test_drawn_codes_are_eight_signs_that_look_like_nothing_else() -> None:
    drawn = {draw_code() for _time in range(200)}
    assert len(drawn) == 200
    assert all(code_as_typed(code_in_groups(code)) == code for code in drawn)
    assert not set("01ilo") & set("".join(drawn))
