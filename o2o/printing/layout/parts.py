"""What is drawn in one cell, box by box, and what is worth knowing of it.

Lengths are in mm from the top left of the cell, sizes of text too.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from o2o.codes.symbol import Symbol
from o2o.expiring_links import EXPIRES, LASTING, find_expiring_link
from o2o.printing.drawing.fonts import missing_characters
from o2o.printing.drawing.items import Item, Panel, Text
from o2o.printing.template.boxes import Box

_KEPT = 512  # words of a box
_Words = TypeVar("_Words", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a box can't be printed as it is."""

    box: str
    text: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class StyledCode:
    """A QR that isn't black squares on white: its box, its level, the area of its drawing, a module in mm."""

    box: str
    level: str
    area: Panel
    module: float


@dataclass(slots=True)
class Findings:
    """What is worth knowing of what is drawn: where its codes are, quiet zones included; and what is wrong.

    ``ean`` is what its linear code says, an EAN or Code 128; ``no_barcode`` what there is no room for, or no sign.
    ``coarse`` is the least dpi of its mini-program codes if their pixels will be seen, else 0.
    """

    codes: tuple[Panel, ...] = ()
    styled: tuple[StyledCode, ...] = ()
    has_qr: bool = False
    ean: str = ""
    is_code128: bool = False
    no_barcode: str = ""
    coarse: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(slots=True)
class Part:
    """What one box shows, its texts as printed, and its findings if there are any.

    It is never changed: whoever shows the same words again is given the very same part.
    """

    items: tuple[Item, ...] = ()
    texts: tuple[str, ...] = ()
    findings: Findings | None = None

    @classmethod
    def of(cls, items: tuple[Item, ...], findings: Findings | None = None) -> "Part":
        """Return a part with the texts that are among its items."""
        return cls(items, tuple([item.text for item in items if isinstance(item, Text)]), findings)


@dataclass(slots=True)
class Layout:
    """What is drawn in one cell, in order, and all findings."""

    parts: list[Part] = field(default_factory=list)
    codes: list[Panel] = field(default_factory=list)
    styled: list[StyledCode] = field(default_factory=list)
    has_qr: bool = False
    ean: str = ""
    is_code128: bool = False
    no_barcode: str = ""
    coarse: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """What is drawn, in order."""
        return [item for part in self.parts for item in part.items]

    @property
    def texts(self) -> list[str]:
        """The texts as printed, in drawing order."""
        return [text for part in self.parts for text in part.texts]

    def add(self, part: Part) -> None:
        """Add what one box shows."""
        if part.items:
            self.parts.append(part)
        if part.findings:
            self.join(part.findings)

    def join(self, found: Findings) -> None:
        """Add what is found of one box."""
        self.codes += found.codes
        self.styled += found.styled
        self.has_qr |= found.has_qr
        self.ean, self.is_code128 = found.ean or self.ean, found.is_code128 or self.is_code128
        self.no_barcode = found.no_barcode or self.no_barcode
        if found.coarse:
            self.coarse = min(found.coarse, self.coarse or found.coarse)
        self.troubles += found.troubles


Values = Mapping[str, str]

FindPicture = Callable[[], bytes | None]
"""Returns the picture of a mini-program code, if there is one."""

Stamp = Callable[[Values, Symbol, FindPicture], Part]
"""Shows one box again and again: of the values of a print, its code and the picture of its mini-program code."""

NOTHING = Part()


@dataclass(frozen=True, slots=True)
class Desk:
    """What stamps are made for: a dot and the least module of a QR symbol in mm, the folder of the template."""

    dot: float
    least_module: float
    folder: Path

    def snap(self, length: float) -> float:
        """Return a length as whole dots."""
        return round(length / self.dot) * self.dot


def make_word_stamp(say: Callable[[Values], _Words], show: Callable[[_Words], Part]) -> Stamp:
    """Return the stamp of a box that shows the same for the same words: what it has shown is kept."""
    kept: dict[_Words, Part] = {}

    def stamp(values: Values, _symbol: Symbol, _find: FindPicture) -> Part:
        words = say(values)
        part = kept.get(words)
        if part is None:
            if len(kept) == _KEPT:
                kept.clear()
            part = kept[words] = show(words)
        return part

    return stamp


def object_to(box: Box, text: str, reason: str, advice: str) -> Part:
    """Return that a box can't be printed as it is."""
    return Part(findings=Findings(troubles=(Trouble(box.name, text, reason, advice),)))


def object_to_text(box: Box, text: str, font: str) -> Part | None:
    """Return that a text can't be drawn, or is not to be printed; None for one that can."""
    missing = missing_characters(text.replace("\n", ""), font)
    if missing:
        named = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in missing)
        advice = "write it otherwise, or print with --drop-missing"
        return object_to(box, text, f"has {named}, which no font has", advice)
    return object_to_link(box, text)


def object_to_link(box: Box, text: str) -> Part | None:
    """Return that a text has a link that expires; None for one that has none."""
    link = find_expiring_link(text)
    return object_to(box, link, EXPIRES, LASTING) if link else None
