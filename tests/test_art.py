"""Art: drawings of any tool below a template's boxes, in PDFs and in pictures."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from benchmarks.reportlab_fonts import register_fonts
from o2o.codes.smallest import make_symbol
from o2o.errors import InputFileError
from o2o.printing.drawing.items import Art, Panel, Text
from o2o.printing.layout.composer import lay_out
from o2o.printing.pdf.art import load_art, render_art
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.template.file import find_template

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="40mm" height="20mm" viewBox="0 0 40 20">{}</svg>'
)
BAR = '<rect x="10" y="0" width="10" height="20" fill="#ff0000"/>'


def write_svg(folder: Path, body: str = BAR) -> Path:
    path = folder / "art.svg"
    path.write_text(SVG.format(body), "utf-8")
    return path


def write_pdf(folder: Path, draw: Callable[[Canvas], None]) -> Path:
    path = folder / "art.pdf"
    register_fonts()
    canvas = Canvas(str(path), (400, 200), initialFontName="regular")
    draw(canvas)
    canvas.save()
    return path


def draw_bar(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(100, 0, 100, 200, stroke=0, fill=1)
    canvas.setFont("regular", 20)
    canvas.drawString(300, 20, "新店")
    canvas.linkURL("https://example.com", (0, 0, 400, 200))


def page_with(*art: Art) -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(out, "test", "zh")
    for _ in range(3):
        writer.start_page(60, 40, 254)
        writer.place([*art, Panel(50, 30, 5, 5, fill="#000000")], 0, 0)
        writer.end_page()
    writer.finish("")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_art_fills_its_rectangle_and_is_in_the_file_once(tmp_path: Path, kind: str) -> None:
    path = write_svg(tmp_path) if kind == "svg" else write_pdf(tmp_path, draw_bar)
    pdf = page_with(Art(5, 5, 40, 20, path), Art(5, 25, 40, 10, path))
    assert pdf.count(b"/Subtype/Form") == 1
    assert b"example.com" not in pdf
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[2].render(scale=254 / 72).to_pil().convert("RGB")
        text = document[2].get_textpage().get_text_range()
    red = [image.getpixel(place) == (255, 0, 0) for place in ((200, 150), (130, 150), (270, 150), (200, 300))]
    assert red == [True, False, False, True]
    assert ("新店" in text) is (kind == "pdf")


def test_art_is_painted_as_pixels_with_nothing_where_it_draws_nothing(tmp_path: Path) -> None:
    image = render_art(write_svg(tmp_path), 80, 40)
    assert image.size == (80, 40)
    assert (image.getpixel((30, 20)), image.getpixel((70, 20))[3]) == ((255, 0, 0, 255), 0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            '<image width="9" height="9" xlink:href="https://example.com/a.png"/>',
            "refers to 'https://example.com/a.png'",
        ),
        ('<image width="9" height="9" href="../secret.png"/>', "refers to"),
        ('<image width="9" height="9" href="file:///etc/passwd"/>', "refers to"),
        ('<rect fill="url(https://example.com/#a)" width="9" height="9"/>', "refers to"),
        ("<script>alert(1)</script>", "must not have"),
        ('<rect onload="alert(1)" width="9" height="9"/>', "must not have"),
        ("<style>@import url(https://example.com/a.css)</style>", "must not have"),
        ("<text>新店</text>", "turn its text into paths"),
    ],
)
def test_an_svg_that_leads_outside_or_has_text_is_refused(tmp_path: Path, body: str, reason: str) -> None:
    with pytest.raises(InputFileError, match=reason):
        load_art(write_svg(tmp_path, body))


def test_a_gradient_within_the_file_is_no_link_to_the_outside(tmp_path: Path) -> None:
    gradient = '<linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient>'
    path = write_svg(tmp_path, f'<defs>{gradient}</defs><rect width="40" height="20" fill="url(#a)"/>')
    assert load_art(path).startswith(b"%PDF")


def test_a_pdf_without_its_fonts_is_refused(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(9, 9, "Sale")

    with pytest.raises(InputFileError, match="lacks its font Helvetica; embed all fonts"):
        load_art(write_pdf(tmp_path, draw))


def test_a_font_that_a_pdf_names_and_shows_nothing_in_may_lack(tmp_path: Path) -> None:
    assert load_art(write_pdf(tmp_path, lambda canvas: canvas.setFont("Helvetica", 9))).startswith(b"%PDF")


@pytest.mark.parametrize(("name", "data"), [("a.pdf", b"no pdf"), ("a.svg", b"<html/>"), ("a.svg", b"no svg")])
def test_what_is_no_art_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputFileError, match=name):
        load_art(tmp_path / name)


def test_a_page_that_is_turned_in_the_file_lies_as_viewers_show_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.rect(0, 0, 40, 200, stroke=0, fill=1)

    path = write_pdf(tmp_path, draw)
    image = render_art(path, 20, 40)
    with pypdfium2.PdfDocument(page_with(Art(0, 0, 20, 40, path))) as document:
        page = document[0].render(scale=25.4 / 72).to_pil().convert("L")
    assert [image.getpixel((10, y))[3] > 0 for y in (2, 38)] == [True, False]
    assert [page.getpixel((10, y)) < 128 for y in (2, 38)] == [True, False]


def test_the_art_of_a_template_lies_below_its_boxes_and_reaches_into_the_bleed(tmp_path: Path) -> None:
    art = write_svg(tmp_path)
    (tmp_path / "mine.toml").write_text(
        'size = [40, 20]\nbleed = 2\nart = "art.svg"\n[box.name]\nkind = "text"\ntext = "x"\n'
        "x = 2\ny = 2\nwidth = 9\nheight = 4\nsize = 8\n",
        "utf-8",
    )
    template = find_template(str(tmp_path / "mine.toml"))
    first, text = lay_out(template, {}, make_symbol("x"), 300).items
    assert first == Art(-2, -2, 44, 24, art)
    assert isinstance(text, Text)
