"""What a print may show of a touchpoint: a text for each field, in the language and the money of the shop.

The prices are those in force at the end of the day (``o2o.catalog.prices`` has the rule); a member price that saves
nothing is left out.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.barcodes import choose_barcode
from o2o.catalog.prices import CHAIN, REDUCTION_DAYS, Price, lowest_prices, prices_in_force
from o2o.catalog.unit_prices import drained_content, format_content, format_unit_price, unit_price
from o2o.codes.barcode_forms import compact_barcode, ean13_of
from o2o.config import Language, Settings
from o2o.db import Database, shop_folder
from o2o.errors import SettingError
from o2o.printing.template.boxes import FIELDS, Template, field_names
from o2o.printing.template.own_columns import DRAINED, OwnColumns, columns_of
from o2o.subjects import CARRIER_NAMES, Carrier
from o2o.times import SINCE_EVER, local_day

_LOWEST = {f"lowest_price_{days}": days for days in REDUCTION_DAYS}
_AMOUNTS = frozenset(("price", "member_price", "promo_price", *_LOWEST))
_PRICED = _AMOUNTS | {"unit_price", "promo_from", "promo_to"}
_OF_THE_PRICE = dict.fromkeys(("promo_price", "promo_from", "promo_to", "unit_price", *_LOWEST), "")
"""What goes with the price of the catalogue, and not with one that is set for one print."""

_PLACE = ("aisle", "bay", "shelf", "slot")
"""The columns that say where a product lies, from the large to the small."""

_ALWAYS = frozenset(("name", "ean", "barcode"))
"""What is made for every template: problems are told by name, and boxes of bars name no field."""

_MADE = {"url", "carrier", "date", "ean", "barcode", "net_content", "position"}
_OF_SETTINGS = {"currency", "language", "locale", "logo", "slogan"}
_TEXTS = FIELDS - _PRICED - _MADE - _OF_SETTINGS
_MADE_OF = {
    **dict.fromkeys(_PRICED, ("sku", "store_id")),
    "unit_price": ("sku", "store_id", "net_content", "net_unit", "product_extra"),
    "position": _PLACE,
    "ean": ("gtin", "pack_quantity"),
    "net_content": ("net_content", "net_unit"),
}
"""The columns of which fields are made that are not a column as it is."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a print is made: ``at`` is the last instant of its day, ``words`` as parsed go before all others."""

    db: Database
    settings: Settings
    zone: ZoneInfo
    day: date
    at: int
    words: Mapping[str, str]

    @property
    def language(self) -> Language:
        """The language of the shop."""
        return Language(self.settings.language)


def list_columns(templates: Iterable[Template], *, shown_only: bool) -> tuple[str, ...]:
    """Return the columns of ``records.values`` that it takes to make the values of these templates."""
    columns = {"touchpoint_id", "id", "carrier", "code"}
    for template in templates:
        fields = template.fields | (_ALWAYS if shown_only else FIELDS)
        columns |= columns_of(template).union(fields & _TEXTS, *(_MADE_OF.get(name, ()) for name in fields))
    return tuple(sorted(columns))


