"""TrueType files: what is read of them, what of them goes into a file, and which are refused."""

from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from o2o.errors import InputFileError
from o2o.printing.drawing.fonts import BOLD, REGULAR, font_path
from o2o.truetype import load_font, subset_font
from tests.small_fonts import write_font


@pytest.mark.parametrize("chain", [REGULAR, BOLD])
def test_characters_and_widths_are_those_another_reader_finds(chain: str) -> None:
    font, other = load_font(font_path(chain)), TTFontFile(str(font_path(chain)))
    assert font.glyphs == other.charToGlyph
    widths = {code: font.advance(glyph) / font.units * 1000 for code, glyph in font.glyphs.items()}
    assert widths == pytest.approx({code: other.charWidths[code] for code in font.glyphs}, abs=0.5)


def test_a_subset_draws_the_same_outlines_under_new_numbers() -> None:
    font = load_font(font_path(REGULAR))
    wanted = {number: font.glyphs[ord(character)] for number, character in enumerate("鸡a", 5)}
    subset = subset_font(font, wanted)
    assert font.outline(wanted[5]) in subset
    assert len(subset) < 2000


def test_a_glyph_made_of_others_brings_them_along(tmp_path: Path) -> None:
    whole, small = load_font(font_path(REGULAR)), load_font(write_font(tmp_path / "small.ttf", "ź"))
    made_of_others = whole.outline(whole.glyphs[ord("ź")])
    assert int.from_bytes(made_of_others[:2], signed=True) == -1
    first = whole.outline(int.from_bytes(made_of_others[12:14]))
    assert small.outline(2).rstrip(b"\0") == first.rstrip(b"\0")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (b"OTTO", "PostScript outlines"),
        (b"ttcf", "collection"),
        (b"wOFF", "web font"),
        (b"wOF2", "web font"),
        (b"%PDF", "is not a font"),
        (b"\0\1\0\0", "damaged"),
    ],
)
def test_what_is_no_font_of_one_weight_with_true_type_outlines_is_refused(
    tmp_path: Path, start: bytes, reason: str
) -> None:
    (tmp_path / "x.ttf").write_bytes(start + b"\0\1")
    with pytest.raises(InputFileError, match=reason):
        load_font(tmp_path / "x.ttf")


@pytest.mark.parametrize(("rights", "permitted"), [(0, True), (4, True), (8, True), (2, False), (0x100, False)])
def test_a_font_whose_maker_forbids_to_embed_a_part_of_it_is_refused(
    tmp_path: Path, rights: int, permitted: bool
) -> None:
    path = write_font(tmp_path / "x.ttf", "a", rights)
    if permitted:
        assert load_font(path).name == "Small"
    else:
        with pytest.raises(InputFileError, match="does not permit"):
            load_font(path)
