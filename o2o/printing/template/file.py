"""Templates as TOML files, checked key by key: each mistake is told with file and line.

A template may extend another, all lengths of which are multiplied by ``scale``, and say only what
differs: boxes, words and colours of the same name take its place, those in ``without`` go.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from math import cos, radians, sin
from pathlib import Path
from typing import Any

from o2o.catalog.kinds import CONFIDENTIAL
from o2o.config import Language
from o2o.errors import InputFileError, SettingError
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.fonts import register_chain
from o2o.printing.drawing.look import BETTER_COLOURS, WHITE, contrast, find_likeness
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.template.boxes import (
    BACK,
    DEFAULT_DPI,
    FRONT,
    KINDS,
    SCREEN_DPI,
    Box,
    EanBox,
    MiniProgramBox,
    QrBox,
    Template,
    TextBox,
    field_names,
)
from o2o.printing.template.values import (
    SHIPPED_CHAINS,
    Entry,
    Table,
    one_of,
    read_carrier,
    read_chain,
    read_colour,
    read_coordinate,
    read_expressions,
    read_file,
    read_filled,
    read_inks,
    read_length,
    read_names,
    read_pair,
    read_pixels,
    read_positive,
    read_shape,
    read_text,
    read_whole,
    read_yes_or_no,
)
from o2o.resources import templates_folder
from o2o.subjects import Carrier


@cache
def find_template(name: str, brand: str = "") -> Template:
    """Return a template by the name of one that o2o ships, or by the path of a ``.toml`` file.

    ``brand`` takes the place of its colour of that name.
    """
    if name.endswith(".toml"):
        return read_template(Path(name).resolve(), brand)
    path = templates_folder() / f"{name}.toml"
    if not path.is_file() or path not in shipped_templates():
        names = ", ".join(template.stem for template in shipped_templates())
        raise SettingError("template", name, "there is no such template", f"name a .toml file or one of {names}")
    return read_template(path, brand)


@cache
def read_template(path: Path, brand: str = "") -> Template:
    """Return the template of a file; raises InputFileError with the line of the first mistake."""
    return _build(_read(path, frozenset()), brand)


def locate_boxes(path: Path) -> dict[str, Table]:
    """Return the entries of each box of a template, that of the box itself as ``""``: where they are written."""
    return _read(path, frozenset()).boxes


def list_templates() -> list[Template]:
    """Return the templates that o2o ships, by name."""
    return [read_template(path) for path in shipped_templates()]


def shipped_templates() -> list[Path]:
    """Return the files of the templates that o2o ships."""
    return sorted(templates_folder().glob("*.toml"))


@dataclass(frozen=True, slots=True)
class _Draft:
    """The tables of a file, those of the template it extends beneath them."""

    path: Path
    top: Table
    colours: Table
    fonts: Table
    words: dict[str, Table]
    boxes: dict[str, Table]


TOP_KEYS = (
    "extends", "scale", "without", "about", "carrier", "size", "pixels", "dpi", "stock", "duplex", "bleed", "safe",
    "distance", "inks", "art", "colours", "fonts", "words", "box",
)  # fmt: skip
"""What stands at the top of a file, and its tables."""

_FAINT, _BLACK = 3.0, "#000000"

_OF_ITS_OWN = ("about", "carrier")
"""What a template doesn't take from the one it extends."""

_SCALED = ("x", "y", "width", "height", "size", "min_size", "radius", "line_width", "dash")