class ValueMaker:
    """Makes the values of rows with these columns of ``records.values``; remembers what templates show."""

    def __init__(self, occasion: Occasion, columns: Sequence[str]) -> None:
        self._occasion = occasion
        self._place = {name: place for place, name in enumerate(columns)}
        self._folder = shop_folder(occasion.db)
        self._words = (_OF_THE_PRICE if "price" in occasion.words else {}) | dict(occasion.words)
        self._amounts = occasion.settings.amounts
        self._forms: dict[tuple[object, bool], _Form] = {}

    def make(
        self, rows: Sequence[tuple[Any, ...]], templates: Sequence[Template], *, shown_only: bool
    ) -> list[dict[str, str]]:
        """Return the values of each row but its URL; ``shown_only``: no others than its template shows."""
        form_of = {
            id(template): self._form_of(template, shown_only=shown_only)
            for template in {id(template): template for template in templates}.values()
        }
        forms = [form_of[id(template)] for template in templates]
        made = [form.read(row) for row, form in zip(rows, forms, strict=True)]
        fields = frozenset[str]().union(*(form.fields for form in form_of.values()))
        if fields & _PRICED:
            self._add_amounts(rows, forms, made, fields)
        return [values | self._words for values in made] if self._words else made

    def _form_of(self, template: Template, *, shown_only: bool) -> "_Form":
        key = template.path, shown_only
        if key not in self._forms:
            fields = template.fields | (_ALWAYS if shown_only else FIELDS)
            base = {**template.words[self._occasion.settings.language], **self._of_all()}
            own = OwnColumns(template, self._folder, self._place) if columns_of(template) else None
            texts = tuple((name, self._place[name]) for name in sorted(fields & _TEXTS))
            made = tuple(maker for name, maker in self._makers().items() if name in fields)
            self._forms[key] = _Form(fields, base, own, texts, made, _needs_promotion(template))
        return self._forms[key]

    def _of_all(self) -> dict[str, str]:
        """Return what is the same on all prints of the shop."""
        settings = self._occasion.settings
        logo = str(self._folder / settings.logo) if settings.logo else ""
        named = {name: getattr(settings, name) for name in ("currency", "language", "locale", "slogan")}
        return {**named, "logo": logo, "date": self._occasion.day.isoformat()}

    def _makers(self) -> "dict[str, _Maker]":
        """Return what makes the fields that are not a column as it is."""
        place, language = self._place, self._occasion.language
        return {
            "carrier": lambda row: {"carrier": language.of(CARRIER_NAMES[Carrier(row[place["carrier"]])])},
            "position": lambda row: _position_of(*[row[place[name]] for name in _PLACE]),
            "ean": lambda row: _barcode_of(row[place["gtin"]], row[place["pack_quantity"]]),
            "net_content": lambda row: {
                "net_content": format_content(row[place["net_content"]], row[place["net_unit"]] or "", language)
            },
        }

    def _add_amounts(
        self, rows: Sequence[tuple[Any, ...]], forms: "Sequence[_Form]", made: Sequence[dict[str, str]],
        fields: frozenset[str],
    ) -> None:  # fmt: skip
        """Add the prices of each row; the lowest ones where a template shows them."""
        sku, store_id = self._place["sku"], self._place["store_id"]
        asked = [(row[sku] or "", row[store_id] or CHAIN) for row in rows]
        held = prices_in_force(self._occasion.db, asked, self._occasion.at)
        days = [days for name, days in _LOWEST.items() if name in fields]
        shown = [one for one, form in zip(asked, forms, strict=True) if days and form.shows_lowest(held[one])]
        lowest = lowest_prices(self._occasion.db, shown, self._occasion.at, days) if shown else {}
        said = {id(price): self._say(price) for price in {id(price): price for price in held.values()}.values()}
        for row, form, values, subject in zip(rows, forms, made, asked, strict=True):
            price = held[subject]
            values.update(said[id(price)])  # products of one price share it
            if form.has_unit_price:
                values["unit_price"] = self._unit_price(row, price)
            if lowest:
                values.update({name: self._format(lowest.get((*subject, days))) for name, days in _LOWEST.items()})

    def _say(self, price: Price) -> dict[str, str]:
        """Return the texts of what holds; the days of a promotion as far as they are said."""
        zone, first, end = self._occasion.zone, price.promo_from, price.promo_to
        texts = {
            "price": self._format(price.price),
            "member_price": self._format(price.saving_member_price),
            "promo_price": self._format(price.promo_price),
        }
        if first is not None:
            texts["promo_from"] = local_day(first, zone).isoformat() if first > SINCE_EVER else ""
            texts["promo_to"] = local_day(end - 1, zone).isoformat() if end is not None else ""
        return texts

    def _format(self, minor: int | None) -> str:
        return "" if minor is None else self._amounts.format(minor)

    def _unit_price(self, row: tuple[Any, ...], price: Price) -> str:
        if price.charged is None:
            return ""
        extra, net_content = row[self._place["product_extra"]], row[self._place["net_content"]]
        if not (net_content or (extra and DRAINED in extra)):
            return ""
        unit = row[self._place["net_unit"]] or ""
        content = _drained(extra, unit) or (net_content, unit)
        each = unit_price(price.charged, *content)
        return format_unit_price(each, self._amounts, self._occasion.language) if each else ""


