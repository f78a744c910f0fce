"""What of a box can't be: where it lies, what it shows, and colours that no reader tells apart."""

import re
from math import cos, radians, sin

from o2o.catalog.kinds import CONFIDENTIAL
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.contrast import BETTER_COLOURS, find_likeness
from o2o.printing.drawing.look import WHITE
from o2o.printing.template.boxes import Box, EanBox, MiniProgramBox, QrBox, Template, TextBox, field_names
from o2o.printing.template.values import Entry, Table


def check_box(box: Box, table: Table, template: Template) -> None:
    """Raise InputFileError at a box that shows what it may not, or lies beside the page."""
    for name in field_names(box):
        if name in CONFIDENTIAL:
            raise _where(table, name).wrong(
                f"{name} in box {box.name!r} is confidential and never printed", "show price or unit_price instead"
            )
        # which columns a merchant has, and so which other fields there are, is known when it is printed
        if not re.fullmatch(r"\w+", name):
            raise _where(table, name).wrong(
                f"{name!r} in box {box.name!r} is no name of a field",
                "write letters, digits and _ only; a column 'Shelf life' is the field Shelf_life",
            )
    if isinstance(box, TextBox) and bool(box.field) == bool(box.text):
        raise table[""].wrong(f"box {box.name!r} needs a field or a text", 'write field = "name" or text = "…"')
    if isinstance(box, QrBox | EanBox | MiniProgramBox) and box.rotate % 90:
        raise table["rotate"].wrong(f"box {box.name!r} is a code turned by {box.rotate:g} degrees", "write 90 or 270")
    _check_place(box, table[""], template)


def _where(table: Table, name: str) -> Entry:
    """Return the entry of a box that names a field."""
    return next((entry for entry in table.values() if name in str(entry.value)), table[""])


def _check_place(box: Box, where: Entry, template: Template) -> None:
    left, top, right, bottom = _extent(box)
    over = template.bleed + 0.01
    if min(left, top) < -over:
        raise where.wrong(f"box {box.name!r} begins at {left:g}, {top:g} mm", _room(template))
    if right > template.width + over or bottom > template.height + over:
        raise where.wrong(f"box {box.name!r} ends at {right:g}, {bottom:g} mm", _room(template))


def _room(template: Template) -> str:
    bleed = f", with {template.bleed:g} mm of bleed" if template.bleed else ""
    return f"the page is {template.width:g} x {template.height:g} mm{bleed}"


def _extent(box: Box) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a box as it lies, turned."""
    along, across = abs(cos(radians(box.rotate))), abs(sin(radians(box.rotate)))
    width, height = box.width * along + box.height * across, box.width * across + box.height * along
    x, y = box.x + (box.width - width) / 2, box.y + (box.height - height) / 2
    return x, y, x + width, y + height


def check_colours(box: QrBox | EanBox, table: Table, brand: str) -> None:
    """Raise InputFileError at a code whose colours no reader tells apart; ``brand`` came from the settings."""
    ground = box.ground if isinstance(box, QrBox) else WHITE
    where = table.get("colour", table.get("ground", table[""]))
    if not (box.colour and ground):
        raise where.wrong(f"box {box.name!r} is a code without a colour", BETTER_COLOURS)
    if reason := find_likeness(parse_colour(box.colour).hex, parse_colour(ground).hex):
        setting = ", or another brand_colour in the settings" if brand in (box.colour, ground) else ""
        reason = f"the colours of box {box.name!r}, {box.colour} on {ground}, {reason}"
        raise where.wrong(reason, BETTER_COLOURS + setting)
