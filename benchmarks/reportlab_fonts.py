"""The shipped fonts for reportlab, against which we measure and whose pages we read in tests."""

from functools import cache

from o2o.printing.drawing.fonts import BOLD, REGULAR, font_path


@cache
def register_fonts() -> None:
    """Make the fonts that o2o ships known to reportlab by the names of their chains."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, str(font_path(name))))
