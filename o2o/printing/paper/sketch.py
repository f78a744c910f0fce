"""A drawing of a stock in its real size: the outlines of its cells and their numbers."""

import io
from pathlib import Path

from o2o.errors import OutputError
from o2o.printing.paper.marks import cell_numbers, outlines, rule
from o2o.printing.paper.stock import Stock
from o2o.printing.pdf.writer import PdfWriter
from o2o.text_files import whole_file

_DPI = 300
_PIXELS = 1_200


def write_sketch(stock: Stock, out: Path) -> None:
    """Draw the cells of a stock and their numbers; raises OutputError for a name that ends on neither .pdf nor .png."""
    if out.suffix.lower() not in (".pdf", ".png"):
        raise OutputError(out, "a drawing of a stock is a .pdf or a .png", "end the name on one of them")
    data = make_sketch(stock)
    with whole_file(out) as file:
        file.write(data if out.suffix.lower() == ".pdf" else _render(data))


def make_sketch(stock: Stock) -> bytes:
    """Return the drawing of a stock as PDF."""
    file = io.BytesIO()
    writer = PdfWriter(file, f"o2o stock {stock.name}", "zh-CN")
    writer.start_page(*stock.page, _DPI)
    for items in (outlines(stock), cell_numbers(stock), rule(stock)):
        writer.place(items, 0, 0)
    writer.end_page()
    writer.finish(stock.about)
    return file.getvalue()


def _render(pdf: bytes) -> bytes:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        picture = page.render(scale=_PIXELS / max(page.get_size())).to_pil()
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
