"""How well a code will scan: its unused error correction is what the reader itself counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.codes.linear import blocks_of_codewords, modules_of_codewords
from o2o.codes.reader import Format, read_codes
from o2o.codes.scannability import UNREADABLE, Scannability, measure_unused
from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import LEVELS, Symbol

TEXTS = {2: "https://S.EXAMPLE.COM/389SZ7PP", 7: "x" * 100, 12: "y" * 240}


def damaged(symbol: Symbol, places: list[tuple[int, int]]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    modules = symbol.matrix.copy()
    for row, column in places:
        modules[row % (symbol.size - 18) + 9, column % (symbol.size - 18) + 9] ^= True
    return modules


@pytest.mark.parametrize("text", TEXTS.values())
@pytest.mark.parametrize("level", LEVELS)
def test_a_whole_symbol_has_all_its_error_correction(text: str, level: str) -> None:
    symbol = make_symbol(text, level=level)
    assert measure_unused([symbol.matrix], [symbol]) == [1.0]


@pytest.mark.parametrize("text", TEXTS.values())
@pytest.mark.parametrize("level", LEVELS)
def test_each_codeword_bit_is_shown_by_one_module(text: str, level: str) -> None:
    symbol = make_symbol(text, level=level)
    modules = modules_of_codewords(symbol.version)
    assert len(np.unique(modules)) == modules.size
    assert len(blocks_of_codewords(symbol.version, LEVELS[level])) == len(modules)


@settings(max_examples=60, deadline=None)
@given(
    text=st.sampled_from([TEXTS[7], TEXTS[12]]),
    level=st.sampled_from(sorted(LEVELS)),
    places=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=8),
)
def test_damage_takes_as_much_as_the_reader_corrects(text: str, level: str, places: list[tuple[int, int]]) -> None:
    symbol = make_symbol(text, level=level)
    seen = damaged(symbol, places)
    [unused] = measure_unused([seen], [symbol])
    pixels = np.pad(np.where(seen, 0, 255).astype(np.uint8), 4, constant_values=255).repeat(4, 0).repeat(4, 1)
    readings = read_codes(pixels, Format.QR)
    if readings and readings[0].symbol and unused >= 0:
        assert unused == pytest.approx(readings[0].symbol.unused, abs=0.011)  # which the reader cuts to percents


@pytest.mark.parametrize(
    ("unused", "contrast", "growth", "grade", "score"),
    [
        (1.0, 1.0, 0.0, "A", 100),
        (0.62, 0.7, 0.0, "A", 62),
        (0.61, 1.0, 0.0, "B", 61),
        (0.49, 1.0, 0.0, "C", 49),
        (0.36, 1.0, 0.0, "D", 36),
        (0.2, 1.0, 0.0, "F", 20),
        (1.0, 0.35, 0.0, "D", 50),
        (1.0, 1.0, 0.2, "A", 80),
        (1.0, 1.0, -0.2, "A", 80),
        (0.0, 0.0, 0.0, "F", 0),
        (-0.5, 1.0, 3.0, "F", 0),
    ],
)
def test_grades_are_those_of_iso_15415_and_the_score_falls_with_each_share(
    unused: float, contrast: float, growth: float, grade: str, score: int
) -> None:
    quality = Scannability(unused, contrast, growth)
    assert (quality.grade, quality.score) == (grade, score)


def test_what_cannot_be_read_has_no_score() -> None:
    assert (UNREADABLE.grade, UNREADABLE.score) == ("F", 0)
