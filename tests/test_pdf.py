"""The PDF as a file: pages, drawings, what is written across a sample."""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import Symbol
from o2o.printing.drawing.fonts import BOLD, REGULAR
from o2o.printing.drawing.items import Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.drawing.look import Block
from o2o.printing.drawing.writer import PageBoxes
from o2o.printing.paper.marks import cut_lines
from o2o.printing.paper.stocks import find_stock
from o2o.printing.pdf.writer import PdfWriter

BLACK = "#000000"


def png(width: int, height: int) -> bytes:
    """Return a black picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


DARK = png(50, 40)


@contextmanager
def writing(language: str = "zh", qr: str = "vector") -> Iterator[tuple[PdfWriter, io.BytesIO]]:
    """Finish a file that is filled."""
    file = io.BytesIO()
    writer = PdfWriter(file, "test", language, qr=qr)
    yield writer, file
    writer.finish("o2o job 1")


def write(*items: Item, x: float = 0, y: float = 0, dpi: int = 254, qr: str = "vector") -> bytes:
    """Return a page of 50 x 40 mm; at 254 dpi a tenth of a mm is a dot."""
    with writing(qr=qr) as (writer, file):
        writer.start_page(50, 40, dpi)
        writer.place(items, x, y)
        writer.end_page()
    return file.getvalue()


def render(pdf: bytes) -> Image.Image:
    """Return the page with ten pixels a mm, in colour."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=254 / 72).to_pil().convert("RGB")


def operators(pdf: bytes) -> str:
    """Return what the file draws."""
    streams = re.findall(rb"/Filter/FlateDecode/Length \d+>>stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return "".join(zlib.decompress(stream).decode("latin-1") for stream in streams)


def dark_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    return image.convert("L").point(lambda grey: 255 if grey < 128 else 0).getbbox()


@pytest.mark.parametrize(
    ("item", "box"),
    [
        (Panel(5, 6, 10, 8, fill=BLACK), (70, 90, 170, 170)),
        (Panel(5, 6, 10, 8, fill=BLACK, radius=2), (70, 90, 170, 170)),
        (Stroke(5, 6, 15, 6, BLACK, 1), (70, 85, 170, 95)),
        (Matrix(5, 6, 1, Symbol(1, 0, "M", np.eye(2, dtype=bool)), BLACK), (70, 90, 90, 110)),
        (Bars(5, 6, 0.5, (((0, 1, 10), (3, 2, 8)),), BLACK), (70, 90, 95, 140)),
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


SYMBOL = make_symbol("HTTPS://S.EXAMPLE.COM/0123456789")
INK = Panel(0, 0, 5, 5, fill="cmyk(0 100 80 10)")
SPOT = Panel(0, 0, 5, 5, fill="spot(PANTONE 186 C, 0 100 80 10)")


@pytest.mark.parametrize("ink", [INK, SPOT])
def test_in_a_file_of_inks_black_is_one_ink_that_prints_over_what_lies_below(ink: Item) -> None:
    pdf = write(ink, Matrix(5, 6, 1, SYMBOL, BLACK), Text(2, 20, "x", REGULAR, 4, BLACK), Panel(0, 0, 1, 1, fill=BLACK))
    drawn = operators(pdf)
    assert drawn.count("/Over gs 0 0 0 1 k") == 1
    assert drawn.count("q /Over gs BT 0 0 0 1 k") == 1
    assert drawn.count("0 0 0 1 k") == 3
    assert " rg" not in drawn
    assert " g\n" not in drawn


def test_an_ink_of_its_own_is_named_and_mixed_where_a_printer_lacks_it() -> None:
    pdf = write(SPOT)
    assert b"[/Separation/PANTONE#20186#20C/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 1 0.8 0.1]" in pdf
    assert "/S1 cs 1 scn" in operators(pdf)
    red, green, _ = render(pdf).getpixel((20, 20))
    assert red > 180
    assert green < 60


def test_without_inks_black_is_grey_without_light_and_colours_stay_as_they_are() -> None:
    drawn = operators(write(Panel(0, 0, 5, 5, fill="#C8102E"), Matrix(5, 6, 1, SYMBOL, BLACK)))
    assert "0.784 0.0627 0.18 rg" in drawn
    assert "q 0 g" in drawn
    assert "/Over gs" not in drawn


def test_codes_may_be_images_of_one_bit_on_the_same_dots() -> None:
    vector, image = (render(write(Matrix(5, 6, 1, SYMBOL, BLACK), qr=qr)) for qr in ("vector", "image"))
    assert dark_box(vector) == dark_box(image)
    assert zxingcpp.read_barcode(image).text == "HTTPS://S.EXAMPLE.COM/0123456789"


@pytest.mark.parametrize("edge", ["", "long-edge", "short-edge"])
def test_a_file_says_over_which_edge_sheets_are_turned(edge: str) -> None:
    with writing() as (writer, file):
        writer.duplex = edge
    name = edge.title().replace("-", "").encode()
    assert file.getvalue().count(b"/Duplex/DuplexFlip" + name) == bool(edge)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_as_the_camera_was_held(orientation: int) -> None:
    upright = Image.new("RGB", (40, 32), "white")
    upright.paste("black", (0, 0, 20, 8))
    stored = upright
    for turn in _BACK[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[274] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif, quality=95)
    assert dark_box(render(write(Bitmap(5, 5, 40, 32, out.getvalue())))) == pytest.approx((50, 50, 250, 130), abs=8)


_T = Image.Transpose
_BACK: dict[int, tuple[Image.Transpose, ...]] = {
    1: (),
    2: (_T.FLIP_LEFT_RIGHT,),
    3: (_T.ROTATE_180,),
    4: (_T.FLIP_TOP_BOTTOM,),
    5: (_T.TRANSPOSE,),
    6: (_T.ROTATE_90,),
    7: (_T.TRANSVERSE,),
    8: (_T.ROTATE_270,),
}
"""What undoes the turn that an EXIF orientation asks for."""


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind_of_pixels_are_drawn(mode: str) -> None:
    image = Image.new("L", (30, 30), 0).convert(mode) if mode != "I;16" else Image.new(mode, (30, 30), 0)
    if mode == "CMYK":
        image = Image.new(mode, (30, 30), (0, 0, 0, 255))
    out = io.BytesIO()
    image.save(out, "TIFF" if mode in ("CMYK",) else "PNG")
    assert dark_box(render(write(Bitmap(5, 5, 10, 10, out.getvalue())))) == pytest.approx((50, 50, 150, 150), abs=1)


def test_the_light_of_a_picture_that_lets_the_ground_through_is_kept() -> None:
    image = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 15, 30))
    out = io.BytesIO()
    image.save(out, "PNG")
    page = render(write(Panel(0, 0, 50, 40, fill="#FF0000"), Bitmap(5, 5, 30, 30, out.getvalue())))
    assert (page.getpixel((100, 100)), page.getpixel((300, 100))) == ((0, 0, 0), (255, 0, 0))
