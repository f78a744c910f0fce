"""Pages of a print as an eye sees them: the codes and texts in each area, in mm from the top left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from o2o.codes.reader import Corners, Format, Reading, read_codes
from o2o.codes.symbol import QUIET_ZONE
from o2o.errors import InputFileError
from o2o.printing.drawing.units import MM_PER_INCH, POINT, POINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Greys = NDArray[np.uint8]

_CLOSER = (200, 300, 600)
_MOST_PIXELS = 4000
_LEAST_CONTRAST = 24  # of 255 greys, below which nothing can be seen
_INSIDE = 0.1  # mm by which an area is cut, so that what only touches it from outside is not in it
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # how pdfium tells a hyphen at the end of a line
_CHARACTERS = 4096  # of an area, for which there is room from the start


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page, in mm from its top left."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in this area."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def widened(self, by: float) -> "Area":
        """Return the area with so many mm more on each side."""
        return Area(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Picture:
    """Grey pixels, so many to a mm across and down; where on the page their top left lies."""

    greys: "Greys"
    across: float
    down: float
    x: float = 0.0
    y: float = 0.0

    def codes(self, *formats: Format, quick: bool = True) -> list[Reading]:
        """Return the codes with their places in mm on the page."""
        return [self._placed(code, self.across) for code in read_codes(self.greys, *formats, quick=quick)]

    def _placed(self, code: Reading, across: float) -> Reading:
        def place(x: float, y: float) -> tuple[float, float]:
            return self.x + x / across, self.y + y / self.down

        symbol = code.symbol
        if symbol:
            first, right, below = (place(*corner) for corner in symbol.corners)
            symbol = replace(symbol, corners=(first, right, below))
        return Reading(code.text, code.format, *place(code.x, code.y), symbol)

    def cut(self, area: Area) -> "Greys":
        """Return the pixels that an area touches."""
        left, top = floor((area.x - self.x) * self.across), floor((area.y - self.y) * self.down)
        right, bottom = (
            ceil((area.x + area.width - self.x) * self.across),
            ceil((area.y + area.height - self.y) * self.down),
        )
        return self.greys[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]

    def modules(self, corners: Corners, size: int) -> "Greys":
        """Return the greys in the middle of the modules of a symbol and its quiet zone, from its three corners."""
        import numpy as np

        (x, y), (right_x, right_y), (below_x, below_y) = corners
        steps = _middles(size)
        columns, lines = x + steps * (right_x - x), y + steps * (below_y - y)
        turned = abs(right_y - y) + abs(below_x - x) > abs(right_x - x) / size  # or not square to the page
        if turned:
            columns = columns + steps[:, None] * (below_x - x)
            lines = lines[:, None] + steps * (right_y - y)
        height, width = self.greys.shape
        rows = ((lines - self.y) * self.down).astype(np.intp).clip(0, height - 1)
        places = ((columns - self.x) * self.across).astype(np.intp).clip(0, width - 1)
        pixels: Greys = self.greys[rows, places] if turned else self.greys[rows][:, places]
        return pixels

    def flat_areas(self, areas: "NDArray[np.float64]") -> list[Area]:
        """Return those of many areas, as rows of x, y, width and height, in which there is nothing to be seen."""
        blank = (Area(*area.tolist()) for area in areas[self._flat_in_the_middle(areas)])  # most texts show there
        return [area for area in blank if self.is_flat(area)]

    def is_flat(self, area: Area) -> bool:
        """Tell whether there is nothing to be seen in an area."""
        return _is_flat(self.cut(area))

    def _flat_in_the_middle(self, areas: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        import numpy as np

        if not len(areas):
            return np.zeros(0, np.bool_)
        height, width = self.greys.shape
        x, y, long, high = areas.T
        left, right = (((edge - self.x) * self.across).clip(0, width - 1).astype(np.intp) for edge in (x, x + long))
        starts = ((y + high / 2 - self.y) * self.down).clip(0, height - 1).astype(np.intp) * width
        runs = np.stack([starts + left, starts + np.maximum(right, left + 1)], axis=1).ravel()
        runs = runs.clip(0, self.greys.size - 1)
        pixels = self.greys.ravel()
        darkest, lightest = np.minimum.reduceat(pixels, runs)[::2], np.maximum.reduceat(pixels, runs)[::2]
        flat: NDArray[np.bool_] = lightest - darkest < _LEAST_CONTRAST
        return flat


@lru_cache(40)
def _middles(size: int) -> "NDArray[np.float64]":
    """Return where the middles of the modules of a symbol and its quiet zone are, of 1 that its side is."""
    import numpy as np

    return (np.arange(-QUIET_ZONE, size + QUIET_ZONE) + 0.5) / size


def _is_flat(greys: "Greys") -> bool:
    return not greys.size or int(greys.max()) - int(greys.min()) < _LEAST_CONTRAST


class Sheet(Protocol):
    """One page of a print."""

    def look(self, dpi: float, across: float = 0.0) -> Picture:
        """Return the whole page, so many pixels an inch; perhaps more of them across."""

    def look_at(self, area: Area, dpi: float) -> Picture:
        """Return an area of the page, its pixels in step with those of the whole page."""

    def text(self, area: Area) -> str | None:
        """Return the text in an area without white space; None where a page has pixels only."""

    def hidden_texts(self, area: Area) -> list[str]:
        """Return texts that stand in an area but can't be seen, because something lies over them."""


