"""Templates as TOML files, checked key by key: each mistake is told with file and line."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from o2o.config import Language
from o2o.errors import InputFileError, SettingError
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.contrast import contrast
from o2o.printing.drawing.fonts import register_chain
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.template.box_checks import check_box, check_colours
from o2o.printing.template.boxes import BACK, DEFAULT_DPI, FRONT, KINDS, SCREEN_DPI, Box, EanBox, QrBox, Template
from o2o.printing.template.draft import LENGTHS, Draft, read_draft
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
    return _build(read_draft(path), brand)


def locate_boxes(path: Path) -> dict[str, Table]:
    """Return the entries of each box of a template, that of the box itself as ``""``: where they are written."""
    return read_draft(path).boxes


def list_templates() -> list[Template]:
    """Return the templates that o2o ships, by name."""
    return [read_template(path) for path in shipped_templates()]


def shipped_templates() -> list[Path]:
    """Return the files of the templates that o2o ships."""
    return sorted(templates_folder().glob("*.toml"))


_FAINT, _BLACK = 3.0, "#000000"


def _build(draft: Draft, brand: str) -> Template:
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
        check_box(box, draft.boxes[box.name], template)
        if isinstance(box, QrBox | EanBox):
            check_colours(box, draft.boxes[box.name], colours["brand"] if brand and "brand" in colours else "")
    return template


def _readable_on(ground: str, colour: str) -> str:
    """Return the colour of letters on a ground: black instead of one that is too faint there."""
    return colour if contrast(parse_colour(ground).hex, parse_colour(colour).hex) >= _FAINT else _BLACK


def _read_size(draft: Draft, dpi: int) -> tuple[float, float]:
    if "size" in draft.top and "pixels" in draft.top:
        raise draft.top["pixels"].wrong("it has a size in pixels and in mm", "write one of them")
    if "pixels" in draft.top:
        width, height = read_pixels(draft.top["pixels"])
        return width * MM_PER_INCH / dpi, height * MM_PER_INCH / dpi
    if "size" in draft.top:
        return read_pair(draft.top["size"])
    raise InputFileError(draft.path, "it has no size", "write size = [width, height] in mm")


def _build_words(draft: Draft) -> dict[str, dict[str, str]]:
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


def _register_fonts(draft: Draft) -> dict[str, str]:
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


_COLOURS = ("colour", "ground", "fill", "stroke")
_READERS: dict[str, Callable[[Entry], Any]] = (
    dict.fromkeys((*LENGTHS, "leading"), read_length)
    | dict.fromkeys(("x", "y", "rotate"), read_coordinate)
    | {"size": read_positive}
    | dict.fromkeys(("join", "file", "logo"), read_text)
    | dict.fromkeys(("text", "call"), read_filled)
    | dict.fromkeys(("field", "suffix"), read_names)
    | dict.fromkeys(("when", "unless"), read_expressions)
    | dict.fromkeys(("strike", "cut", "optional", "preprinted"), read_yes_or_no)
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
