"""Which characters of the catalogue no font can print, before a page is drawn."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from o2o.config import Language, Settings
from o2o.db import Database, load_query
from o2o.printing.drawing.fonts import BLACK, BOLD, REGULAR, find_chain
from o2o.printing.selection.values import one_line
from o2o.printing.template.own_fonts import OwnFonts

_ADVICE = (
    ("在商品资料中改写，或打印时加 --drop-missing 省略该字符", "write it otherwise, or print with --drop-missing"),
    (
        "设置含有该字符的字体：o2o setting set font_large 字体.ttf",
        "set a font that has it: o2o setting set font_large …",
    ),
)


@dataclass(frozen=True, slots=True)
class LackingText:
    """A text of the catalogue with characters that no font has: of what it is, and in which column."""

    kind: str
    id: str
    field: str
    text: str
    characters: str


@dataclass(frozen=True, slots=True)
class LackingCharacter:
    """A character that no font has: in how many texts it is, one of them, and what to do."""

    character: str
    code: str
    name: str
    texts: int
    example: LackingText
    advice: str


@dataclass(frozen=True, slots=True)
class FontFile:
    """A file of a chain: how many characters it has, and its licence."""

    chain: str
    file: str
    name: str
    characters: int
    whose: str


def check_fonts(db: Database, settings: Settings, now: int) -> list[LackingCharacter]:
    """Return the characters of the catalogue that no font has, the most frequent first."""
    found: dict[str, tuple[int, LackingText]] = {}
    for text in find_lacking_texts(db, settings, now):
        for character in text.characters:
            count, example = found.get(character, (0, text))
            found[character] = count + 1, example
    language = Language(settings.language)
    ranked = sorted(found.items(), key=lambda entry: (-entry[1][0], entry[0]))
    return [_describe(character, count, example, language) for character, (count, example) in ranked]


def find_lacking_texts(db: Database, settings: Settings, now: int) -> Iterator[LackingText]:
    """Yield every text of the catalogue that has characters which no font has."""
    fonts = OwnFonts.of(db, settings)
    known: set[str] = set()
    lacking: set[str] = set()
    for kind, key, field, text in db.conn.execute(load_query("printing/selection/font_check.texts"), {"now": now}):
        line = text if isinstance(text, str) else ""
        if known.issuperset(line):
            continue
        fresh = set(line := one_line(line)) - known
        lacking.update(fonts.missing("".join(fresh - lacking)))
        known |= fresh - lacking
        if characters := "".join(character for character in dict.fromkeys(line) if character in lacking):
            yield LackingText(kind, key, field, line, characters)


def list_fonts(db: Database, settings: Settings) -> list[FontFile]:
    """Return the files of each chain in the order in which they are asked for a character."""
    own = OwnFonts.of(db, settings)
    shipped = {path for name in (REGULAR, BOLD, BLACK) for path in find_chain(name).files}
    return [
        FontFile(name, str(font.path), font.name, len(font.glyphs), "OFL-1.1" if font.path in shipped else "yours")
        for name in (REGULAR, BOLD, BLACK)
        for font in find_chain(own.chain(name)).fonts
    ]


def _describe(character: str, count: int, example: LackingText, language: Language) -> LackingCharacter:
    number = ord(character)
    is_letter = unicodedata.category(character).startswith("L") or 0x20000 <= number < 0x40000  # newer ideographs
    return LackingCharacter(
        character,
        f"U+{number:04X}",
        unicodedata.name(character, "unnamed"),
        count,
        example,
        language.of(_ADVICE[is_letter]),
    )
