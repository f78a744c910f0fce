"""Lines of Chinese and Latin text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from o2o.printing.drawing.wrapping import Room, cut_text, fit_text, wrap

SAMPLE = st.text("中文字符，。（）《》abc 12.5-/", min_size=1, max_size=40)


def width(text: str) -> float:
    """Chinese characters are as wide as high, others half."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_chinese_breaks_anywhere_and_latin_at_spaces() -> None:
    assert wrap("五常大米稻花香", 3, width) == ["五常大", "米稻花", "香"]
    assert wrap("Fuji apples red", 6, width) == ["Fuji apples", "red"]
    assert wrap("Sunkist橙子", 4.5, width) == ["Sunkist橙", "子"]


def test_latin_breaks_after_a_hyphen_or_slash_before_a_letter_and_not_in_a_fraction() -> None:
    assert wrap("SEAFOOD-MISC-SAUCES/MARIN-DRY", 7, width) == ["SEAFOOD-MISC-", "SAUCES/MARIN-", "DRY"]
    assert wrap("milk 1/2 GAL", 3, width) == ["milk", "1/2", "GAL"]
    assert wrap("10-12", 2, width) is None


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation() -> None:
    assert wrap("苹果，香蕉", 2, width) == ["苹", "果，", "香蕉"]
    assert wrap("红苹果，香蕉", 3, width) == ["红苹", "果，香", "蕉"]
    assert wrap("大礼包（三十日装）", 4, width) == ["大礼包", "（三十日", "装）"]


def test_a_word_wider_than_the_line_has_no_lines() -> None:
    assert wrap("Featherstonehaugh", 3, width) is None


def test_a_line_feed_is_a_break() -> None:
    assert wrap("扫码看\n今日优惠", 9, width) == ["扫码看", "今日优惠"]


def test_lines_are_as_even_as_breaks_allow() -> None:
    assert fit_text("这里有好货", Room(4, 9, lines=3), (1, 1), width) == (1, ["这里有", "好货"])
    assert fit_text("Fuji apples red", Room(6, 9, lines=3), (1, 1), width) == (1, ["Fuji", "apples red"])


def test_text_shrinks_until_it_fits_and_is_refused_below_the_least_size() -> None:
    room = Room(10, 2.5, lines=2)
    assert fit_text("短", room, (2, 1), width) == (2, ["短"])
    fitted = fit_text("一二三四五六七八九十一二", room, (2, 1), width)
    assert fitted is not None
    assert 1 <= fitted[0] < 2
    assert fit_text("字" * 30, room, (2, 1), width) is None


@given(SAMPLE, st.floats(4, 20))
def test_wrapping_loses_no_character_and_no_line_is_too_wide(text: str, limit: float) -> None:
    lines = wrap(text, limit, width)
    if lines is not None:
        assert squeeze("".join(lines)) == squeeze(text)
        assert all(width(line) <= limit + 1e-6 for line in lines)


@given(SAMPLE)
def test_what_fits_is_within_its_room(text: str) -> None:
    room = Room(12, 6, lines=3)
    fitted = fit_text(text, room, (3, 0.5), width)
    if fitted is not None:
        size, lines = fitted
        assert squeeze("".join(lines)) == squeeze(text)
        assert all(width(line) * size <= room.width + 1e-6 for line in lines)
        assert room.height_of(len(lines), size) <= room.height + 1e-6


def test_text_that_is_cut_keeps_as_much_as_fits_before_an_ellipsis() -> None:
    room = Room(10, 2.5, lines=2)
    assert cut_text("字" * 30, room, 1, width) == ["字" * 10, "字" * 9 + "…"]
    assert cut_text("Fuji apples red", Room(6.5, 1), 1, width) == ["Fuji apples…"]
    assert cut_text("字字", Room(0.5, 1), 1, width) is None
