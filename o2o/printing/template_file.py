"""Templates as TOML files, checked key by key: each mistake is told with file and line.

A template may extend another, all lengths of which are multiplied by ``scale``, and say only what
differs: boxes, words and colours of the same name take its place, those in ``without`` go.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from o2o.catalog.kinds import CONFIDENTIAL
from o2o.config import Language
from o2o.errors import InputFileError, SettingError
from o2o.printing.look import BETTER_COLOURS, WHITE, Shape, find_likeness
from o2o.printing.template import DEFAULT_DPI, KINDS, Box, EanBox, QrBox, Template, TextBox
from o2o.resources import templates_folder


@cache
def find_template(name: str) -> Template:
    """Return a template by the name of one that o2o ships, or by the path of a ``.toml`` file."""
    if name.endswith(".toml"):
        return read_template(Path(name).resolve())
    path = templates_folder() / f"{name}.toml"
    if not path.is_file() or path not in shipped_templates():
        names = ", ".join(template.stem for template in shipped_templates())
        raise SettingError("template", name, "there is no such template", f"name a .toml file or one of {names}")
    return read_template(path)


@cache
def read_template(path: Path) -> Template:
    """Return the template of a file; raises InputFileError with the line of the first mistake."""
    return _build(_read(path, frozenset()))


def shipped_templates() -> list[Path]:
    """Return the files of the templates that o2o ships."""
    return sorted(path for path in templates_folder().glob("*.toml") if path.stem != "stocks")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value and where it was written."""

    value: Any
    path: Path
    line: int

    def wrong(self, reason: str, advice: str) -> InputFileError:
        """Return the error that points at this value."""
        return InputFileError(self.path, reason, advice, self.line)


_Table = dict[str, _Entry]


@dataclass(frozen=True, slots=True)
class _Draft:
    """The tables of a file, those of the template it extends beneath them."""

    path: Path
    top: _Table
    colours: _Table
    words: dict[str, _Table]
    boxes: dict[str, _Table]


_TOP_KEYS = ("extends", "scale", "without", "size", "dpi", "stock", "colours", "words", "box")
_SCALED = ("x", "y", "width", "height", "size", "min_size", "radius", "line_width", "dash")


def _read(path: Path, above: frozenset[Path]) -> _Draft:
    if path in above:
        raise InputFileError(path, "it extends itself", "extend another template")
    tables, lines = _parse(path)
    top = _entries(path, lines, (), tables)
    for key, entry in top.items():
        if key not in _TOP_KEYS:
            raise entry.wrong(f"unknown key {key!r}", f"use {', '.join(_TOP_KEYS)}")
    words = {lang: _entries(path, lines, ("words", lang), t) for lang, t in _tables_of(top, "words").items()}
    boxes = {name: _entries(path, lines, ("box", name), t) for name, t in _tables_of(top, "box").items()}
    own = _Draft(path, top, _entries(path, lines, ("colours",), _table_of(top, "colours")), words, boxes)
    return _extend(own, above | {path}) if "extends" in top else own


def _parse(path: Path) -> tuple[dict[str, Any], dict[tuple[str, ...], int]]:
    try:
        source = path.read_text(encoding="utf-8")
        return tomllib.loads(source), _line_numbers(source)
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


def _entries(
    path: Path, lines: Mapping[tuple[str, ...], int], table: tuple[str, ...], values: Mapping[str, Any]
) -> _Table:
    start = lines.get(table, 1)
    entries = {key: _Entry(value, path, lines.get((*table, key), start)) for key, value in values.items()}
    return entries | ({"": _Entry(None, path, start)} if table else {})


def _table_of(top: _Table, key: str) -> dict[str, Any]:
    if key not in top:
        return {}
    if not isinstance(top[key].value, dict):
        raise top[key].wrong(f"{key!r} is not a table", f"write [{key}]")
    table: dict[str, Any] = top[key].value
    return table


def _tables_of(top: _Table, key: str) -> dict[str, dict[str, Any]]:
    tables = _table_of(top, key)
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise top[key].wrong(f"{key}.{name} is not a table", f"write [{key}.{name}]")
    return tables