def closer_looks(sheet: Sheet, area: Area) -> Iterator[Picture]:
    """Yield pictures of an area at ever higher resolution."""
    finest = _MOST_PIXELS * MM_PER_INCH / max(area.width, area.height)
    for dpi in _CLOSER:
        picture = sheet.look_at(area, min(dpi, finest))
        if not picture.greys.size:  # the page was turned or cut
            return
        yield picture
        if dpi > finest:
            return


class PdfSheet:
    """One page of an open PDF."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._width, self._height = page.get_width(), page.get_height()
        self._picture: Picture | None = None

    def look(self, dpi: float, across: float = 0.0) -> Picture:
        """Return the whole page, so many pixels an inch; perhaps more of them across."""
        size = (ceil(self._width * (across or dpi) / 72 - 1e-6), ceil(self._height * dpi / 72 - 1e-6))
        self._picture = self._render((across or dpi, dpi), (0, 0), size)
        return self._picture

    def look_at(self, area: Area, dpi: float) -> Picture:
        """Return an area of the page, its pixels in step with those of the whole page."""
        scale = dpi / MM_PER_INCH
        left, top = max(0, floor(area.x * scale)), max(0, floor(area.y * scale))
        right = min(ceil((area.x + area.width) * scale), ceil(self._width * dpi / 72 - 1e-6))
        bottom = min(ceil((area.y + area.height) * scale), ceil(self._height * dpi / 72 - 1e-6))
        return self._render((dpi, dpi), (left, top), (max(0, right - left), max(0, bottom - top)))

    def text(self, area: Area) -> str:
        """Return the text in an area without white space."""
        left, right = area.x + _INSIDE, area.x + area.width - _INSIDE
        top, bottom = area.y + _INSIDE, area.y + area.height - _INSIDE
        text = self._text_between(
            left * POINTS, self._height - bottom * POINTS, right * POINTS, self._height - top * POINTS
        )
        return "".join(text.translate(_HYPHENS).split())

    def _text_between(self, *edges: float) -> str:
        from ctypes import c_ushort

        from pypdfium2.raw import FPDFText_GetBoundedText

        room = count = _CHARACTERS
        while count >= room:  # more than fits may have been cut off
            room *= 2
            buffer = (c_ushort * room)()
            count = FPDFText_GetBoundedText(self._texts.raw, *edges, buffer, room)
        return bytes(buffer)[: 2 * count].decode("utf-16-le", errors="ignore").rstrip("\0")

    def hidden_texts(self, area: Area) -> list[str]:
        """Return texts that stand in an area but can't be seen, because something lies over them."""
        return [
            self.text(place)
            for place in self._hidden
            if area.holds(place.x + place.width / 2, place.y + place.height / 2)
        ]

    @cached_property
    def _texts(self) -> Any:
        return self._page.get_textpage()

    @cached_property
    def _hidden(self) -> list[Area]:
        flat = (self._picture or self.look(_CLOSER[0])).flat_areas(self._text_areas())
        return [area for area in flat if self.look_at(area, _CLOSER[1]).is_flat(area)]  # small texts are faint

    def _text_areas(self) -> "NDArray[np.float64]":
        """Return where texts stand, as rows of x, y, width and height."""
        from ctypes import byref, c_double

        import numpy as np
        from pypdfium2.raw import FPDFText_GetRect

        edges = tuple(c_double() for _ in range(4))
        texts, pointers = self._texts.raw, [byref(edge) for edge in edges]
        found = []
        for index in range(self._texts.count_rects()):
            FPDFText_GetRect(texts, index, *pointers)
            found.append([edge.value for edge in edges])
        left, top, right, bottom = np.array(found).reshape(-1, 4).T
        return np.stack([left, self._height - top, right - left, top - bottom], axis=1) * POINT

    def _render(self, dpi: tuple[float, float], corner: tuple[int, int], size: tuple[int, int]) -> Picture:
        """Return pixels of the page from a corner on, in a grid that starts at its top left."""
        import ctypes

        import numpy as np
        import pypdfium2.raw as pdfium

        width, height = size
        greys = np.full((height, width), 255, np.uint8)
        across, down = dpi[0] / MM_PER_INCH, dpi[1] / MM_PER_INCH
        if greys.size:
            data = greys.ctypes.data_as(ctypes.c_void_p)
            bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, data, width)
            matrix = pdfium.FS_MATRIX(dpi[0] / 72, 0, 0, dpi[1] / 72, -corner[0], -corner[1])
            clip = pdfium.FS_RECTF(0, 0, width, height)
            pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, self._page, matrix, clip, pdfium.FPDF_ANNOT)
            pdfium.FPDFBitmap_Destroy(bitmap)
        return Picture(greys, across, down, corner[0] / across, corner[1] / down)


