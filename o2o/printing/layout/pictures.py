"""Pictures, logos, rectangles and lines in their boxes."""

from functools import partial
from pathlib import Path

from o2o.printing.drawing.figures import image_size
from o2o.printing.drawing.items import Panel, Picture, Stroke
from o2o.printing.layout.parts import NOTHING, Desk, Part, Stamp, Values, make_word_stamp, object_to
from o2o.printing.layout.texts import offset, say_fields
from o2o.printing.template.boxes import Box, ImageBox, LineBox, LogoBox, RectBox


def make_image_stamp(box: ImageBox, desk: Desk) -> Stamp:
    """Return the stamp of a picture."""
    say = (lambda _: box.file) if box.file else say_fields(box.field)
    return make_word_stamp(say, partial(_show_picture, box, desk.folder))


def make_logo_stamp(box: LogoBox, desk: Desk) -> Stamp:
    """Return the stamp of a logo."""

    def say(values: Values) -> str:
        return values.get("logo") or box.file

    return make_word_stamp(say, partial(_show_picture, box, desk.folder))


def make_rect_stamp(box: RectBox, _desk: Desk) -> Stamp:
    """Return the stamp of a rectangle."""
    part = Part((Panel(box.x, box.y, box.width, box.height, box.fill, box.stroke, box.line_width, box.radius),))
    return lambda _values, _symbol, _find: part


def make_line_stamp(box: LineBox, _desk: Desk) -> Stamp:
    """Return the stamp of a line."""
    stroke = Stroke(box.x, box.y, box.x + box.width, box.y + box.height, box.colour, box.line_width, box.dash)
    part = Part((stroke,))
    return lambda _values, _symbol, _find: part


def _show_picture(box: ImageBox | LogoBox, folder: Path, name: str) -> Part:
    if not name:
        return NOTHING
    path = folder / name
    size = image_size(path)
    if size is None:
        return _object_to_file(box, path)
    scale = min(box.width / size[0], box.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    x = box.x + offset(box.align, box.width, width)
    return Part((Picture(x, box.y + offset(box.valign, box.height, height), width, height, path),))


def object_to_picture(box: Box, path: Path) -> Part | None:
    """Return that a picture can't be read; None for one that can."""
    return None if image_size(path) else _object_to_file(box, path)


def _object_to_file(box: Box, path: Path) -> Part:
    absent = "" if path.is_file() else ", as there is no such file"
    reason = f"is no picture that can be read{absent}"
    return object_to(box, path.name, reason, f"put a PNG or JPEG file at {path}, or name another")
