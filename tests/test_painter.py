"""Things as pixels: where they lie, their colours, their edges."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.fonts import BOLD, REGULAR
from o2o.printing.drawing.items import Bars, Bitmap, Figure, Item, Matrix, Panel, Stroke, Text, Turned
from o2o.printing.drawing.look import Block
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.raster.painter import Painter
from o2o.printing.raster.palette import reduce_to_inks

BLACK = "#000000"
INKS = ("black", "white", "red", "yellow")


def png(side: int) -> bytes:
    """Return a picture that is black on the left and white on the right."""
    image = Image.new("L", (side, side), 255)
    image.paste(0, (0, 0, side // 2, side))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def paint(*items: Item, inks: tuple[str, ...] = ()) -> Image.Image:
    """Return 50 x 40 mm with ten pixels a mm."""
    painter = Painter((500, 400), 10, inks)
    painter.paint(items, 2, 3)
    return painter.image.convert("RGB")


def dark_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    return image.convert("L").point(lambda grey: 255 if grey < 128 else 0).getbbox()


@pytest.mark.parametrize(
    ("item", "box"),
    [
        (Panel(5, 6, 10, 8, fill=BLACK), (70, 90, 170, 170)),
        (Panel(5, 6, 10, 8, fill=BLACK, radius=2), (70, 90, 170, 170)),
        (Panel(5, 6, 10, 8, stroke=BLACK, line_width=1), (65, 85, 175, 175)),
        (Panel(5, 6, 10, 8, stroke=BLACK, line_width=1, radius=2), (65, 85, 175, 175)),
        (Stroke(5, 6, 15, 6, BLACK, 1), (70, 85, 170, 95)),
        (Stroke(5, 6, 5, 16, BLACK, 1), (65, 90, 75, 190)),
        (Stroke(5, 6, 15, 6, BLACK, 1, dash=4), (70, 85, 170, 95)),
        (Matrix(5, 6, 1, Symbol(1, 0, "M", np.eye(2, dtype=bool)), BLACK), (70, 90, 90, 110)),
        (Bars(5, 6, 0.5, (((0, 1, 10), (3, 2, 8)),), BLACK), (70, 90, 95, 140)),
        (Figure(5, 6, 1, (Block(1, 2, 3, 4, BLACK),)), (80, 110, 110, 150)),
        (Figure(5, 6, 1, (Block(1, 2, 3, 4, BLACK, 1, (True, False, True, False)),)), (80, 110, 110, 150)),
        (Bitmap(5, 6, 8, 8, png(40)), (70, 90, 110, 170)),
        (Turned(20, 6, 90, (Panel(1, 2, 8, 4, fill=BLACK),)), (160, 100, 200, 180)),
        (Turned(20, 20, 180, (Panel(1, 2, 8, 4, fill=BLACK),)), (130, 170, 210, 210)),
        (Turned(20, 20, 270, (Panel(1, 2, 8, 4, fill=BLACK),)), (240, 140, 280, 220)),
        (Turned(20, 20, 90, (Turned(0, 0, 270, (Panel(1, 2, 8, 4, fill=BLACK),)),)), (230, 250, 310, 290)),
        (Panel(-9, -9, 12, 12, fill=BLACK), (0, 0, 50, 60)),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("inks", [(), INKS], ids=["screen", "panel"])
def test_a_thing_lies_where_it_was_placed(item: Item, box: tuple[int, int, int, int], inks: tuple[str, ...]) -> None:
    assert dark_box(paint(item, inks=inks)) == box


def test_a_slanting_line_goes_from_end_to_end() -> None:
    image = paint(Stroke(5, 6, 15, 16, BLACK, 1))
    assert [image.getpixel(place)[0] for place in ((72, 92), (120, 140), (167, 187), (120, 92))] == [0, 0, 0, 255]


def test_dashes_are_as_long_as_their_gaps() -> None:
    row = np.asarray(paint(Stroke(0, 0, 20, 0, BLACK, 1, dash=4)).convert("L"))[30]
    assert np.flatnonzero(np.diff(row.astype(int))).tolist() == [19, 59, 99, 139, 179, 219]


@pytest.mark.parametrize("turn", [0, 30, 90])
@pytest.mark.parametrize("text", ["散养土鸡蛋", "¥12.80", "Ágy jé"])
def test_a_text_lies_where_the_pdf_shows_it(text: str, turn: int) -> None:
    item = Turned(12, 5, turn, (Text(0, 0, text, BOLD, 6, BLACK),))
    file = io.BytesIO()
    writer = PdfWriter(file, "", "zh")
    writer.start_page(50, 40, 254)
    writer.place([item], 2, 3)
    writer.end_page()
    writer.finish("")
    with pypdfium2.PdfDocument(file) as document:
        printed = document[0].render(scale=254 / 72).to_pil()
    assert dark_box(paint(item)) == pytest.approx(dark_box(printed), abs=2)


def test_a_panel_of_few_inks_shows_nothing_else() -> None:
    image = paint(
        Panel(0, 0, 40, 30, fill="#C8102E", radius=3),
        Text(1, 8, "鸡蛋 9.9", REGULAR, 5, "#FFC72C"),
        Text(1, 16, "Eggs", REGULAR, 5, "#595959"),
        Turned(20, 25, 30, (Panel(0, 0, 8, 4, fill="#F0F0F0"),)),
        Bitmap(5, 20, 8, 8, png(41)),
        inks=INKS,
    )
    assert reduce_to_inks(image, INKS).convert("RGB").tobytes() == image.tobytes()
    assert {colour for _, colour in image.getcolors()} == {(0, 0, 0), (255, 255, 255), (255, 0, 0), (255, 255, 0)}
