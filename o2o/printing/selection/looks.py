"""The look of a template: what all prints on it have in common, whatever they are of.

Its digest tells whether two prints can differ by more than their values: the boxes and colours, the words, the logo,
pictures and drawings by what is in them, the fonts of the shop, and the language and money of the shop.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from o2o.config import Settings
from o2o.printing.drawing.fonts import REGULAR, find_chain
from o2o.printing.template.boxes import Template
from o2o.printing.template.values import SHIPPED_CHAINS

_SHOWN = ("width", "height", "pixels", "bleed", "inks", "boxes", "back")
_OF_THE_SHOP = ("language", "locale", "currency", "slogan")
_FILES = ("file", "logo")
"""Of boxes: what names a file beside the template."""


def make_look(template: Template, settings: Settings, folder: Path, words: Mapping[str, str]) -> str:
    """Return a digest of the look of a template in a shop with this folder; ``words`` are those of one print."""
    of_print = {**template.words[settings.language], **words, "date": ""}
    look = {
        "shown": [_describe(getattr(template, name), template.path.parent) for name in _SHOWN],
        "art": digest_file(template.art) if template.art else "",
        "words": of_print,
        "logo": digest_file(folder / settings.logo) if settings.logo else "",
        "shop": [str(getattr(settings, name)) for name in _OF_THE_SHOP],
    }
    return _digest(json.dumps(look, ensure_ascii=False, sort_keys=True, default=str).encode())


@lru_cache(1 << 12)
def _digest_as_it_is(path: Path, _size: int, _changed: int) -> str:
    return _digest(path.read_bytes())


def digest_file(path: Path) -> str:
    """Return a digest of what is in a file, or nothing where there is none; one that stays as it is is read once."""
    try:
        state = path.stat()
        return _digest_as_it_is(path, state.st_size, state.st_mtime_ns)
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def _describe(value: Any, folder: Path) -> Any:
    """Return a value of a template as JSON has it; what isn't said is left out, so that new fields change nothing."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_describe(one, folder) for one in value]
    if not is_dataclass(value):
        return value
    said = {one.name: getattr(value, one.name) for one in fields(value) if getattr(value, one.name) != one.default}
    files = {name: digest_file(folder / said[name]) for name in _FILES if said.get(name)}
    font = said.get("font", REGULAR)
    fonts = {} if font in SHIPPED_CHAINS else {"font": list(map(digest_file, find_chain(font).files))}
    return [type(value).__name__, {name: _describe(one, folder) for name, one in said.items()} | files | fonts]
