"""The PDF as a file: pages, drawings, what is written across a sample."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from o2o.codes.symbol import Symbol
from o2o.printing.fonts import BOLD, REGULAR
from o2o.printing.items import Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.look import Block
from o2o.printing.marks import cut_lines
from o2o.printing.pdf import PdfWriter
from o2o.printing.stocks import find_stock
from o2o.printing.writer import PageBoxes

BLACK = "#000000"


def png(width: int, height: int) -> bytes:
    """Return a black picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


DARK = png(50, 40)


@contextmanager
def writing(language: str = "zh") -> Iterator[tuple[PdfWriter, io.BytesIO]]:
    """Finish a file that is filled."""
    file = io.BytesIO()
    writer = PdfWriter(file, "test", language)
    yield writer, file
    writer.finish("o2o job 1")


def write(*items: Item, x: float = 0, y: float = 0, dpi: int = 254) -> bytes:
    """Return a page of 50 x 40 mm; at 254 dpi a tenth of a mm is a dot."""
    with writing() as (writer, file):
        writer.start_page(50, 40, dpi)
        writer.place(items, x, y)
        writer.end_page()
    return file.getvalue()


def render(pdf: bytes) -> Image.Image:
    """Return the page with ten pixels a mm, in colour."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=254 / 72).to_pil().convert("RGB")


def dark_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    return image.convert("L").point(lambda grey: 255 if grey < 128 else 0).getbbox()


@pytest.mark.parametrize(
    ("item", "box"),
    [
        (Panel(5, 6, 10, 8, fill=BLACK), (70, 90, 170, 170)),
        (Panel(5, 6, 10, 8, fill=BLACK, radius=2), (70, 90, 170, 170)),
        (Stroke(5, 6, 15, 6, BLACK, 1), (70, 85, 170, 95)),
        (Matrix(5, 6, 1, Symbol(1, 0, "M", np.eye(2, dtype=bool)), BLACK), (70, 90, 90, 110)),
        (Bars(5, 6, 0.5, ((0, 1, 10), (3, 2, 8)), BLACK), (70, 90, 95, 140)),
        (Figure(5, 6, 1, (Block(1, 2, 3, 4, BLACK),)), (80, 110, 110, 150)),
        (Figure(5, 6, 1, (Block(1, 2, 3, 4, BLACK, 1, (True, False, True, False)),)), (80, 110, 110, 150)),
        (Bitmap(5, 6, 10, 8, DARK), (70, 90, 170, 170)),
        (Turned(20, 6, 90, (Panel(1, 2, 8, 4, fill=BLACK),)), (160, 100, 200, 180)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_thing_lies_where_it_was_placed(item: Item, box: tuple[int, int, int, int]) -> None:
    found = dark_box(render(write(item, x=2, y=3)))
    assert found == pytest.approx(box, abs=1)


def test_text_of_two_fonts_and_beyond_the_basic_plane_is_found_again() -> None:
    pdf = write(Text(2, 10, "鸡蛋 Eggs ¥9.90", BOLD, 4, BLACK), Text(2, 20, "𫖯 (50%)", REGULAR, 4, "#C8102E"))
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage().get_text_range()
    assert "鸡蛋 Eggs ¥9.90" in text
    assert "(50%)" in text


def test_a_picture_is_kept_once_however_often_it_is_placed(tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "black").save(tmp_path / "dot.png")
    pictures = [Picture(x, 5, 10, 10, tmp_path / "dot.png") for x in (5, 25)]
    pdf = write(*pictures)
    assert pdf.count(b"/Subtype/Image") == 1
    assert dark_box(render(pdf)) == pytest.approx((50, 50, 350, 150), abs=1)


def test_a_sample_is_marked_everywhere_but_on_codes() -> None:
    with writing() as (writer, file):
        writer.start_page(50, 40, 254)
        writer.mark_sample([Panel(20, 15, 10, 10)])
        writer.end_page()
    image = render(file.getvalue()).convert("L")
    assert image.crop((200, 150, 300, 250)).getextrema() == (255, 255)
    assert image.getextrema()[0] < 250


def test_cut_marks_lie_outside_of_the_cells() -> None:
    stock = find_stock(None, "A4-10")
    with writing() as (writer, file):
        writer.start_page(*stock.page, 254)
        writer.place(cut_lines(stock), 0, 0)
        writer.end_page()
    image = render(file.getvalue()).convert("L")
    for cell in range(stock.cells):
        x, y = stock.corner(cell)
        inside = (x + 0.5, y + 0.5, x + stock.cell[0] - 0.5, y + stock.cell[1] - 0.5)
        assert image.crop(tuple(round(10 * length) for length in inside)).getextrema() == (255, 255)
    assert image.getextrema()[0] < 200


def test_pages_may_differ_in_size() -> None:
    with writing("en") as (writer, file):
        for size in ((297, 420), (85.6, 54)):
            writer.start_page(*size, 300)
            writer.end_page()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        sizes = [tuple(round(length / 72 * 25.4, 1) for length in page.get_size()) for page in document]
    assert sizes == [(297.0, 420.0), (85.6, 54.0)]


def test_round_corners_are_round_and_the_others_are_not() -> None:
    block = Block(0, 0, 10, 10, BLACK, 5, (True, False, False, False))
    image = render(write(Figure(10, 10, 1, (block,)))).convert("L")
    corners = [image.getpixel(place) for place in ((103, 103), (197, 103), (197, 197), (103, 197))]
    assert corners == [255, 0, 0, 0]


def test_the_bytes_of_a_picture_are_kept_once_however_often_it_is_placed() -> None:
    once, often = (write(*[Bitmap(5 * n, 6, 4, 4, DARK) for n in range(times)]) for times in (1, 8))
    assert once.count(b"/Subtype/Image") == often.count(b"/Subtype/Image") == 1


def test_a_page_says_where_it_is_cut_and_how_far_it_bleeds() -> None:
    with writing() as (writer, file):
        writer.start_page(60, 50, 254, PageBoxes((5, 5, 50, 40), (2, 2, 56, 46)))
        writer.end_page()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        trim, bleed = (
            [length / 72 * 25.4 for length in box()] for box in (document[0].get_trimbox, document[0].get_bleedbox)
        )
    assert trim == pytest.approx([5, 5, 55, 45], abs=0.001)
    assert bleed == pytest.approx([2, 2, 58, 48], abs=0.001)
