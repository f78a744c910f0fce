"""Unit prices: what a kilogram, a litre, a metre or a piece costs, from what a pack holds.

Weights are compared by the kilogram and volumes by the litre, packs of less than 250 g or ml by 100 g or ml.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from o2o.amounts import AmountForm
from o2o.config import Language

_SMALL_PACK = 250
_UNITS = {
    "mg": ("g", Fraction(1, 1000)), "g": ("g", Fraction(1)), "jin": ("g", Fraction(500)), "kg": ("g", Fraction(1000)),
    "ml": ("ml", Fraction(1)), "cl": ("ml", Fraction(10)), "l": ("ml", Fraction(1000)),
    "cm": ("m", Fraction(1, 100)), "m": ("m", Fraction(1)), "m2": ("m2", Fraction(1)), "pcs": ("pcs", Fraction(1)),
}  # fmt: skip
"""Each unit of a net content: the unit in which contents are compared, and how many of it there are in it."""

_WORDS = {
    "mg": ("毫克", "mg"), "g": ("克", "g"), "jin": ("斤", "jin"), "kg": ("千克", "kg"),
    "ml": ("毫升", "ml"), "cl": ("厘升", "cl"), "l": ("升", "l"),
    "cm": ("厘米", "cm"), "m": ("米", "m"), "m2": ("平方米", "m²"), "pcs": ("件", "pc"),
    "100g": ("100克", "100 g"), "100ml": ("100毫升", "100 ml"),
}  # fmt: skip
_DRAINED = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s*([^\d\s.,]*)")
_LARGE = {"g": "kg", "ml": "l"}


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What so much costs, in minor units: ``per`` is kg, 100g, l, 100ml, m, m2 or pcs."""

    amount: int
    per: str


def unit_price(price: int, content: float | None, unit: str) -> UnitPrice | None:
    """Return the unit price of a pack, half up to the minor unit; None where the content says none."""
    if not content or unit not in _UNITS:
        return None
    base, amount = _measure(content, unit)
    if base not in _LARGE:
        return None if amount == 1 and base == "pcs" else UnitPrice(_round(price / amount), base)
    if amount < _SMALL_PACK:
        return UnitPrice(_round(100 * price / amount), f"100{base}")
    return UnitPrice(_round(1000 * price / amount), _LARGE[base])


def drained_content(text: str, unit: str) -> tuple[float, str] | None:
    """Return a drained weight as people write it (``240``, ``240 g``, ``0,24kg``), without a unit in that of the pack.

    None where it is none. The law asks for the price of a unit of it, where a pack has one.
    """
    found = _DRAINED.fullmatch(text.strip())
    own = _units_by_word().get(found[2].lower(), "") if found and found[2] else unit
    if found is None or own not in _UNITS:
        return None
    return float(found[1].replace(",", ".")), own


@cache
def _units_by_word() -> dict[str, str]:
    return {word: unit for unit in _UNITS for word in (unit, *_WORDS[unit])}


def format_unit_price(found: UnitPrice, amounts: AmountForm, language: Language) -> str:
    """Return a unit price for people: ``¥25.60/kg``, in Chinese yuan as ``25.60元/千克``."""
    per = language.of(_WORDS[found.per])
    if language is Language.ZH and amounts.currency.code == "CNY":
        return f"{amounts.currency.plain(found.amount)}元/{per}"
    return f"{amounts.format(found.amount)}/{per}"


def format_content(content: float | None, unit: str, language: Language) -> str:
    """Return what a pack holds for people: ``500克``, ``1.5 l``; empty where the unit or the content isn't known."""
    if not content or unit not in _WORDS:
        return ""
    number = f"{content:.6f}".rstrip("0").rstrip(".")
    return f"{number}{'' if language is Language.ZH else ' '}{language.of(_WORDS[unit])}"


@lru_cache(1 << 12)
def _measure(content: float, unit: str) -> tuple[str, Fraction]:
    base, size = _UNITS[unit]
    return base, Fraction(str(content)) * size


def _round(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))
