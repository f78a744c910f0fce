"""Colours of templates: what a screen shows of them, and what a press prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.printing.drawing.colours import Colour, parse_colour


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#000000", Colour((0, 0, 0), (0, 0, 0, 100))),
        ("#FFFFFF", Colour((255, 255, 255), (0, 0, 0, 0))),
        ("#c8102e", Colour((200, 16, 46), (0, 92, 77, 21.6))),
        ("C8102E", Colour((200, 16, 46), (0, 92, 77, 21.6))),
        ("cmyk(0 100 80 10)", Colour((230, 0, 46), (0, 100, 80, 10), printed=True)),
        ("CMYK(0, 0, 0, 100)", Colour((0, 0, 0), (0, 0, 0, 100), printed=True)),
        (" spot(PANTONE 186 C, 0 100 80 10) ", Colour((230, 0, 46), (0, 100, 80, 10), "PANTONE 186 C", printed=True)),
        ("spot(专色红, 0 100 0 0)", Colour((255, 0, 255), (0, 100, 0, 0), "专色红", printed=True)),
    ],
)
def test_a_colour_is_read(text: str, colour: Colour) -> None:
    assert parse_colour(text) == colour


@pytest.mark.parametrize(
    "text",
    ["", "red", "#fff", "#12345g", "cmyk(0 0 0)", "cmyk(0 0 0 101)", "cmyk(-1 0 0 0)", "spot(, 0 0 0 0)", "spot(A)"],
)
def test_what_is_no_colour_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"#C8102E, cmyk\(0 100 80 10\) or spot\(PANTONE 186 C"):
        parse_colour(text)


@given(st.integers(0, 255))
def test_greys_are_black_ink_alone(light: int) -> None:
    assert parse_colour(f"#{light:02x}{light:02x}{light:02x}").cmyk[:3] == (0, 0, 0)


@given(st.binary(min_size=3, max_size=3))
def test_the_inks_of_a_colour_show_about_that_colour(rgb: bytes) -> None:
    inks = parse_colour(f"#{rgb.hex()}").cmyk
    shown = parse_colour(f"cmyk({' '.join(map(str, inks))})").rgb
    assert shown == pytest.approx(tuple(rgb), abs=1)


@pytest.mark.parametrize(
    ("text", "black"),
    [("#000000", True), ("cmyk(0 0 0 100)", True), ("#010101", False), ("spot(Black, 0 0 0 100)", False)],
)
def test_black_is_the_black_ink_alone(text: str, black: bool) -> None:
    assert parse_colour(text).is_black is black
