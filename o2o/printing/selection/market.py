"""What the law of a market wants on a price tag: what a template can't show, and what of a store's products lacks.

China (cn): order 56 of the State Administration for Market Regulation (明码标价和禁止价格欺诈规定, 2022) and its rules
for promotions (规范促销行为暂行规定, 2020). European Union (eu): directive 98/6/EC as amended by (EU) 2019/2161; prices
of the catalogue are taken to be with VAT.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from o2o.config import Language, Settings
from o2o.db import Database
from o2o.printing.layout.conditions import Condition, condition_of
from o2o.printing.layout.lints import Level, Lint
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_tags
from o2o.printing.template.boxes import PriceBox, Template, TextBox
from o2o.printing.template.examples import EXAMPLE_SHOP, example_cases
from o2o.printing.template.expressions import read_wording
from o2o.printing.template.file import find_template
from o2o.printing.template.functions import ExpressionError

_BY_WEIGHT = frozenset(("斤", "市斤", "公斤", "千克", "500g", "500克", "kg", "100g", "100克", "g", "克"))
"""Units of goods that are weighed, of which origin and grade make the price."""

Values = Mapping[str, str]


class Market(StrEnum):
    """Where tags hang."""

    CN = "cn"
    EU = "eu"


@dataclass(frozen=True, slots=True)
class Duty:
    """What must be shown when ``applies``: one of some fields, of each of several groups of them."""

    name: str
    level: Level
    applies: Callable[[Values], bool]
    fields: tuple[tuple[str, ...], ...]
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Lack:
    """What the tag of one product would not show: which duty, why, and what to do."""

    sku: str
    name: str
    level: Level
    duty: str
    reason: str
    advice: str


def _has(*names: str) -> Callable[[Values], bool]:
    return lambda values: all(values.get(name) for name in names)


def _is_weighed(values: Values) -> bool:
    return values.get("unit", "").lower() in _BY_WEIGHT


def _always(_values: Values) -> bool:
    return True


def _is_of_a_content(values: Values) -> bool:
    """Tell whether a unit price is wanted: but for a single piece, of which the price is that of the unit."""
    return bool(values.get("unit_price")) or not values.get("net_content")


_PRICES = frozenset(("price", "promo_price", "member_price", "unit_price"))
_PRICE = (("price", "promo_price"),)
_DUTIES: dict[Market, tuple[Duty, ...]] = {
    Market.CN: (
        Duty("name", Level.ERROR, _always, (("name",),), "no 品名", "show {name}"),
        Duty("price", Level.ERROR, _always, _PRICE, "no price", "show {promo_price or price}, and import a price"),
        Duty(
            "unit", Level.ERROR, _always, (("unit", "unit_price"),), "no pricing unit (计价单位)",
            'write suffix = "unit" in the price box, and import a unit',
        ),
        Duty(
            "origin", Level.WARNING, _is_weighed, (("origin",),), "no origin (产地) of goods that are weighed",
            "show {origin}, and import it",
        ),
        Duty(
            "grade", Level.WARNING, _has("grade"), (("grade",),), "the grade (等级), which makes a price, is not shown",
            "show {grade}",
        ),
        Duty(
            "basis", Level.ERROR, _has("promo_price"), (("promo_price",), ("price", "lowest_price_7")),
            "a promotion without its basis (原价 or the lowest price of 7 days)",
            "show {price} struck out beside {promo_price}",
        ),
        Duty(
            "dates", Level.ERROR, _has("promo_price"), (("promo_to",),), "a promotion without its last day (期限)",
            "show {promo_from|date('M.D')}–{promo_to|date('M.D')}, and give price lists a last day",
        ),
    ),
    Market.EU: (
        Duty("name", Level.ERROR, _always, (("name",),), "no name", "show {name}"),
        Duty("price", Level.ERROR, _always, _PRICE, "no price", "show {promo_price or price}, and import a price"),
        Duty(
            "unit-price", Level.ERROR, _is_of_a_content, (("unit_price",),),
            "no price of a kilogram, litre, metre or piece",
            "show {unit_price}, and import net_content and net_unit (the drained weight, where there is one)",
        ),
        Duty(
            "prior-price", Level.ERROR, _has("promo_price"), (("promo_price",), ("lowest_price_30",)),
            "a reduction without the lowest price of the 30 days before", "show {lowest_price_30} beside {promo_price}",
        ),
    ),
}  # fmt: skip


def check_market(name: str, market: Market, settings: Settings = EXAMPLE_SHOP) -> list[Lint]:
    """Return what a template never shows of what the law of a market wants, in some case in which it applies."""
    template = find_template(name, settings.brand_colour)
    if not template.fields & _PRICES:
        reason, advice = "it shows no price, so it is no price tag", "hang one beside it"
        return [Lint(template.path, 1, "", Level.WARNING, f"{market}-price", reason, advice)]
    found: dict[str, Lint] = {}
    parts = _parts_of(template)
    for values in example_cases(template, replace(settings, language=Language.EN)):
        for duty in _broken(parts, market, values) if values.get("sku") else ():
            rule = f"{market}-{duty.name}"
            lint = Lint(template.path, 1, "", duty.level, rule, duty.reason + _case(values), duty.advice)
            found.setdefault(rule, lint)
    return list(found.values())


def check_store(db: Database, settings: Settings, choice: Choice, market: Market, now: int) -> Iterator[Lack]:
    """Yield what the tags of a store's products would lack of what the law of a market wants."""
    parts: dict[Path, list[_Part]] = {}
    for record in select_tags(db, settings, choice, now).records:
        if record.template.path not in parts:
            parts[record.template.path] = _parts_of(record.template)
        for duty in _broken(parts[record.template.path], market, record.values):
            name = record.values.get("name", "")
            yield Lack(record.subject_id, name, duty.level, duty.name, duty.reason, duty.advice)


def _case(values: Values) -> str:
    named = {"promo_price": "promotion", "member_price": "members' price"}
    held = [words for name, words in named.items() if values.get(name)]
    return f", with {' and '.join(held)}" if held else ""


_Part = tuple[Condition | None, TextBox | PriceBox]
"""A box that says something, and when it is shown."""


def _parts_of(template: Template) -> list[_Part]:
    boxes = (*template.boxes, *template.back)
    return [(condition_of(box), box) for box in boxes if isinstance(box, TextBox | PriceBox)]


def _broken(parts: Sequence[_Part], market: Market, values: Values) -> Iterator[Duty]:
    shown = {name for condition, box in parts if _holds(condition, values) for name in _printed_by(box, values)}
    shown = {name for name in shown if values.get(name)}
    for duty in _DUTIES[market]:
        if duty.applies(values) and not all(shown.intersection(group) for group in duty.fields):
            yield duty


def _holds(condition: Condition | None, values: Values) -> bool:
    try:
        return condition is None or condition(values)
    except ExpressionError:
        return False


def _printed_by(box: TextBox | PriceBox, values: Values) -> Iterator[str]:
    yield from _looked_at(box.text, values) if box.text else box.field
    yield from box.suffix if isinstance(box, PriceBox) else ()


def _looked_at(text: str, values: Values) -> set[str]:
    """Return the fields that a text takes its words from: of ``{promo_price or price}`` the one that there is."""
    watched = _Watched(values)
    try:
        return watched.asked if read_wording(text).fill(watched) else set()
    except ExpressionError:
        return set()


class _Watched(dict[str, str]):
    """Values that remember which of them were asked for."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, and remember that it was asked for."""
        self.asked.add(name)
        return super().get(name, default)
