"""Labels in the languages of label printers: printed by a simulated printer, looked at and read back."""

import io

import numpy as np
import pytest
from PIL import Image

from o2o.codes.reader import read_codes
from o2o.errors import SettingError
from o2o.printing.drawing.fonts import BOLD
from o2o.printing.drawing.items import Item, Panel, Stroke, Text, Turned
from o2o.printing.raster.painter import Painter
from o2o.printing.thermal.plain_codes import plain_mode
from tests.label_printers import BLACK, URL, WHITE, WRITERS, Linear, everything, matrix, print_out, write

pytestmark = pytest.mark.parametrize("language", WRITERS)


def paint(items: list[Item], dpi: int) -> Image.Image:
    """Return the label as a picture of black and white."""
    scale = dpi / 25.4
    painter = Painter((round(50 * scale), round(40 * scale)), scale, ("black", "white"))
    painter.paint(items, 2, 3)
    return painter.image.convert("L")


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_label_is_printed_as_it_is_painted_and_its_codes_are_read(language: str, dpi: int) -> None:
    [label] = print_out(language, write(language, everything(), dpi=dpi), dpi)
    assert {code.text for code in read_codes(label.image)} == {URL, "6901234567892"}
    painted = np.asarray(paint(everything(), dpi)) < 128
    printed = np.asarray(label.image) < 128
    assert printed.shape == painted.shape
    assert np.mean(printed != painted) < 0.002  # some printers draw the outer bars of an EAN longer


@pytest.mark.parametrize(
    "items",
    [
        [Panel(5, 5, 20, 10, fill=BLACK)],
        [Panel(5, 5, 20, 10, fill=BLACK, radius=2)],
        [Panel(5, 5, 20, 10, stroke=BLACK, line_width=0.5)],
        [Panel(5, 5, 20, 10, fill=BLACK), Panel(8, 8, 5, 5, fill="#F0F0F0")],
        [Panel(5, 5, 20, 10, fill=WHITE)],
        [Panel(5, 5, 20, 10, fill=BLACK, radius=2), Text(6, 12, "会员价", BOLD, 4, WHITE)],
        [Text(6, 12, "会员价 9.90", BOLD, 4, WHITE)],
        [Text(-4, 2, "散养土鸡蛋", BOLD, 8, BLACK)],
        [Text(0, 12, "fjÁg", BOLD, 8, "#C8102E"), Stroke(0, 10, 20, 10, BLACK, 0.3)],
        [Stroke(0, 0, 20, 20, BLACK, 0.6), Stroke(0, 20, 20, 20, BLACK, 0.6, dash=1)],
        [Turned(20, 5, 90, (Text(0, 0, "鸡蛋", BOLD, 5, BLACK),))],
        [Turned(20, 5, 90, (matrix(URL, 0, 0, 0.5),))],
    ],
    ids=lambda items: "+".join(type(item).__name__ for item in items),
)
def test_the_same_dots_are_black(language: str, items: list[Item]) -> None:
    [label] = print_out(language, write(language, items))
    printed, painted = (np.asarray(image) < 128 for image in (label.image, paint(items, 203)))
    assert np.array_equal(printed, painted)


@pytest.mark.parametrize(
    ("text", "native"),
    [
        ("1234567890", True),
        ("HTTPS://S.CN/AB12CD34", True),
        ("https://s.example.cn/AB12CD34", True),
        ("https://s.example.cn/a^b~c_d?e=%20", True),
        ("https://S.EXAMPLE.CN/AB12CD34EF", False),
        ("https://s.example.cn/鸡蛋", False),
    ],
)
def test_a_symbol_is_the_printers_own_where_it_is_of_the_same_size(language: str, text: str, native: bool) -> None:
    item = matrix(text, 5, 5, 0.5)
    data = write(language, [item])
    assert ((b"^BQN" in data) or (b"QRCODE" in data)) == native == bool(plain_mode(item.symbol, text))
    [label] = print_out(language, data)
    [found] = read_codes(label.image)
    dark = np.argwhere(np.asarray(label.image) < 128)
    side = round(0.5 * 203 / 25.4) * item.symbol.size
    assert found.text == text
    assert (dark.max(axis=0) - dark.min(axis=0) + 1).tolist() == [side, side]
    assert dark.min(axis=0).tolist() == [round(3 * 203 / 25.4) + round(5 * 203 / 25.4), 16 + 40]


@pytest.mark.parametrize(
    ("text", "said", "native"),
    [
        ("6901234567892", "6901234567892", True),
        ("036000291452", "0036000291452", True),
        ("96385074", "96385074", True),
        ("ABC-12", "ABC-12", True),
        ("20261122", "20261122", True),
        ("A^B~C_D", "A^B~C_D", True),
        ("AB1234567890", "AB1234567890", False),
    ],
)
def test_a_linear_code_is_the_printers_own_where_it_is_as_wide(
    language: str, text: str, said: str, native: bool
) -> None:
    item = Linear(text).at(5, 5, 0.25)
    data = write(language, [item])
    assert ((b"^GF" not in data) and (b"BITMAP" not in data)) == native
    [label] = print_out(language, data)
    [found] = read_codes(label.image)
    columns = np.flatnonzero((np.asarray(label.image) < 128).any(axis=0))
    assert found.text == said
    assert columns[-1] - columns[0] + 1 == 2 * (item.bars[-1][0] + item.bars[-1][1])
    assert columns[0] == 16 + 40


def test_a_label_like_the_one_before_is_a_copy(language: str) -> None:
    one, other = [Text(1, 5, "一", BOLD, 4, BLACK)], [Text(1, 5, "二", BOLD, 4, BLACK)]
    printed = print_out(language, write(language, one, one, other, one, one, one))
    assert [label.copies for label in printed] == [2, 1, 3]


def test_a_sample_is_marked_on_black_and_white_but_not_on_its_code(language: str) -> None:
    items = [Panel(0, 25, 46, 10, fill=BLACK), matrix(URL, 2, 2, 0.5)]
    [plain], [marked] = (print_out(language, write(language, items, sample=sample)) for sample in (False, True))
    changed = np.asarray(plain.image) != np.asarray(marked.image)
    assert not changed[24:183, 17:175].any()
    assert changed[230:300].any()
    assert changed[0:220, 200:].any()
    assert [code.text for code in read_codes(marked.image)] == [URL]


@pytest.mark.parametrize("dpi", [96, 150, 1200])
def test_a_resolution_that_no_label_printer_has_is_refused(language: str, dpi: int) -> None:
    with pytest.raises(SettingError, match=rf"dpi '{dpi}': label printers have 203, 300 or 600"):
        write(language, [], dpi=dpi)


def test_a_sheet_of_labels_is_no_label(language: str) -> None:
    writer = WRITERS[language](io.BytesIO())
    with pytest.raises(SettingError, match=r"page '210 mm wide': label printers take rolls, no sheets; print labels"):
        writer.start_page(210, 297, 203)
