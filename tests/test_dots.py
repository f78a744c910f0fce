"""Texts in whole dots."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.printing.drawing.fonts import BOLD, REGULAR, text_width
from o2o.printing.raster.dots import Dots, text_dots


def dots_of(dots: Dots) -> np.ndarray:
    """Return the dots of a text, row by row."""
    rows = np.frombuffer(dots.rows, np.uint8).reshape(dots.height, dots.row_bytes)
    return np.unpackbits(rows, axis=1)[:, : dots.width]


@pytest.mark.parametrize("text", ["", " ", "　"])
def test_a_text_without_ink_is_nothing(text: str) -> None:
    assert text_dots(text, REGULAR, 20) is None


@given(st.text("散养土鸡蛋jgfW1.¥ ", min_size=1, max_size=30), st.floats(6, 60))
def test_a_text_is_as_wide_as_in_the_pdf_to_half_a_dot(text: str, size: float) -> None:
    dots = text_dots(text, BOLD, size)
    if dots:
        assert dots.width == pytest.approx(text_width(text, BOLD, size), abs=0.5 + 1e-9)
        assert len(dots.rows) == dots.height * dots.row_bytes


@given(st.text("散养土鸡蛋1¥", min_size=1, max_size=12), st.integers(10, 40))
def test_no_row_or_line_of_ink_is_lost(text: str, size: int) -> None:
    dots = dots_of(text_dots(text, REGULAR, size))
    assert dots[0].any()
    assert dots[-1].any()
    alone = [dots_of(text_dots(character, REGULAR, size)).sum() for character in text]
    assert dots.sum() == pytest.approx(sum(alone), rel=0.05)


def test_letters_stand_on_their_baseline() -> None:
    assert [text_dots(text, REGULAR, 40).above for text in ("H", "x")] == [29, 21]
    assert [text_dots(text, REGULAR, 40).height for text in ("H", "x")] == [29, 21]
    assert text_dots("g", REGULAR, 40).height > text_dots("g", REGULAR, 40).above


@pytest.mark.parametrize("size", [10, 12, 14, 16])
def test_strokes_of_small_characters_stay_apart(size: int) -> None:
    """In 三 and 目 each stroke is a run of its own."""
    for text, strokes in (("三", 3), ("目", 4)):
        dots = dots_of(text_dots(text, REGULAR, size))
        middle = dots[:, dots.shape[1] // 2]
        assert np.count_nonzero(np.diff(middle, prepend=0) == 1) == strokes
