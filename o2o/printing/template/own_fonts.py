"""Fonts of a shop's own: font files of its settings, asked before those that o2o ships, and a large one behind them.

A chain with a shop's fonts in it has a name of its own, which its files make: two shops in one process never share
one, nor what was measured with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from o2o.config import FONT_SETTINGS, Settings, check_font
from o2o.db import Database, shop_folder
from o2o.printing.drawing.fonts import BLACK, BOLD, REGULAR, chain_parts, missing_characters, register_chain
from o2o.printing.template.boxes import Box, Template


@dataclass(frozen=True, slots=True)
class OwnFonts:
    """The font files that a shop has set; prices in ``black`` take its ``bold`` when there is no black."""

    regular: Path | None = None
    bold: Path | None = None
    black: Path | None = None
    large: Path | None = None

    @classmethod
    def of(cls, db: Database, settings: Settings) -> Self:
        """Return a shop's fonts; raises SettingError for a file that can't be drawn with."""
        folder = shop_folder(db)
        set_ = {name: str(getattr(settings, name)) for name in FONT_SETTINGS}
        for name, value in set_.items():
            check_font(folder, name, value)
        return cls(*(folder / value if value else None for value in set_.values()))

    def chain(self, name: str) -> str:
        """Return the name of a chain with the shop's fonts in it."""
        if self == OwnFonts():
            return name
        files = tuple(self._files(name))
        own = f"{name} of {' '.join(map(str, files))}"
        register_chain(own, files)
        return own

    def dress(self, template: Template) -> Template:
        """Return a template whose texts are drawn with the shop's fonts."""
        if self == OwnFonts():
            return template
        front, back = (tuple(map(self._dress_box, boxes)) for boxes in (template.boxes, template.back))
        own = {name: self.chain(chain) for name, chain in template.fonts.items()}
        return replace(template, boxes=front, back=back, fonts=own)

    def missing(self, text: str) -> list[str]:
        """Return the characters that the shop can't print, each once, in their order."""
        chains = [self.chain(REGULAR), self.chain(BOLD)]
        return list(dict.fromkeys(character for chain in chains for character in missing_characters(text, chain)))

    def _files(self, name: str) -> Iterable[Path]:
        first = {REGULAR: (self.regular,), BOLD: (self.bold,), BLACK: (self.black or self.bold,)}
        yield from filter(None, first.get(name, ()))
        for part in chain_parts(name):
            yield from [part] if isinstance(part, Path) else self._files(part)
        yield from filter(None, (self.large,))

    def _dress_box(self, box: Box) -> Any:
        font = getattr(box, "font", "")
        return replace(box, font=self.chain(font)) if font else box  # type: ignore[call-arg]