def _extend(own: _Draft, above: frozenset[Path]) -> _Draft:
    base = _read(_base_path(own), above)
    scale = _positive(own.top["scale"]) if "scale" in own.top else 1.0
    boxes = {name: _scaled(box, scale) for name, box in base.boxes.items()}
    for name in _names(own.top["without"]) if "without" in own.top else ():
        if name not in boxes:
            raise own.top["without"].wrong(f"no box {name!r} in {base.path.name}", f"use {', '.join(boxes)}")
        del boxes[name]
    for name, box in own.boxes.items():
        boxes[name] = boxes.get(name, {}) | box
    languages = base.words | own.words
    return _Draft(
        own.path,
        _scaled_page(base.top, scale) | own.top,
        base.colours | own.colours,
        {language: base.words.get(language, {}) | own.words.get(language, {}) for language in languages},
        boxes,
    )


def _base_path(own: _Draft) -> Path:
    name = f"{own.top['extends'].value}.toml"
    for folder in (own.path.parent, templates_folder()):
        if (folder / name).is_file():
            return (folder / name).resolve()
    raise own.top["extends"].wrong(f"there is no template {name!r}", "extend one beside it, or one that o2o ships")


def _scaled(table: _Table, scale: float) -> _Table:
    return {
        key: _Entry(_number(entry) * scale, entry.path, entry.line) if key in _SCALED else entry
        for key, entry in table.items()
    }


def _scaled_page(top: _Table, scale: float) -> _Table:
    if "size" not in top:
        return top
    size = top["size"]
    return top | {"size": _Entry([length * scale for length in _pair(size)], size.path, size.line)}


def _build(draft: _Draft) -> Template:
    if "size" not in draft.top:
        raise InputFileError(draft.path, "it has no size", "write size = [width, height] in mm")
    width, height = _pair(draft.top["size"])
    words = _build_words(draft)
    colours = {name: _colour(entry, {}) for name, entry in draft.colours.items() if name}
    boxes = tuple(_build_box(name, table, colours) for name, table in draft.boxes.items())
    for box in boxes:
        _check_box(box, draft.boxes[box.name], (width, height))
    dpi = _whole(draft.top["dpi"]) if "dpi" in draft.top else DEFAULT_DPI
    stock = _text(draft.top["stock"]) if "stock" in draft.top else ""
    return Template(draft.path.stem, draft.path, width, height, dpi, stock, words, boxes)


def _build_words(draft: _Draft) -> dict[str, dict[str, str]]:
    for language, table in draft.words.items():
        if language not in list(Language):
            raise table[""].wrong(f"unknown language {language!r}", f"use {', '.join(Language)}")
    words: dict[str, dict[str, str]] = {
        language: {name: _text(entry) for name, entry in draft.words.get(language, {}).items() if name}
        for language in Language
    }
    names = set().union(*words.values())
    for language, texts in words.items():
        for name in sorted(names - set(texts)):
            other = next(draft.words[lang][name] for lang in draft.words if name in draft.words[lang])
            raise other.wrong(f"the word {name!r} is missing in [words.{language}]", "write it in each language")
    return words


def _build_box(name: str, table: _Table, colours: Mapping[str, str]) -> Box:
    where = table[""]
    kind = table.get("kind", _Entry(None, where.path, where.line))
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
        values[key] = _colour(entry, colours) if key in _COLOURS else _READERS[key](entry)
    for key, field in known.items():
        if key != "name" and field.default is MISSING and key not in values:
            raise where.wrong(f"{kind.value} box {name!r} has no {key}", f"write {key} = …")
    return KINDS[kind.value](name=name, **values)


def _check_box(box: Box, table: _Table, page: tuple[float, float]) -> None:
    for key in ("field", "suffix", "when", "unless", "text", "call"):
        value = getattr(box, key, ())
        for name in re.findall(r"\{([^{}]*)\}", value) if isinstance(value, str) else value:
            if name in CONFIDENTIAL:
                raise table.get(key, table[""]).wrong(
                    f"{name} in box {box.name!r} is confidential and never printed", "show price or unit_price instead"
                )
            # which columns a merchant has, and so which other fields there are, is known when it is printed
            if not re.fullmatch(r"\w+", name):
                raise table.get(key, table[""]).wrong(
                    f"{name!r} in box {box.name!r} is no name of a field",
                    "write letters, digits and _ only; a column 'Shelf life' is the field Shelf_life",
                )
    right, bottom = box.x + box.width, box.y + box.height
    if min(box.x, box.y) < 0 or right > page[0] + 0.01 or bottom > page[1] + 0.01:
        raise table[""].wrong(
            f"box {box.name!r} ends at {right:g}, {bottom:g} mm", f"the page is {page[0]:g} x {page[1]:g} mm"
        )
    if isinstance(box, TextBox) and bool(box.field) == bool(box.text):
        raise table[""].wrong(f"box {box.name!r} needs a field or a text", 'write field = "name" or text = "…"')
    if isinstance(box, QrBox | EanBox):
        _check_colours(box, table)


