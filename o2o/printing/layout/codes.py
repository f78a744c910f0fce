"""QR codes and mini-program codes in their boxes.

Codes are set on the grid of the printer's dots, because a dot that is half covered is printed whole: off the grid a
code gains up to a sixth of dark area, and its light modules close.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.codes.wechat import WIDTHS
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.figures import figures_of, fit_bitmap, image_size
from o2o.printing.drawing.fonts import BOLD
from o2o.printing.drawing.items import Matrix, Panel
from o2o.printing.drawing.look import Look, arrange, call_size
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.parts import (
    NOTHING,
    Desk,
    Findings,
    FindPicture,
    Part,
    Stamp,
    StyledCode,
    Values,
    object_to,
    object_to_link,
    object_to_text,
)
from o2o.printing.layout.pictures import object_to_picture
from o2o.printing.template.boxes import MiniProgramBox, QrBox
from o2o.printing.template.expressions import read_wording

LEAST_QR_MODULE = 0.25
LEAST_QR_DOTS = 4
"""What phones read from paper: a module of at least so many mm, and of so many dots of the printer."""

LEAST_QR_PIXELS = 2
"""Of a screen or panel, whose pixels don't spread as a printer's dots do."""

LEAST_PICTURE_DPI, FINE_PICTURE_DPI = 75, 150
"""How fine a mini-program code must be to be printed at all, and so that nobody sees its pixels."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the codes of one size and look lie: the area of the drawing, a module in mm, the corner of a plain one."""

    look: Look
    area: Panel
    module: float
    x: float
    y: float
    findings: Findings

    @classmethod
    def of(cls, look: Look, area: Panel, module: float) -> "_Spot":
        """Return the spot of codes whose drawings fill an area."""
        inset = QUIET_ZONE * module
        return cls(look, area, module, area.x + inset, area.y + inset, Findings((area,), has_qr=True))


def make_qr_stamp(box: QrBox, desk: Desk) -> Stamp:
    """Return the stamp of a QR code: where it lies is found once for each size and call."""
    spots: dict[tuple[int, str], _Spot] = {}
    say_call: Callable[[Values], str] = read_wording(box.call).fill if box.call else lambda _: ""

    def stamp(values: Values, symbol: Symbol, _find: FindPicture) -> Part:
        key = symbol.size, say_call(values)
        spot = spots.get(key) or _find_spot(box, symbol, key[1], values["url"], desk)
        if isinstance(spot, Part):
            return spot
        spots[key] = spot
        return object_to_link(box, values["url"]) or _show_qr(box, spot, symbol, values["url"])

    return stamp


def _find_spot(box: QrBox, symbol: Symbol, call: str, text: str, desk: Desk) -> _Spot | Part:
    """Return where a code lies, or why it can't be printed."""
    look = _look_of(box, symbol, call, desk)
    if isinstance(look, Part):
        return look
    edge, band = look.border
    width = symbol.size + 2 * QUIET_ZONE + 2 * edge
    height = width + band
    dots = int(min(box.width / width, box.height / height) / desk.dot + 1e-6)
    module = dots * desk.dot
    least = desk.least_module
    if module < least - 1e-9:
        reason = f"its modules would be {module:.2f} mm, phones need {least:.2f}"
        room = f"{width * least:.1f} mm wide and " + (f"{height * least:.1f} mm " if band else "") + "high"
        return object_to(box, text, reason, f"make the box {room}, or the base URL shorter")
    x = desk.snap(box.x + (box.width - width * module) / 2 + edge * module) - edge * module
    y = desk.snap(box.y + (box.height - height * module) / 2 + edge * module) - edge * module
    return _Spot.of(look, Panel(x, y, width * module, height * module, fill=box.ground), module)


def _look_of(box: QrBox, symbol: Symbol, call: str, desk: Desk) -> Look | Part:
    """Return how a code looks, or why that can't be drawn."""
    logo = desk.folder / box.logo if box.logo else None
    objection = object_to_text(box, call, BOLD) or (object_to_picture(box, logo) if logo else None)
    if objection:
        return objection
    if call and not call_size(call, symbol):
        return object_to(box, call, "is too long for the frame of the code", "use fewer words")
    return Look(box.shape, parse_colour(box.colour).hex, parse_colour(box.ground).hex, logo, call)


def _show_qr(box: QrBox, spot: _Spot, symbol: Symbol, text: str) -> Part:
    look, area = spot.look, spot.area
    findings = spot.findings
    if not look.is_plain:
        findings = Findings((area,), (StyledCode(box.name, symbol.level, area, spot.module),), has_qr=True)
    if not look.is_square:
        parts = arrange(symbol, look).parts
        # the first is the ground, which is the page's own around a frame
        return Part.of(tuple(figures_of(parts[1:] if look.call else parts, area, spot.module)), findings)
    return Part((area, Matrix(spot.x, spot.y, spot.module, symbol, box.colour, text)), (), findings)


def make_mini_program_stamp(box: MiniProgramBox, _desk: Desk) -> Stamp:
    """Return the stamp of a mini-program code."""

    def stamp(_values: Values, _symbol: Symbol, find_picture: FindPicture) -> Part:
        return _show_mini_program(box, find_picture())

    return stamp


def _show_mini_program(box: MiniProgramBox, data: bytes | None) -> Part:
    if data is None:
        if box.optional:
            return NOTHING
        return object_to(
            box, "", "it has no mini-program code (小程序码)",
            "run 'o2o wechat fetch', or bring its picture with 'o2o wechat import'",
        )  # fmt: skip
    side = min(box.width, box.height)
    area = Panel(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side, fill="#FFFFFF")
    pixels = max(image_size(io.BytesIO(data)) or (1, 1))
    dpi = int(pixels * MM_PER_INCH / side)
    if dpi < LEAST_PICTURE_DPI:
        wide = min(ceil(FINE_PICTURE_DPI * side / MM_PER_INCH), max(WIDTHS))
        reason = f"its mini-program code of {pixels} pixels would have {dpi} dpi, {LEAST_PICTURE_DPI} are needed"
        return object_to(box, "", reason, f"run 'o2o wechat fetch --width {wide}', or make the box smaller")
    coarse = dpi if dpi < FINE_PICTURE_DPI else 0
    return Part((area, fit_bitmap(data, area)), (), Findings((area,), coarse=coarse))