def _read(path: Path, above: frozenset[Path]) -> _Draft:
    if path in above:
        raise InputFileError(path, "it extends itself", "extend another template")
    tables, places = _parse(path)
    top = _entries(places, (), tables)
    for key, entry in top.items():
        if key not in TOP_KEYS:
            raise entry.wrong(f"unknown key {key!r}", f"use {', '.join(TOP_KEYS)}")
    colours, fonts = (_entries(places, (key,), _table_of(top, key)) for key in ("colours", "fonts"))
    words = {lang: _entries(places, ("words", lang), t) for lang, t in _tables_of(top, "words").items()}
    boxes = {name: _entries(places, ("box", name), t) for name, t in _tables_of(top, "box").items()}
    own = _Draft(path, top, colours, fonts, words, boxes)
    return _extend(own, above | {path}) if "extends" in top else own


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the tables and keys of a file are written."""

    path: Path
    source: str
    lines: Mapping[tuple[str, ...], int]


def _parse(path: Path) -> tuple[dict[str, Any], _Places]:
    try:
        source = path.read_text(encoding="utf-8")
        return tomllib.loads(source), _Places(path, source, _line_numbers(source))
    except OSError as error:
        raise InputFileError(path, (error.strerror or str(error)).lower(), "check the name of the template") from None
    except UnicodeDecodeError:
        raise InputFileError(path, "not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise InputFileError(path, f"not TOML: {error}", "correct that line", int(line[1]) if line else None) from None


def _line_numbers(source: str) -> dict[tuple[str, ...], int]:
    """Return the line of each table and of each ``key =``, which tomllib doesn't tell."""
    table: tuple[str, ...] = ()
    numbers: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?([^\[\]]+)\]", line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            numbers.setdefault(table, number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            numbers.setdefault((*table, key[1].strip("\"'")), number)
    return numbers


def _entries(places: _Places, table: tuple[str, ...], values: Mapping[str, Any]) -> Table:
    start = places.lines.get(table, 1)
    entries = {
        key: Entry(value, places.path, places.lines.get((*table, key), start), places.source)
        for key, value in values.items()
    }
    return entries | ({"": Entry(None, places.path, start)} if table else {})


def _table_of(top: Table, key: str) -> dict[str, Any]:
    if key not in top:
        return {}
    if not isinstance(top[key].value, dict):
        raise top[key].wrong(f"{key!r} is not a table", f"write [{key}]")
    table: dict[str, Any] = top[key].value
    return table


def _tables_of(top: Table, key: str) -> dict[str, dict[str, Any]]:
    tables = _table_of(top, key)
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise top[key].wrong(f"{key}.{name} is not a table", f"write [{key}.{name}]")
    return tables


def _extend(own: _Draft, above: frozenset[Path]) -> _Draft:
    base = _read(_base_path(own), above)
    scale = read_positive(own.top["scale"]) if "scale" in own.top else 1.0
    boxes = {name: _scaled(box, scale) for name, box in base.boxes.items()}
    for name in read_names(own.top["without"]) if "without" in own.top else ():
        if name not in boxes:
            raise own.top["without"].wrong(f"no box {name!r} in {base.path.name}", f"use {', '.join(boxes)}")
        del boxes[name]
    for name, box in own.boxes.items():
        boxes[name] = boxes.get(name, {}) | box
    languages = base.words | own.words
    return _Draft(
        own.path,
        _page_below(own, base, scale) | own.top,
        base.colours | own.colours,
        base.fonts | own.fonts,
        {language: base.words.get(language, {}) | own.words.get(language, {}) for language in languages},
        boxes,
    )


def _base_path(own: _Draft) -> Path:
    name = f"{own.top['extends'].value}.toml"
    for folder in (own.path.parent, templates_folder()):
        if (folder / name).is_file():
            return (folder / name).resolve()
    raise own.top["extends"].wrong(f"there is no template {name!r}", "extend one beside it, or one that o2o ships")


def _scaled(table: Table, scale: float) -> Table:
    return {
        key: Entry(read_coordinate(entry) * scale, entry.path, entry.line) if key in _SCALED else entry
        for key, entry in table.items()
    }


def _page_below(own: _Draft, base: _Draft, scale: float) -> Table:
    """Return what a template takes from the page of the one it extends."""
    of_size = ("size", "pixels") if {"size", "pixels"} & own.top.keys() else ()
    top = {key: entry for key, entry in base.top.items() if key not in (*_OF_ITS_OWN, *of_size)}
    for key in ("size", "pixels"):
        if key in top:
            value = [length * scale for length in read_pair(top[key])]
            top[key] = Entry(value, top[key].path, top[key].line)
    return top


