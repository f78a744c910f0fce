"""Pages of a printed PDF as an eye sees them: the codes and texts in each area, in mm from the top left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from o2o.codes.reader import Format, Reading, read_codes
from o2o.errors import InputFileError
from o2o.printing.units import MM_PER_INCH, POINTS

_CLOSER = (200, 300, 600)
_MOST_PIXELS = 4000
_LEAST_CONTRAST = 24  # of 255 greys, below which nothing can be seen
_INSIDE = 0.1  # mm by which an area is cut, so that what only touches it from outside is not in it
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # how pdfium tells a hyphen at the end of a line


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


@dataclass(frozen=True, slots=True)
class _Picture:
    """Rows of grey bytes at a resolution."""

    rows: memoryview
    width: int
    height: int
    dpi: float

    def is_flat(self, area: Area) -> bool:
        """Tell whether there is nothing to be seen in an area."""
        scale, greys = self.dpi / MM_PER_INCH, self.rows.cast("B")
        left, right = int(area.x * scale), min(int((area.x + area.width) * scale) + 1, self.width)
        top, bottom = int(area.y * scale), min(int((area.y + area.height) * scale) + 1, self.height)
        seen: set[int] = set()
        for row in ((top + bottom) // 2, *range(top, bottom)):  # most texts show in the middle
            seen.update(greys[row * self.width + left : row * self.width + right])
            if seen and max(seen) - min(seen) >= _LEAST_CONTRAST:
                return False
        return True


class Sheet:
    """One page of an open PDF."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._height = page.get_height()
        self._texts = page.get_textpage()

    def codes(self, dpi: int, *formats: Format) -> list[Reading]:
        """Return the codes on the page with their middle in mm, as far as this resolution shows them."""
        scale = dpi / MM_PER_INCH
        self._picture = self._render(dpi)
        found = read_codes(self._picture.rows, *formats, quick=True)
        return [Reading(code.text, code.format, code.x / scale, code.y / scale) for code in found]

    def look_closer(self, area: Area, wanted: str, code_format: Format) -> set[str]:
        """Return the codes that can be read in an area, at ever higher resolution until the wanted one is seen."""
        found: set[str] = set()
        area = self._on_page(area)
        if min(area.width, area.height) * POINTS < 1:  # the page was turned or cut
            return found
        finest = _MOST_PIXELS * MM_PER_INCH / max(area.width, area.height)
        for dpi in _CLOSER:
            picture = self._render(min(dpi, finest), area)
            found |= {code.text for code in read_codes(picture.rows, code_format)}
            if wanted in found or dpi > finest:
                break
        return found

    def text(self, area: Area) -> str:
        """Return the text in an area without white space."""
        left, right = area.x + _INSIDE, area.x + area.width - _INSIDE
        top, bottom = area.y + _INSIDE, area.y + area.height - _INSIDE
        text: str = self._texts.get_text_bounded(
            left * POINTS, self._height - bottom * POINTS, right * POINTS, self._height - top * POINTS
        )
        return "".join(text.translate(_HYPHENS).split())

    def hidden_texts(self, area: Area) -> list[str]:
        """Return texts that stand in an area but can't be seen, because something lies over them."""
        return [
            self.text(place)
            for place in self._hidden
            if area.holds(place.x + place.width / 2, place.y + place.height / 2)
        ]

    @cached_property
    def _hidden(self) -> list[Area]:
        boxes = (self._texts.get_rect(index) for index in range(self._texts.count_rects()))
        places = (
            Area(left / POINTS, (self._height - top) / POINTS, (right - left) / POINTS, (top - bottom) / POINTS)
            for left, bottom, right, top in boxes
        )
        return [place for place in places if self._picture.is_flat(place)]

    def _render(self, dpi: float, area: Area | None = None) -> _Picture:
        crop = self._crop_of(area) if area else (0, 0, 0, 0)
        bitmap = self._page.render(scale=dpi / 72, grayscale=True, crop=crop)
        rows = memoryview(bitmap.buffer).cast("B").cast("B", (bitmap.height, bitmap.stride))
        return _Picture(rows, bitmap.stride, bitmap.height, dpi)

    def _on_page(self, area: Area) -> Area:
        right = min(area.x + area.width, self._page.get_width() / POINTS)
        bottom = min(area.y + area.height, self._height / POINTS)
        left, top = max(area.x, 0), max(area.y, 0)
        return Area(left, top, right - left, bottom - top)

    def _crop_of(self, area: Area) -> tuple[float, float, float, float]:
        """Return what to cut off on the left, bottom, right and top, in points."""
        right = self._page.get_width() - (area.x + area.width) * POINTS
        bottom = self._height - (area.y + area.height) * POINTS
        left, top = area.x * POINTS, area.y * POINTS
        return max(left, 0), max(bottom, 0), max(right, 0), max(top, 0)


@contextmanager
def opened_pdf(path: Path) -> Iterator[Any]:
    """Open a PDF; raises InputFileError when it is none."""
    import pypdfium2

    try:
        with path.open("rb"):
            document = pypdfium2.PdfDocument(path)
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
def opened_sheet(document: Any, index: int) -> Iterator[Sheet]:
    """Load one page of an open PDF, and let go of it after."""
    page = document[index]
    sheet = Sheet(page)
    try:
        yield sheet
    finally:
        page.close()
