"""How well two colours are told apart, by readers and by people."""

_LEAST_CONTRAST = 0.55  # ISO/IEC 15415, symbol contrast of grade B: reflectance of light minus that of dark modules

BETTER_COLOURS = "choose a darker code or a lighter ground"
"""What to do about colours that are too much alike."""


def reflectance(colour: str) -> float:
    """Return how much light a colour throws back, 0 to 1: its relative luminance (IEC 61966-2-1)."""
    shares = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    dark, light = sorted((reflectance(one), reflectance(other)))
    return (light + 0.05) / (dark + 0.05)


def find_likeness(dark: str, light: str) -> str:
    """Return why a reader can't tell two colours apart, or nothing where it can."""
    apart = reflectance(light) - reflectance(dark)
    if apart >= _LEAST_CONTRAST:
        return ""
    wrong = "are the wrong way round" if apart < 0 else "are too much alike"
    return f"{wrong}: contrast {apart:.2f}, at least {_LEAST_CONTRAST:g}"