@contextmanager
def opened_pdf(path: Path, data: bytes | None = None) -> Iterator[Any]:
    """Open a PDF, or its bytes out of the file ``path``; raises InputFileError when it is none."""
    import pypdfium2

    try:
        if data is None:
            with path.open("rb"):
                document = pypdfium2.PdfDocument(path)
        else:
            document = pypdfium2.PdfDocument(data)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputFileError(path, reason, "check the name and that you may read it") from None
    except pypdfium2.PdfiumError:
        raise InputFileError(path, "not a PDF that can be read", "name one made by 'o2o print'") from None
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise InputFileError(path, f"a page of it is damaged ({error})", "print it again") from None
    finally:
        document.close()


@contextmanager
def opened_sheet(document: Any, index: int) -> Iterator[PdfSheet]:
    """Load one page of an open PDF, and let go of it after."""
    page = document[index]
    try:
        yield PdfSheet(page)
    finally:
        page.close()


class PixelSheet:
    """A page that is a picture: of a screen, a shelf label, or for the web."""

    def __init__(self, image: "Image", width: float) -> None:
        import numpy as np

        self._greys = np.asarray(_flattened(image).convert("L"))
        self._scale = self._greys.shape[1] / width

    def look(self, dpi: float, across: float = 0.0) -> Picture:
        """Return the whole picture: it has the pixels that it has."""
        del dpi, across
        return Picture(self._greys, self._scale, self._scale)

    def look_at(self, area: Area, dpi: float) -> Picture:
        """Return an area of the picture, each pixel as many times as reaches the resolution."""
        import numpy as np

        times = max(1, ceil(dpi / MM_PER_INCH / self._scale))
        left, top = max(0, floor(area.x * self._scale)), max(0, floor(area.y * self._scale))
        cut = Picture(self._greys, self._scale, self._scale).cut(area)
        finer = np.ascontiguousarray(cut.repeat(times, axis=0).repeat(times, axis=1))
        return Picture(finer, self._scale * times, self._scale * times, left / self._scale, top / self._scale)

    def text(self, area: Area) -> None:
        """Return None: texts of a picture can't be compared."""
        del area

    def hidden_texts(self, area: Area) -> list[str]:
        """Return none."""
        del area
        return []


def _flattened(image: "Image") -> "Image":
    from PIL import Image as Images

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    ground = Images.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground
