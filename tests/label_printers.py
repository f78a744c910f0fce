"""A label of everything for the tests of label printers, their languages, and printers that understand them."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import zplkit
from PIL import Image

from o2o.codes.barcode import make_code128, make_linear
from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.fonts import BOLD
from o2o.printing.drawing.items import Bars, Item, Matrix, Panel, Stroke, Text, Turned
from o2o.printing.thermal.labels import LabelWriter
from o2o.printing.thermal.tspl import TsplWriter
from o2o.printing.thermal.zpl import ZplWriter
from tests.tspl_printer import Label, print_labels

URL = "https://s.example.cn/AB12CD34"
WRITERS: dict[str, type[LabelWriter]] = {"zpl": ZplWriter, "tspl": TsplWriter}
BLACK, WHITE = "#000000", "#FFFFFF"


@dataclass(frozen=True)
class Linear:
    """A linear code of a text."""

    text: str

    def at(self, x: float, y: float, module: float) -> Bars:
        """Return its bars, 30 modules high."""
        code = make_linear(self.text) if self.text.isdigit() else make_code128(self.text)
        bars = tuple((bar.start(), bar.end() - bar.start(), 30) for bar in re.finditer("1+", code.modules))
        return Bars(x, y, module, (bars,), BLACK, "".join(text for text, *_ in code.texts))


def matrix(text: str, x: float, y: float, module: float) -> Matrix:
    """Return the symbol of a text."""
    return Matrix(x, y, module, make_symbol(text, raised=True), BLACK, text)


def write(language: str, *labels: Iterable[Item], dpi: int = 203, sample: bool = False) -> bytes:
    """Return labels of 50 x 40 mm."""
    file = io.BytesIO()
    writer = WRITERS[language](file)
    for items in labels:
        writer.start_page(50, 40, dpi)
        writer.place(items, 2, 3)
        if sample:
            writer.mark_sample([Panel(2, 3, 20, 20)])
        writer.end_page()
    writer.finish("o2o job 1")
    return file.getvalue()


def print_out(language: str, data: bytes, dpi: int = 203) -> list[Label]:
    """Return what a printer makes of a file."""
    if language == "tspl":
        return print_labels(data, dpi)
    copies = [int(count) for count in re.findall(rb"\^PQ(\d+)", data)]
    document = zplkit.render(re.sub(rb"\^PQ\d+", b"", data), _options(dpi))
    assert not document.warnings
    rasters = [label.rasterize() for label in document.labels]
    images = [Image.frombytes("L", (raster.width, raster.height), raster.pixels) for raster in rasters]
    return [Label(image, count) for image, count in zip(images, copies, strict=True)]


def _options(dpi: int) -> zplkit.Options:
    """Return a printer that draws symbols with the mask that it is given; some choose their own."""
    options = zplkit.Options(dpi=dpi)
    return zplkit.Options(dpi=dpi, compatibility=options.compatibility.replace(qr_printer_mask_selection=False))


def everything() -> list[Item]:
    """Return one of each thing."""
    return [
        Panel(0, 0, 46, 8, fill=BLACK),
        Text(1, 6, "散养土鸡蛋", BOLD, 5, WHITE),
        matrix(URL, 2, 10, 0.5),
        Linear("6901234567892").at(18, 10, 0.25),
        Panel(30, 20, 10, 6, fill="#C8102E", radius=1),
        Stroke(0, 34, 46, 34, BLACK, 0.5),
        Text(18, 24, "¥12.80", BOLD, 4, BLACK),
        Turned(44, 20, 90, (Text(0, 0, "E12", BOLD, 3, BLACK),)),
    ]