_Maker = Callable[[tuple[Any, ...]], Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """What is to be filled in for a template: what is the same for all, the columns with texts, what is made of some.

    ``own`` reads the merchant's columns, if the template shows any.
    """

    fields: frozenset[str]
    base: dict[str, str]
    own: OwnColumns | None
    texts: tuple[tuple[str, int], ...]
    made: tuple[_Maker, ...]
    lowest_with_promotion: bool

    @property
    def has_unit_price(self) -> bool:
        """Tell whether the template shows it."""
        return "unit_price" in self.fields

    def read(self, row: tuple[Any, ...]) -> dict[str, str]:
        """Return the values of a row but its prices."""
        values = self.base | self.own.values_of(row) if self.own else self.base.copy()
        for name, column in self.texts:
            text = row[column]
            if text is not None:
                values[name] = one_line(text)
        for make in self.made:
            values |= make(row)
        return values

    def shows_lowest(self, price: Price) -> bool:
        """Tell whether a template may show the lowest prices before: they take long to find."""
        return price.promo_price is not None or not self.lowest_with_promotion


def _needs_promotion(template: Template) -> bool:
    """Tell whether all boxes that show lowest prices are there for promotions only."""
    boxes = (*template.boxes, *template.back)
    return all("promo_price" in box.when for box in boxes if not _LOWEST.keys().isdisjoint(field_names(box)))


_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # ask for a variant, as of an emoji in colour


@lru_cache(1 << 14)
def one_line(text: object) -> str:
    """Return a text as it can be drawn: accents joined to their letters, no characters that nobody sees."""
    line = _SELECTORS.sub("", unicodedata.normalize("NFC", str(text)))
    if not line.isprintable():
        line = "".join(character for character in line if unicodedata.category(character) != "Cf")
    return " ".join(line.split())


@lru_cache(1 << 14)
def _position_of(*parts: str | None) -> Mapping[str, str]:
    return {"position": "-".join(one_line(part) for part in parts if part)}


def _barcode_of(gtin: str | None, pack_quantity: str) -> dict[str, str]:
    """Return the digits of a product's barcode if it is an EAN-13, and its text; nothing without one."""
    if not gtin:
        return {}
    barcode = choose_barcode(gtin, pack_quantity)
    ean = ean13_of(barcode)
    return {"ean": ean, "barcode": ean or compact_barcode(barcode)}


def _drained(extra: str | None, unit: str) -> tuple[float, str] | None:
    """Return the drained weight that a product has among the columns of the merchant's own."""
    if not extra or f'"{DRAINED}"' not in extra:
        return None
    return drained_content(json.loads(extra).get(DRAINED) or "", unit)


def parse_words(settings: Settings, words: Mapping[str, str]) -> dict[str, str]:
    """Return words for one print as they are printed; raises SettingError for an amount that is none."""
    return {name: _parse_word(settings, name, text) for name, text in words.items()}


def _parse_word(settings: Settings, name: str, text: str) -> str:
    if name not in _AMOUNTS or not text:
        return text.replace("\\n", "\n")
    try:
        return settings.amounts.format(settings.money.parse(text))
    except ValueError as error:
        raise SettingError(f"--set {name}", text, str(error), "write it without a currency") from None
