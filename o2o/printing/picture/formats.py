"""Draws a drawing as PNG, SVG or PDF, and reads the code back from the finished file."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from o2o.printing.drawing.figures import figures_of
from o2o.printing.drawing.items import Panel
from o2o.printing.drawing.look import Drawing
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.picture.frame import Frame
from o2o.printing.picture.png import draw_png, read_png
from o2o.printing.picture.svg import draw_svg, read_svg

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS = 200  # a module, to which the page of a PDF is rounded


def draw_pdf(drawing: Drawing, frame: Frame) -> bytes:
    """Return a PDF page of the drawing's size."""
    out = io.BytesIO()
    writer = PdfWriter(out, frame.title, "")
    area = Panel(0, 0, drawing.width * frame.module, drawing.height * frame.module)
    writer.start_page(area.width, area.height, _DOTS * MM_PER_INCH / frame.module)
    writer.place(figures_of(drawing.parts, area, frame.module), 0, 0)
    writer.end_page()
    writer.finish("")
    return out.getvalue()


def read_pdf(data: bytes) -> "Image":
    """Return the only page of a PDF in grey, as a renderer draws it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        image: Image = page.render(scale=800 / page.get_width(), grayscale=True).to_pil()
        return image
    finally:
        document.close()


FORMATS: dict[str, tuple[Callable[[Drawing, Frame], bytes], Callable[[bytes], "Image"]]] = {
    ".png": (draw_png, read_png),
    ".svg": (draw_svg, read_svg),
    ".pdf": (draw_pdf, read_pdf),
}
"""How a picture with each file suffix is drawn, and looked at again."""
