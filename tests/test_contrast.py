"""How well two colours are told apart: by people (WCAG 2.2), and by readers (ISO/IEC 15415)."""

import pytest

from o2o.printing.drawing.contrast import contrast, find_likeness, reflectance


def test_reflectance_goes_from_black_to_white() -> None:
    assert [round(reflectance(colour), 2) for colour in ("#000000", "#777777", "#ffffff")] == [0, 0.18, 1]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#000000", 21), ("#c8102e", "#c8102e", 1), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_the_web(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("dark", "light", "reason"),
    [
        ("#000000", "#ffffff", ""),
        ("#7a1020", "#fff4e0", ""),
        ("#ffffff", "#000000", "are the wrong way round: contrast -1.00, at least 0.55"),
        ("#ffaa00", "#ffffff", "are too much alike: contrast 0.50, at least 0.55"),
    ],
)
def test_a_reader_wants_a_code_much_darker_than_its_ground(dark: str, light: str, reason: str) -> None:
    assert find_likeness(dark, light) == reason
