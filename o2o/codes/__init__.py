"""Texts and symbols of codes; this step knows no shop."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from o2o.codes.bulk import Symbols

__all__ = ["symbols"]


def symbols(payloads: Sequence[str], *, level: str = "M", mask: str | int = "best", optimize: int = 20) -> "Symbols":
    """Return the QR symbol of each text, equal to the one that ``qrcode`` makes with the same options.

    ``mask`` is "best" for qrcode's own choice, or a number from 0 to 7; ``optimize`` is the shortest run of
    digits or capitals that gets a segment of its own, 0 for one segment. Item i has ``version``, ``mask`` and
    ``matrix``, whose modules are True where dark.
    """
    from o2o.codes.bulk import Rule, make_all

    return make_all(payloads, Rule.checked(level, mask, optimize))