def _check_colours(box: QrBox | EanBox, table: _Table) -> None:
    ground = box.ground if isinstance(box, QrBox) else WHITE
    where = table.get("colour", table.get("ground", table[""]))
    if not (box.colour and ground):
        raise where.wrong(f"box {box.name!r} is a code without a colour", BETTER_COLOURS)
    if reason := find_likeness(box.colour, ground):
        raise where.wrong(f"the colours of box {box.name!r}, {box.colour} on {ground}, {reason}", BETTER_COLOURS)


def _number(entry: _Entry) -> float:
    if isinstance(entry.value, bool) or not isinstance(entry.value, int | float) or entry.value < 0:
        raise entry.wrong(f"{entry.value!r} is not a length or size", "write a number such as 12.5")
    return float(entry.value)


def _positive(entry: _Entry) -> float:
    if not _number(entry):
        raise entry.wrong("0 is too small", "write a number such as 12.5")
    return float(entry.value)


def _whole(entry: _Entry) -> int:
    if isinstance(entry.value, bool) or not isinstance(entry.value, int) or entry.value < 1:
        raise entry.wrong(f"{entry.value!r} is not a whole number from 1", "write a whole number such as 2")
    return entry.value


def _yes_or_no(entry: _Entry) -> bool:
    if not isinstance(entry.value, bool):
        raise entry.wrong(f"{entry.value!r} is neither yes nor no", "write true or false")
    return entry.value


def _text(entry: _Entry) -> str:
    if not isinstance(entry.value, str):
        raise entry.wrong(f"{entry.value!r} is not a text", 'write it in quotes: "…"')
    return entry.value


def _names(entry: _Entry) -> tuple[str, ...]:
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    if not all(isinstance(value, str) for value in values):
        raise entry.wrong(f"{entry.value!r} is not a field", 'write "name" or ["spec", "unit"]')
    return tuple(values)


def _pair(entry: _Entry) -> tuple[float, float]:
    lengths = [v for v in entry.value if isinstance(v, int | float) and v > 0] if isinstance(entry.value, list) else []
    if len(lengths) != 2:
        raise entry.wrong(f"{entry.value!r} is not a size", "write [width, height] in mm")
    return float(lengths[0]), float(lengths[1])


def _colour(entry: _Entry, named: Mapping[str, str]) -> str:
    colour = named.get(_text(entry), entry.value)
    if colour and not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise entry.wrong(f"{colour!r} is not a colour", 'write "#C8102E", or a name from [colours]')
    return str(colour).upper()


def _one_of(*choices: str) -> Callable[[_Entry], str]:
    def read(entry: _Entry) -> str:
        if entry.value not in choices:
            raise entry.wrong(f"{entry.value!r} is not a choice", f"use {', '.join(choices)}")
        return str(entry.value)

    return read


def _shape(entry: _Entry) -> Shape:
    return Shape(_one_of(*Shape)(entry))


_COLOURS = ("colour", "ground", "fill", "stroke")
_READERS: dict[str, Callable[[_Entry], Any]] = (
    dict.fromkeys((*_SCALED, "leading"), _number)
    | {"size": _positive}
    | dict.fromkeys(("text", "join", "file", "logo", "call"), _text)
    | dict.fromkeys(("field", "suffix", "when", "unless"), _names)
    | {
        "lines": _whole,
        "strike": _yes_or_no,
        "optional": _yes_or_no,
        "shape": _shape,
        "font": _one_of("regular", "bold"),
        "align": _one_of("left", "center", "right"),
        "valign": _one_of("top", "middle", "bottom"),
    }
)
