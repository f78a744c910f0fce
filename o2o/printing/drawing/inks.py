"""The inks of electronic shelf labels, and which of them comes nearest to a colour."""

from collections.abc import Iterable
from functools import lru_cache

from o2o.printing.drawing.colours import parse_colour

INKS: dict[str, tuple[int, int, int]] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "yellow": (255, 255, 0),
    "orange": (255, 128, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
}
"""The colour by which the picture of a panel names each of its inks."""

_DARK = 0.6  # luminance, below which one black ink shows a colour as black


@lru_cache(1 << 12)
def nearest_ink(colour: str, inks: tuple[str, ...]) -> tuple[int, int, int]:
    """Return the ink that shows a colour; greys are black or white, whatever other inks there are."""
    rgb = parse_colour(colour).rgb
    choice: Iterable[str] = inks
    if max(rgb) - min(rgb) < 48:
        choice = [ink for ink in inks if ink in ("black", "white")] or inks
    return min((INKS[ink] for ink in choice), key=lambda ink: sum((a - b) ** 2 for a, b in zip(ink, rgb, strict=True)))


@lru_cache(1 << 12)
def is_dark(colour: str) -> bool:
    """Tell whether a printer that knows only black shows a colour as black."""
    red, green, blue = (share / 255 for share in parse_colour(colour).rgb)
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK
