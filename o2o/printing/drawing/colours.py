"""Colours: of screens (``#C8102E``), of four inks (``cmyk(…)``) and of an ink of its own (``spot(…)``)."""

import re
from dataclasses import dataclass
from functools import lru_cache

Inks = tuple[float, float, float, float]
"""Percent of cyan, magenta, yellow and black."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_CMYK = re.compile(r"cmyk\(([^()]*)\)", re.IGNORECASE)
_SPOT = re.compile(r"spot\(([^(),]+),([^()]*)\)", re.IGNORECASE)
_HOW = "write it as #C8102E, cmyk(0 100 80 10) or spot(PANTONE 186 C, 0 100 80 10)"


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour: as a screen shows it (red, green, blue, 0 to 255), as four inks print it, and the name of its own ink.

    ``printed`` says that it was given as inks, four or its own; the inks of a colour of the screen are but near it.
    """

    rgb: tuple[int, int, int]
    cmyk: Inks
    spot: str = ""
    printed: bool = False

    @property
    def hex(self) -> str:
        """The colour of the screen as text, in lower case."""
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)

    @property
    def is_black(self) -> bool:
        """Whether it is black and nothing else, with no ink of its own."""
        return not self.spot and self.cmyk == (0, 0, 0, 100)


@lru_cache(4096)
def parse_colour(text: str) -> Colour:
    """Return the colour that a text names; raises ValueError that says how to write it."""
    text = text.strip()
    if match := _HEX.fullmatch(text):
        red, green, blue = bytes.fromhex(match[1])
        return Colour((red, green, blue), _inks_of(red, green, blue))
    if match := _CMYK.fullmatch(text):
        inks = _parse_inks(match[1], text)
        return Colour(_mix(inks), inks, printed=True)
    if match := _SPOT.fullmatch(text):
        inks = _parse_inks(match[2], text)
        return Colour(_mix(inks), inks, match[1].strip(), printed=True)
    raise ValueError(f"{text!r} is not a colour; {_HOW}")


def _parse_inks(numbers: str, text: str) -> Inks:
    parts = numbers.replace(",", " ").replace("%", " ").split()
    if len(parts) != 4 or not all(re.fullmatch(r"\d{1,3}(\.\d+)?", part) and float(part) <= 100 for part in parts):
        raise ValueError(f"{text!r} needs four inks of 0 to 100 percent; {_HOW}")
    cyan, magenta, yellow, black = map(float, parts)
    return cyan, magenta, yellow, black


def _mix(inks: Inks) -> tuple[int, int, int]:
    """Return what a screen shows of inks, without a profile of the press: each ink swallows its share of one light."""
    light = 1 - inks[3] / 100
    red, green, blue = (round(255 * (1 - ink / 100) * light) for ink in inks[:3])
    return red, green, blue


def _inks_of(red: int, green: int, blue: int) -> Inks:
    """Return inks for a colour of the screen; greys are black ink alone, so that they have no fringes."""
    most = max(red, green, blue)
    black = round(100 * (1 - most / 255), 1)
    if not most:
        return 0, 0, 0, 100
    cyan, magenta, yellow = (round(100 * (1 - share / most), 1) for share in (red, green, blue))
    return cyan, magenta, yellow, black
