"""Reads codes back from a finished picture, clean and under eighteen simulated troubles of paper and phone."""

import io
from typing import TYPE_CHECKING

from o2o.codes.degradations import PIXELS, TROUBLES, degrade
from o2o.codes.reader import Format, read_codes
from o2o.errors import O2OError
from o2o.printing.drawing.units import POINTS
from o2o.printing.layout.parts import Layout, StyledCode
from o2o.printing.pdf.writer import PdfWriter

if TYPE_CHECKING:
    from PIL.Image import Image

PASSING_SCORE = 15
"""How many of the eighteen troubles a picture must survive; a plain code survives all."""

_MOST_PIXELS = 16  # a module, of a picture that is looked at; there are no more to be seen in it


class UnreadableCodeError(O2OError):
    """A drawn code that does not read back, or would not for many."""

    def __init__(self, what: str, reason: str, advice: str) -> None:
        super().__init__(f"{what} {reason}; {advice}")


def check_reading(image: "Image", text: str, what: str, advice: str) -> None:
    """Raise UnreadableCodeError unless a picture shows this text, and no other, as QR."""
    if not _shows(image, text):
        raise UnreadableCodeError(what, "can't be read back from the picture", advice)


def count_survived(image: "Image", text: str, modules: tuple[float, float], what: str) -> int:
    """Return under how many troubles a picture of so many modules still reads; raises when they are too few."""
    from PIL import Image

    size = (round(modules[0] * PIXELS), round(modules[1] * PIXELS))
    held = image.resize(size, Image.Resampling.BOX)
    lost = [name for name, degraded in degrade(held) if not _shows(degraded, text)]
    survived = len(TROUBLES) - len(lost)
    if survived < PASSING_SCORE:
        raise UnreadableCodeError(
            what,
            f"would be hard to scan: {survived} of {len(TROUBLES)} trials read, {PASSING_SCORE} are needed, "
            f"lost when {', '.join(lost)}",
            "use plainer colours or modules, or a smaller logo",
        )
    return survived


def try_print(layout: Layout, code: StyledCode, text: str, dpi: int, what: str) -> int:
    """Return how many troubles a code survives as it will be printed; raises UnreadableCodeError when too few."""
    image = _render(layout, code, dpi)
    check_reading(image, text, what, "make its box larger")
    return count_survived(image, text, (code.area.width / code.module, code.area.height / code.module), what)


def _shows(image: "Image", text: str) -> bool:
    return [reading.text for reading in read_codes(image, Format.QR)] == [text]


def _render(layout: Layout, code: StyledCode, dpi: int) -> "Image":
    """Return the area of a code as the finished PDF shows it, in grey."""
    import pypdfium2

    file = io.BytesIO()
    writer = PdfWriter(file, "", "")
    writer.start_page(code.area.width, code.area.height, dpi)
    writer.place(layout.items, -code.area.x, -code.area.y)
    writer.end_page()
    writer.finish("")
    scale = min(dpi / 72, _MOST_PIXELS / (code.module * POINTS))
    with pypdfium2.PdfDocument(file) as document:
        image: Image = document[0].render(scale=scale, grayscale=True).to_pil()
        return image