def _build(draft: _Draft, brand: str) -> Template:
    top = draft.top
    dpi = read_whole(top["dpi"]) if "dpi" in top else SCREEN_DPI if "pixels" in top else DEFAULT_DPI
    width, height = _read_size(draft, dpi)
    colours = {name: read_colour(entry, {}) for name, entry in draft.colours.items() if name}
    if "brand" in colours and brand:
        where = draft.colours["brand"]
        colours["brand"] = read_colour(Entry(brand, where.path, where.line), {})
        if "on_brand" in colours:
            colours["on_brand"] = _readable_on(colours["brand"], colours["on_brand"])
    values = {key: read(top[key]) for key, read in _TOP_READERS.items() if key in top}
    words = _build_words(draft)
    named = _Named(colours, _register_fonts(draft))
    boxes = [_build_box(name, table, named) for name, table in draft.boxes.items()]
    sides = [tuple(box for box in boxes if box.side == side) for side in (FRONT, BACK)]
    name = draft.path.stem
    carrier = name.replace("-", "_") if name.replace("-", "_") in list(Carrier) else ""
    template = Template(
        name, draft.path, width, height, dpi, values.pop("stock", ""), words, sides[0], sides[1],
        **{"carrier": carrier, "fonts": named.fonts} | values,
    )  # fmt: skip
    for box in boxes:
        _check_box(box, draft.boxes[box.name], template)
        if isinstance(box, QrBox | EanBox):
            _check_colours(box, draft.boxes[box.name], colours["brand"] if brand and "brand" in colours else "")
    return template


def _readable_on(ground: str, colour: str) -> str:
    """Return the colour of letters on a ground: black instead of one that is too faint there."""
    return colour if contrast(parse_colour(ground).hex, parse_colour(colour).hex) >= _FAINT else _BLACK


def _read_size(draft: _Draft, dpi: int) -> tuple[float, float]:
    if "size" in draft.top and "pixels" in draft.top:
        raise draft.top["pixels"].wrong("it has a size in pixels and in mm", "write one of them")
    if "pixels" in draft.top:
        width, height = read_pixels(draft.top["pixels"])
        return width * MM_PER_INCH / dpi, height * MM_PER_INCH / dpi
    if "size" in draft.top:
        return read_pair(draft.top["size"])
    raise InputFileError(draft.path, "it has no size", "write size = [width, height] in mm")


def _build_words(draft: _Draft) -> dict[str, dict[str, str]]:
    for language, table in draft.words.items():
        if language not in list(Language):
            raise table[""].wrong(f"unknown language {language!r}", f"use {', '.join(Language)}")
    words: dict[str, dict[str, str]] = {
        language: {name: read_text(entry) for name, entry in draft.words.get(language, {}).items() if name}
        for language in Language
    }
    names = set().union(*words.values())
    for language, texts in words.items():
        for name in sorted(names - set(texts)):
            other = next(draft.words[lang][name] for lang in draft.words if name in draft.words[lang])
            raise other.wrong(f"the word {name!r} is missing in [words.{language}]", "write it in each language")
    return words


@dataclass(frozen=True, slots=True)
class _Named:
    """What boxes name: colours, and fonts by the name of their chain."""

    colours: Mapping[str, str]
    fonts: Mapping[str, str]

    def read(self, key: str, entry: Entry) -> Any:
        """Return the value of a box's key."""
        if key in _COLOURS:
            return read_colour(entry, self.colours)
        if key == "font":
            return self.fonts.get(entry.value) or one_of(*SHIPPED_CHAINS, *self.fonts)(entry)
        return _READERS[key](entry)


def _register_fonts(draft: _Draft) -> dict[str, str]:
    """Make the chains of a template known and return their names, which are no other template's."""
    chains = {}
    for name, entry in draft.fonts.items():
        if name in SHIPPED_CHAINS:
            raise entry.wrong(f"{name!r} is a font of our own", "name yours otherwise, such as headline")
        if name:
            chains[name] = f"{name} of {draft.path}"
            register_chain(chains[name], read_chain(entry))
    return chains


