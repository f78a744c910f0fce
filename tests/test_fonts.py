"""The shipped fonts: what is drawn can be found and copied, digits align, and gaps are known."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.errors import InputFileError
from o2o.printing.drawing.fonts import (
    BOLD,
    REGULAR,
    font_path,
    font_runs,
    missing_characters,
    register_chain,
    text_width,
)
from o2o.printing.drawing.items import Text
from o2o.printing.pdf.writer import PdfWriter
from tests.small_fonts import write_font

GB2312 = [
    character
    for row in range(0xA1, 0xF8)
    for cell in range(0xA1, 0xFF)
    if (character := bytes((row, cell)).decode("gb2312", "ignore").strip())
]


def drawn(text: str, font: str = REGULAR) -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(out, "test", "zh")
    writer.start_page(210, 297, 300)
    lines = (text[start : start + 60] for start in range(0, len(text), 60))
    writer.place([Text(5, 10 + 4 * number, line, font, 3, "#000000") for number, line in enumerate(lines)], 0, 0)
    writer.end_page()
    writer.finish("")
    return out.getvalue()


def extracted(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text: str = document[0].get_textpage().get_text_bounded()
    document.close()
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("font", [REGULAR, BOLD])
@pytest.mark.parametrize(
    "text",
    [
        "东北大米5kg装￥39.90会员价¥36.80",
        "饹馇菉豆冰淇淋㎡℃㎏½★✓→€£$₩₹",
        "Häagen-DazsNestléŁódźŞeker",
        "コーヒーﾃｽﾄ，。！？（）【】、《》",
        "𬭎𫖯𬱖人名用字",
    ],
)
def test_drawn_text_reads_back_as_it_was(text: str, font: str) -> None:
    assert extracted(drawn(text, font)) == text


HANZI = [character for character in GB2312 if "\u4e00" <= character <= "\u9fff"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(HANZI), min_size=1, max_size=600, unique=True))
def test_any_chinese_text_reads_back_across_font_subsets(characters: list[str]) -> None:
    assert extracted(drawn("".join(characters))) == "".join(characters)


def test_all_of_gb2312_is_there() -> None:
    assert missing_characters("".join(GB2312)) == []


@pytest.mark.parametrize(
    "text",
    ["".join(map(chr, range(0x20, 0x7F))), "".join(map(chr, range(0xA0, 0x180))), "¥￥€£$₩₹₫₽", "㎡℃㎏㎝㎜ℓ‰×÷±→←★☆✓●"],
)
def test_what_a_tag_may_say_is_there(text: str) -> None:
    assert missing_characters(text) == []


def test_what_no_font_has_is_named_once_in_order() -> None:
    assert missing_characters("冰😀淇淋🥚😀\u0007") == ["😀", "🥚", "\u0007"]


@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_digits_have_one_width(font: str) -> None:
    assert len({text_width(digit, font, 10) for digit in "0123456789"}) == 1


def test_a_hanzi_is_as_wide_as_its_size() -> None:
    assert text_width("鸡蛋", REGULAR, 9) == pytest.approx(18)


def test_only_the_fonts_of_ours_are_in_the_file_and_embedded() -> None:
    pdf = drawn("鸡蛋 9.9")
    assert b"Helvetica" not in pdf
    assert b"/FontFile2" in pdf
    assert len(pdf) < 40_000


def test_a_chain_asks_one_font_after_the_other(tmp_path: Path) -> None:
    mine = write_font(tmp_path / "mine.ttf", "Ab")
    register_chain("headline", [mine, BOLD])
    assert font_runs("Ab鸡蛋b", "headline") == ((mine, "Ab"), (font_path(BOLD), "鸡蛋"), (mine, "b"))
    assert missing_characters("Ab鸡😀", "headline") == ["😀"]
    assert text_width("A鸡", "headline", 2) == text_width("A", REGULAR, 2) + 2


def test_a_chain_of_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.otf").write_bytes(b"OTTO....")
    with pytest.raises(InputFileError, match=r"use a font with TrueType outlines as \.ttf"):
        register_chain("headline", [tmp_path / "mine.otf"])
