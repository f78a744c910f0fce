"""What is said of a print that is done: barcodes that are no EAN, coarse pictures, pages without backs."""

from collections import Counter
from collections.abc import Iterator, Sequence

from o2o.printing.layout.codes import FINE_PICTURE_DPI
from o2o.printing.layout.parts import Layout


class Remarks:
    """Counts what is worth a remark while labels are printed."""

    def __init__(self) -> None:
        self._sides: set[int] = set()
        self._as_code128 = 0
        self._no_barcode = 0
        self._such_barcode = ""
        self._coarse: Counter[int] = Counter()

    def note(self, sides: Sequence[Layout]) -> None:
        """Take in the sides of a label."""
        self._sides.add(len(sides))
        for layout in sides:
            self._as_code128 += layout.is_code128
            if layout.no_barcode:
                self._no_barcode += 1
                self._such_barcode = self._such_barcode or layout.no_barcode
            if layout.coarse:
                self._coarse[layout.coarse] += 1

    def __iter__(self) -> Iterator[str]:
        yield from self._of_barcodes()
        if self._coarse:
            yield (
                f"{self._coarse.total():,} mini-program code(s) are coarse at their size, down to {min(self._coarse)} "
                f"dpi; at {FINE_PICTURE_DPI} they look sharp: fetch them with a larger 'o2o wechat fetch --width'"
            )
        if len(self._sides) > 1:
            yield "some pages have backs and others none: print those of two sides by themselves, with --template"

    def _of_barcodes(self) -> Iterator[str]:
        parts = [f"{self._as_code128:,} printed as Code 128"] if self._as_code128 else []
        if self._no_barcode:
            such = self._such_barcode
            parts.append(f"{self._no_barcode:,} left out, too long for the box or not ASCII, such as {such!r}")
        if parts:
            yield f"barcodes that are no EAN: {', '.join(parts)}; 'o2o catalog check' names their products"
