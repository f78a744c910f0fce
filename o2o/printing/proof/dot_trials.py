"""What printers of 203, 300 and 600 dpi make of a code: each dot that ink touches is printed whole."""

from dataclasses import dataclass

from o2o.codes.reader import Format, read_codes
from o2o.codes.symbol import QUIET_ZONE
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.codes import LEAST_QR_DOTS
from o2o.printing.proof.messages import DOTS_UNREAD, FEW_DOTS, TOO_DARK, Fault
from o2o.printing.proof.picture import Picture
from o2o.printing.proof.scoring import CodePlace, CodeScore, box_of, read_closely
from o2o.printing.proof.sheet import Sheet

PRINTER_DPIS = (203, 300, 600)
MOST_GROWTH = 0.1
"""A dark area that grows by more is too dark."""

MOST_DOTS = 20
"""Modules of more dots gain too little from a dot at their edge to be tried."""

_FINER = 4  # parts of a dot's side: less than half of one is how a renderer rounds
_PIXELS = 3  # of a dot, so that a reader has something to see
_ROUNDING = 0.97


@dataclass(frozen=True, slots=True)
class DotTrial:
    """One code as a printer prints it: dots a module, growth of its dark area, and whether it still reads."""

    place: CodePlace
    module: float
    dpi: int
    growth: float
    reads: bool

    @property
    def dots(self) -> float:
        """How many dots a module's side has."""
        return self.module * self.dpi / MM_PER_INCH

    @property
    def fault(self) -> Fault | None:
        """What is wrong with it, None when it prints well."""
        if not self.reads:
            return Fault.of(DOTS_UNREAD, dpi=self.dpi)
        if self.dots < LEAST_QR_DOTS * _ROUNDING:
            return Fault.of(FEW_DOTS, dpi=self.dpi, dots=self.dots, least=LEAST_QR_DOTS)
        if self.growth > MOST_GROWTH:
            return Fault.of(TOO_DARK, dpi=self.dpi, growth=self.growth)
        return None


def try_dots(sheet: Sheet, score: CodeScore, dpi: int) -> DotTrial:
    """Return what a printer makes of a code that was read, on a raster that starts at the page's top left."""
    box = score.area.widened(-QUIET_ZONE * score.module)
    _, reading = read_closely(sheet, score.place.url, box, score.module)
    if reading and reading.symbol:
        box = box_of(reading.symbol)
    module = box.width / score.size
    dots = _print_dots(sheet.look_at(box.widened(QUIET_ZONE * module), dpi * _FINER))
    dark = 1 - dots.cut(box.widened(module)).astype(bool)
    growth = float(dark.sum()) / (score.dark * (module * dots.across) ** 2) - 1
    pixels = dots.greys.repeat(_PIXELS, 0).repeat(_PIXELS, 1)
    texts = [seen.text for seen in read_codes(pixels, Format.QR)]
    return DotTrial(score.place, module, dpi, growth, score.place.url in texts)


def _print_dots(picture: Picture) -> Picture:
    """Return the picture in black and white dots: one that ink touches is black."""
    import numpy as np

    # the first whole dot: those of a page start at its corner
    left, top = (-round(start * picture.across) % _FINER for start in (picture.x, picture.y))
    height, width = ((side - cut) // _FINER for side, cut in zip(picture.greys.shape, (top, left), strict=True))
    whole = picture.greys[top : top + height * _FINER, left : left + width * _FINER]
    middle = (int(whole.min()) + int(whole.max())) / 2
    touched = (whole < middle).reshape(height, _FINER, width, _FINER).any(axis=(1, 3))
    dots = np.where(touched, 0, 255).astype(np.uint8)
    scale = picture.across / _FINER
    return Picture(dots, scale, scale, picture.x + left / picture.across, picture.y + top / picture.across)
