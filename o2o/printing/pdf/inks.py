"""Colours as PDF operators: of the screen, of four inks, of inks of their own.

From the first ink on all colours of the file are inks: a press that is given some inks and some colours of a screen
would choose inks for these, four of them for black.
"""

from o2o.printing.drawing.colours import Colour, Inks, parse_colour
from o2o.printing.pdf.file import PdfFile, make_name

OVERPRINT = "/Over gs"
"""What lets black print over what lies below, so that no light shows around it where sheets have shifted."""


class PdfInks:
    """The colours of a file under way."""

    def __init__(self) -> None:
        self.separated = False
        self._fills: dict[str, str] = {}
        self._spots: dict[tuple[str, Inks], str] = {}

    def fill(self, text: str) -> str:
        """Return the operators that fill with a colour; black and greys are pure black ink."""
        return self._fills.get(text) or self._add(text)

    def stroke(self, text: str) -> str:
        """Return the operators that draw lines in a colour."""
        return self.fill(text).upper()

    def prints_over(self, text: str) -> bool:
        """Tell whether a colour prints over what lies below: black, in a file of inks."""
        return self.separated and parse_colour(text).is_black

    def write(self, file: PdfFile) -> str:
        """Write how a printer without an ink of its own mixes it, and return the dictionary that names them."""
        spaces = (f"{name} {file.add(_separation(*spot))} 0 R" for spot, name in self._spots.items())
        return f"<<{''.join(spaces)}>>"

    def _add(self, text: str) -> str:
        colour = parse_colour(text)
        if colour.printed and not self.separated:
            self.separated = True
            self._fills.clear()
        shown = self._fills[text] = self._operators(colour)
        return shown

    def _operators(self, colour: Colour) -> str:
        if colour.spot:
            name = self._spots.setdefault((colour.spot, colour.cmyk), f"/S{len(self._spots) + 1}")
            return f"{name} cs 1 scn"
        if self.separated:
            return f"{_shares(colour.cmyk)} k"
        red, green, blue = (part / 255 for part in colour.rgb)
        return f"{red:.3g} g" if red == green == blue else f"{red:.3g} {green:.3g} {blue:.3g} rg"


def _separation(name: str, inks: Inks) -> str:
    """Return the colour space of an ink of its own (ISO 32000-1, 8.6.6.4)."""
    mix = f"<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[{_shares(inks)}]/N 1>>"
    return f"[/Separation{make_name(name)}/DeviceCMYK{mix}]"


def _shares(inks: Inks) -> str:
    return " ".join(f"{ink / 100:.4g}" for ink in inks)
