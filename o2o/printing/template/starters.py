"""Files to start a template of one's own from: small, whole, and each line said."""

from pathlib import Path

from o2o.errors import SettingError
from o2o.printing.template.boxes import KINDS, Box, Template
from o2o.printing.template.file import find_template, shipped_templates
from o2o.text_files import write_text

_WHOLE = """\
# {name}: lengths in mm from the top left, sizes of text in points.
# Look at it with 'o2o template preview {file} --out {name}.png', check it with 'o2o template check {file}'.
about = "价签 · shelf tag"
size = [70, 37]
safe = 1.5          # how far texts stay from the edge
distance = 150      # from how far its code is scanned
# stock = "A4-24"   # the sheet of labels it goes on
# dpi = 203         # of a label printer

[colours]
ink = "#000000"
soft = "#595959"
brand = "#C8102E"   # the setting brand_colour takes its place

# words of its own, in both languages
[words.zh]
call = "扫码看详情"
saved = "立省"

[words.en]
call = "Scan for details"
saved = "Save"

[box.name]
kind = "text"
field = "name"      # see 'Fields' in docs/templates.md
x = 2
y = 2
width = 42
height = 9
size = 11           # shrinks until it fits, down to min_size
min_size = 6
lines = 2
font = "bold"
valign = "top"
colour = "ink"

[box.facts]
kind = "text"
text = "{{spec}} {{origin}}"
x = 2
y = 11.5
width = 42
height = 3
size = 7
min_size = 4.5
colour = "soft"

[box.price]
kind = "price"
text = "{{promo_price or price}}"
suffix = "unit"
x = 2
y = 16
width = 28
height = 8
size = 26
min_size = 12
valign = "bottom"
colour = "brand"

[box.saved]
kind = "text"
text = "{{saved}} {{1 - promo_price / price|percent}}"
when = "promo_price"
x = 31
y = 20
width = 13
height = 4
size = 7.5
min_size = 5
align = "right"
colour = "brand"

[box.ean]
kind = "ean13"
x = 2
y = 25.3
width = 42
height = 7.5
size = 7

[box.qr]
kind = "qr"
x = 45.5
y = 2
width = 22.7
height = 22.7

[box.call]
kind = "text"
field = "call"
x = 45.5
y = 25.5
width = 22.7
height = 4
size = 8
min_size = 5
align = "center"
font = "bold"
"""

_UPON = """\
# {name}: as {base}, but for what stands here.
# Boxes, words and colours of the same name take the place of those of {base}.
# Look at it with 'o2o template preview {file} --out {name}.png', check it with 'o2o template check {file}'.
extends = "{base}"
{carrier}# scale = 1.5        # makes everything larger
# without = [{first}]   # takes boxes away

# [colours]
# {colour}

# its boxes, in drawing order:
{boxes}
# For example:
# [box.{box}]
# x = {x:g}
# y = {y:g}
# width = {width:g}
# height = {height:g}
"""


def start_template(path: Path, extends: str = "") -> None:
    """Write a commented template to start from, upon another if one is named; a file that exists is left alone."""
    if path.suffix != ".toml":
        raise SettingError("template", path.name, "a template is a .toml file", f"name it {path.stem}.toml")
    if path.exists():
        raise SettingError("template", str(path), "there is such a file already", "name another, or remove it")
    if path.with_suffix("").name in {shipped.stem for shipped in shipped_templates()}:
        raise SettingError("template", path.name, "o2o ships one of this name", "name yours otherwise")
    content = _start_upon(path, find_template(extends)) if extends else _WHOLE.format(name=path.stem, file=path.name)
    write_text(path, content)


def _start_upon(path: Path, base: Template) -> str:
    boxes = (*base.boxes, *base.back)
    box = boxes[0]
    return _UPON.format(
        name=path.stem, file=path.name, base=base.name, first=f'"{box.name}"', box=box.name,
        carrier=f'carrier = "{base.carrier}"\n' if base.carrier else "",
        colour='brand = "#0B6B4B"', boxes="".join(map(_describe, boxes)),
        x=box.x, y=box.y, width=box.width, height=box.height,
    )  # fmt: skip


def _describe(box: Box) -> str:
    kind = next(name for name, of_kind in KINDS.items() if type(box) is of_kind)
    return f"#   {box.name}: {kind} at {box.x:g}, {box.y:g}, {box.width:g} x {box.height:g}\n"