def _build_box(name: str, table: Table, named: _Named) -> Box:
    where = table[""]
    kind = table.get("kind", Entry(None, where.path, where.line))
    if kind.value not in KINDS:
        raise kind.wrong(f"box {name!r} has no kind that there is", f"use kind = {', '.join(KINDS)}")
    known = {field.name: field for field in fields(KINDS[kind.value])}
    values: dict[str, Any] = {}
    for key, entry in table.items():
        if key in ("", "kind"):
            continue
        if key not in known or key == "name":
            keys = ", ".join(key for key in known if key != "name")
            raise entry.wrong(f"unknown key {key!r} in {kind.value} box {name!r}", f"use {keys}")
        values[key] = named.read(key, entry)
    for key, field in known.items():
        if key != "name" and field.default is MISSING and key not in values:
            raise where.wrong(f"{kind.value} box {name!r} has no {key}", f"write {key} = …")
    return KINDS[kind.value](name=name, **values)


def _check_box(box: Box, table: Table, template: Template) -> None:
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
    left, top, right, bottom = extent(box)
    over = template.bleed + 0.01
    if min(left, top) < -over:
        raise where.wrong(f"box {box.name!r} begins at {left:g}, {top:g} mm", _room(template))
    if right > template.width + over or bottom > template.height + over:
        raise where.wrong(f"box {box.name!r} ends at {right:g}, {bottom:g} mm", _room(template))


def _room(template: Template) -> str:
    bleed = f", with {template.bleed:g} mm of bleed" if template.bleed else ""
    return f"the page is {template.width:g} x {template.height:g} mm{bleed}"


def extent(box: Box) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a box as it lies, turned."""
    along, across = abs(cos(radians(box.rotate))), abs(sin(radians(box.rotate)))
    width, height = box.width * along + box.height * across, box.width * across + box.height * along
    x, y = box.x + (box.width - width) / 2, box.y + (box.height - height) / 2
    return x, y, x + width, y + height


def _check_colours(box: QrBox | EanBox, table: Table, brand: str) -> None:
    ground = box.ground if isinstance(box, QrBox) else WHITE
    where = table.get("colour", table.get("ground", table[""]))
    if not (box.colour and ground):
        raise where.wrong(f"box {box.name!r} is a code without a colour", BETTER_COLOURS)
    if reason := find_likeness(parse_colour(box.colour).hex, parse_colour(ground).hex):
        setting = ", or another brand_colour in the settings" if brand in (box.colour, ground) else ""
        reason = f"the colours of box {box.name!r}, {box.colour} on {ground}, {reason}"
        raise where.wrong(reason, BETTER_COLOURS + setting)


_COLOURS = ("colour", "ground", "fill", "stroke")
_READERS: dict[str, Callable[[Entry], Any]] = (
    dict.fromkeys((*_SCALED, "leading"), read_length)
    | dict.fromkeys(("x", "y", "rotate"), read_coordinate)
    | {"size": read_positive}
    | dict.fromkeys(("join", "file", "logo"), read_text)
    | dict.fromkeys(("text", "call"), read_filled)
    | dict.fromkeys(("field", "suffix"), read_names)
    | dict.fromkeys(("when", "unless"), read_expressions)
    | dict.fromkeys(("strike", "optional", "preprinted"), read_yes_or_no)
    | {
        "lines": read_whole,
        "shape": read_shape,
        "side": one_of(FRONT, BACK),
        "align": one_of("left", "center", "right"),
        "valign": one_of("top", "middle", "bottom"),
    }
)
_TOP_READERS: dict[str, Callable[[Entry], Any]] = {
    "stock": read_text,
    "about": read_text,
    "carrier": read_carrier,
    "pixels": read_pixels,
    "bleed": read_length,
    "safe": read_length,
    "distance": read_positive,
    "art": lambda entry: read_file(entry, ".svg", ".pdf"),
    "inks": read_inks,
    "duplex": one_of("long-edge", "short-edge"),
}
