"""Pages of a PDF, as pdfium draws and reads them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o2o.errors import InputFileError
from o2o.printing.drawing.units import MM_PER_INCH, POINT, POINTS
from o2o.printing.proof.picture import Area, Picture
from o2o.printing.proof.sheet import CLOSER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INSIDE = 0.1  # mm by which an area is cut, so that what only touches it from outside is not in it
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # how pdfium tells a hyphen at the end of a line
_CHARACTERS = 4096  # of an area, for which there is room from the start


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
        flat = (self._picture or self.look(CLOSER[0])).flat_areas(self._text_areas())
        return [area for area in flat if self.look_at(area, CLOSER[1]).is_flat(area)]  # small texts are faint

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
