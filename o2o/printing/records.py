"""What is printed: live touchpoints with all that a template may show of them on a day.

A shelf tag carries the store's own code; where the store has none for a product that it carries,
the chain-wide code stands in. The prices are those in force at the end of the day
(``o2o.catalog.prices`` has the rule); a member price that saves nothing is left out.
"""

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from sqlite3 import Row
from typing import Any, Self

from o2o.catalog.barcodes import choose_barcode
from o2o.catalog.prices import CHAIN, REDUCTION_DAYS, Price, lowest_prices, prices_in_force
from o2o.catalog.stores import store_zones
from o2o.catalog.unit_prices import format_content, format_unit_price, unit_price
from o2o.codes.barcode_forms import compact_barcode, ean13_of
from o2o.config import Language, Settings, UrlForm
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError, O2OError, SettingError
from o2o.links import check_item, read_code, touchpoint_urls
from o2o.money import Currency
from o2o.printing.own_columns import OwnColumns, check_fields
from o2o.printing.template import FIELDS, Template
from o2o.printing.template_file import find_template
from o2o.subjects import CARRIER_NAMES, DEFAULT_CARRIERS, KIND_NAMES, KIND_TABLES, Carrier, Kind
from o2o.times import day_end, local_day
from o2o.touchpoints import check_kept, retired_since, subject_name

POSTER = "poster-a4"
"""The template of signage for a product when none is named."""

_SHOWN = 60
_LOWEST = {f"lowest_price_{days}": days for days in REDUCTION_DAYS}
_AMOUNTS = frozenset(("price", "member_price", "promo_price", *_LOWEST))
_OF_THE_PRICE = dict.fromkeys(("promo_price", "unit_price", *_LOWEST), "")
"""What goes with the price of the catalogue, and not with one that is set for one print."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall be printed: whose, of which store and day, on which template, with which words instead of its own.

    The Digital Links of products name the ``lot`` and the ``serial`` number, if they are given.
    """

    store_id: str | None
    on: date | None = None
    subject_ids: tuple[str, ...] = ()
    sku: str = ""
    carrier: Carrier | None = None
    campaign_id: str | None = None
    lot: str = ""
    serial: str = ""
    template: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One touchpoint to print: its template and a text for each field that has one."""

    touchpoint_id: int
    kind: Kind
    subject_id: str
    template: Template
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """Why one subject can't be printed as it is; ``box`` and ``text`` say which part, if it is a part."""

    kind: Kind
    subject_id: str
    name: str
    reason: str
    advice: str
    box: str = ""
    text: str = ""

    def __str__(self) -> str:
        subject = " ".join(part for part in (self.kind, self.subject_id, _shorten(self.name)) if part)
        part = f", {self.box}: {_shorten(self.text)!r}" if self.box else ":"
        return f"{subject}{part} {self.reason}; {self.advice}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is printed, in the order of a walk through the store; what can't be; and what is worth knowing."""

    title: str
    records: tuple[Record, ...]
    problems: tuple[PrintProblem, ...] = ()
    remarks: tuple[str, ...] = ()


class NothingToPrintError(O2OError):
    """A selection without a single touchpoint."""

    def __init__(self, kind: Kind, choice: Choice) -> None:
        of_carrier = f" on carrier {choice.carrier}" if choice.carrier else ""
        where = f" in store {choice.store_id!r}" if choice.store_id else ""
        super().__init__(f"nothing to print: no {kind} has a code{of_carrier}{where}; run '{_mint(kind, choice)}'")


@dataclass(frozen=True, slots=True)
class _Search:
    """A choice with all that it takes to answer it; ``at`` is the last instant of its day."""

    db: Database
    settings: Settings
    choice: Choice
    now: int
    at: int
    day: date
    own: OwnColumns

    @classmethod
    def of(cls, db: Database, settings: Settings, choice: Choice, now: int) -> Self:
        zones = {None: settings.zone} | store_zones(db)
        zone = zones.get(choice.store_id)
        if zone is None:
            raise NotFoundError("store", str(choice.store_id), "import it first: o2o catalog import stores.csv")
        day = choice.on or local_day(now, zone)
        at = day_end(day, zone) - 1
        if choice.store_id is not None:
            check_kept(db, "store", choice.store_id, max(at, now))
        check_item(settings, lot=choice.lot, serial=choice.serial)
        return cls(db, settings, choice, now, at, day, OwnColumns(db))

    def find(self, kind: Kind) -> list[Row]:
        choice = self.choice
        if kind is Kind.PRODUCT and choice.sku:
            choice = replace(choice, subject_ids=(choice.sku,))
        found = rows(
            self.db,
            load_query("printing/records.marks"),
            kind=kind,
            store_id=choice.store_id,
            carrier=choice.carrier,
            campaign_id=choice.campaign_id,
            ids=json.dumps(choice.subject_ids),
            sku=choice.sku,
            at=self.at,
            now=self.now,
        )
        return list(found)

    def has_code(self, kind: Kind, subject_id: str) -> bool:
        query = (
            "SELECT 1 FROM touchpoints WHERE kind = ? AND subject_id = ? AND kind <> 'product' "
            "AND (retired_at IS NULL OR retired_at > ?)"
        )
        return self.db.conn.execute(query, [kind, subject_id, max(self.at, self.now)]).fetchone() is not None

    def uncoded(self, kind: Kind) -> list[Row]:
        if self.choice.store_id is None or self.choice.subject_ids or self.choice.campaign_id or self.choice.sku:
            return []
        query = load_query("printing/records.uncoded")
        return list(rows(self.db, query, kind=kind, store_id=self.choice.store_id, at=self.at, now=self.now))


def select_tags(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the shelf tags of a store (of the SKUs named, if any) in the order of a walk along its shelves."""
    search = _Search.of(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PRODUCT]), now)
    found, gone = _part(search.find(Kind.PRODUCT))
    found.sort(key=_shelf_way)
    records = _make_records(search, found, Kind.PRODUCT)
    remarks = (*_remark_tags(search, found, records), *_remark_codes(search, Kind.PRODUCT, found, gone))
    return _make_selection(search, Kind.PRODUCT, records, remarks)


def select_badges(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the badges of a store's people or of the people named, sorted by their number."""
    search = _Search.of(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PERSON]), now)
    found, gone = _part(search.find(Kind.PERSON))
    found.sort(key=lambda row: _natural(row["id"]))
    records = _make_records(search, found, Kind.PERSON)
    return _make_selection(search, Kind.PERSON, records, _remark_codes(search, Kind.PERSON, found, gone))


def select_signage(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the signage of a store's places, each on its carrier's template, or that of one product.

    With a product and places, the codes are those of the places and the texts those of the product.
    """
    search = _Search.of(db, settings, choice, now)
    if choice.sku and not subject_name(db, Kind.PRODUCT, choice.sku):
        raise NotFoundError("product", choice.sku, "import it first: o2o catalog import products.csv")
    if choice.sku and not choice.subject_ids:
        records = _make_records(search, _best_of_product(search), Kind.PRODUCT)
        return _make_selection(search, Kind.PRODUCT, records)
    found, gone = _part(search.find(Kind.PLACE))
    found.sort(key=_way_of)
    records = _make_records(search, found, Kind.PLACE)
    return _make_selection(search, Kind.PLACE, records, _remark_codes(search, Kind.PLACE, found, gone))


def check_words(words: Mapping[str, str], templates: Iterable[Template]) -> None:
    """Raise SettingError for a word that none of the templates shows."""
    shown = frozenset[str]().union(*(template.fields for template in templates))
    for name in words:
        if name not in shown:
            raise SettingError("--set", name, "the template shows no such field", f"use {', '.join(sorted(shown))}")


_PLACE = ("aisle", "bay", "shelf", "slot")
"""The columns that say where a product lies, from the large to the small."""


def _shelf_way(row: Row) -> tuple[Any, ...]:
    """Return a key that sorts tags as one walks by: aisles by their turn, others behind them, then shelf by shelf."""
    turn = row["aisle_order"]
    return turn is None, turn or 0, [_natural(row[name] or "") for name in (*_PLACE, "sku")]


def _way_of(row: Row) -> tuple[Any, ...]:
    """Return a key that sorts places as customers walk by: by their turn where they have one, else by carrier."""
    turn = row["walk_order"]
    by_carrier = list(Carrier).index(row["carrier"]), _natural(row["zone"] or ""), _natural(row["id"])
    return (turn is None, turn or 0, *by_carrier)


def _part(found: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Return those of who or what is there, and those of who or what has left or is retired."""
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row in found:
        parts[not row["there"]].append(row)
    return parts


def _best_of_product(search: _Search) -> list[Row]:
    """Return a product's code for signage: of this very carrier if there is one, the shelf tag's last."""
    template = _template(search, "")
    order = {template.name.replace("-", "_"): 0, Carrier.SHELF_TAG: 2}
    return sorted(_part(search.find(Kind.PRODUCT))[0], key=lambda row: order.get(row["carrier"], 1))[:1]


def _template(search: _Search, carrier: str) -> Template:
    by_default = POSTER if search.choice.sku else carrier.replace("_", "-")
    return find_template(search.choice.template or by_default, search.settings.brand_colour)


def _make_records(search: _Search, found: Sequence[Row], kind: Kind) -> list[Record]:
    templates = [_template(search, row["carrier"]) for row in found]
    amounts = _make_amounts(search, found, templates)
    choice, codes = search.choice, [row["code"] for row in found]
    urls = touchpoint_urls(search.db, search.settings, codes, lot=choice.lot, serial=choice.serial)
    return [
        Record(
            row["touchpoint_id"], kind, row["id"], template,
            _make_values(search, row, template, {"url": urls[row["code"]], **shown}),
        )
        for row, template, shown in zip(found, templates, amounts, strict=True)
    ]  # fmt: skip


def _make_amounts(search: _Search, found: Sequence[Row], templates: Sequence[Template]) -> list[dict[str, str]]:
    """Return the amounts of each row as they are printed; the lowest prices where a template shows them."""
    asked = [(row["sku"] or "", row["store_id"] or CHAIN) for row in found]
    held = prices_in_force(search.db, asked, search.at)
    different = {template.path: template for template in templates}.values()
    shown = frozenset[str]().union(*(template.fields for template in different))
    days = [days for name, days in _LOWEST.items() if name in shown]
    lowest = lowest_prices(search.db, held, search.at, days) if days else {}
    money, language = search.settings.money, Language(search.settings.language)
    return [
        _format_amounts(row, held[subject], money, language)
        | {name: _format(lowest.get((*subject, days)), money) for name, days in _LOWEST.items()}
        for row, subject in zip(found, asked, strict=True)
    ]


def _format_amounts(row: Row, price: Price, money: Currency, language: Language) -> dict[str, str]:
    content = (row["net_content"], row["net_unit"] or "")
    each = None if price.charged is None else unit_price(price.charged, *content)
    return {
        "price": _format(price.price, money),
        "member_price": _format(price.saving_member_price, money),
        "promo_price": _format(price.promo_price, money),
        "unit_price": format_unit_price(each, money, language) if each else "",
        "net_content": format_content(*content, language),
    }


def _format(minor: int | None, money: Currency) -> str:
    return "" if minor is None else money.format(minor)


def _make_values(search: _Search, row: Row, template: Template, shown: Mapping[str, str]) -> dict[str, str]:
    settings, language = search.settings, Language(search.settings.language)
    values = {name: _one_line(str(row[name])) for name in _COLUMNS if row[name] is not None}
    values |= {
        "carrier": language.of(CARRIER_NAMES[Carrier(row["carrier"])]),
        "date": search.day.isoformat(),
        "currency": settings.currency,
        "language": settings.language,
        "slogan": settings.slogan,
        "logo": str(search.own.folder / settings.logo) if settings.logo else "",
        "position": "-".join(values[name] for name in _PLACE if values.get(name)),
    }
    if row["gtin"]:
        values |= _make_barcode(row["gtin"], row["pack_quantity"])
    own = {name: _parse_word(search, name, text) for name, text in search.choice.words.items()}
    if "price" in own:
        own = _OF_THE_PRICE | own
    merchants = search.own.values_of(row, template)
    return {**template.words[settings.language], **merchants, **values, **shown, **own}


def _make_barcode(gtin: str, pack_quantity: str) -> dict[str, str]:
    """Return what a tag shows of a product's barcodes: the digits of an EAN-13 if it is one, and its text."""
    barcode = choose_barcode(gtin, pack_quantity)
    ean = ean13_of(barcode)
    return {"ean": ean, "barcode": ean or compact_barcode(barcode)}


_MADE = {"url", "carrier", "date", "ean", "barcode", "unit_price", "net_content", "position"}
_OF_SETTINGS = {"currency", "language", "logo", "slogan"}
_COLUMNS = sorted(FIELDS - _AMOUNTS - _MADE - _OF_SETTINGS)


def _parse_word(search: _Search, name: str, text: str) -> str:
    if name not in _AMOUNTS or not text:
        return text.replace("\\n", "\n")
    try:
        return search.settings.money.format(search.settings.money.parse(text))
    except ValueError as error:
        raise SettingError(f"--set {name}", text, str(error), "write it without a currency") from None


def _make_selection(search: _Search, kind: Kind, records: Sequence[Record], remarks: Iterable[str] = ()) -> Selection:
    problems = [*_missing(search, kind, records), *_uncoded(search, kind)]
    if not records and not problems:
        raise NothingToPrintError(kind, search.choice)
    templates = list({record.template.path: record.template for record in records}.values())
    check_words(search.choice.words, templates)
    check_fields(search.db, templates, search.choice.words)
    remarks = (*remarks, *_remark_links(search, records))
    return Selection(_title(search, kind), tuple(records), tuple(problems), remarks)


def _missing(search: _Search, kind: Kind, records: Iterable[Record]) -> Iterable[PrintProblem]:
    """Yield a problem for each subject that was named and has no code to print."""
    asked = search.choice.subject_ids or ((search.choice.sku,) if kind is Kind.PRODUCT and search.choice.sku else ())
    there = {record.subject_id for record in records}
    table = KIND_TABLES[kind][0]
    for subject_id in dict.fromkeys(asked):
        if subject_id in there:
            continue
        name = subject_name(search.db, kind, subject_id)
        since = retired_since(search.db, kind, subject_id, max(search.at, search.now))
        if since:
            reason, advice = (
                f"it is retired since {since}",
                f"if it is back, import it again: o2o catalog import {table}.csv",
            )
        elif name and search.choice.store_id and search.has_code(kind, subject_id):
            reason, advice = f"it has no code to print in store {search.choice.store_id!r}", "leave out --store"
        elif name:
            reason, advice = "it has no code to print here", f"run '{_mint(kind, search.choice)}'"
        else:
            reason, advice = f"there is no such {kind}", f"import it first: o2o catalog import {table}.csv"
        yield PrintProblem(kind, subject_id, name, reason, advice)


def _uncoded(search: _Search, kind: Kind) -> Iterable[PrintProblem]:
    """Yield a problem for each person or place that has no code; of products a store may code but some."""
    if kind is Kind.PERSON or (kind is Kind.PLACE and not search.choice.carrier):
        for row in search.uncoded(kind):
            advice = f"run '{_mint(kind, search.choice)}'"
            yield PrintProblem(kind, row["id"], row["name"], "it has no code to print yet", advice)


def _remark_tags(search: _Search, found: Sequence[Row], records: Sequence[Record]) -> Iterable[str]:
    mint = _mint(Kind.PRODUCT, search.choice)
    if uncoded := len(search.uncoded(Kind.PRODUCT)):
        yield f"{uncoded:,} product(s) of the store have no code yet and no tag here; run '{mint}'"
    if chain_wide := sum(row["chain_wide"] for row in found):
        yield f"{chain_wide:,} tag(s) carry a chain-wide code, which doesn't tell stores apart; run '{mint}'"
    if priceless := sum(not record.values["price"] for record in records):
        yield f"{priceless:,} tag(s) have no price; import products or the assortment with prices"


def _remark_codes(search: _Search, kind: Kind, found: Sequence[Row], gone: Sequence[Row]) -> Iterable[str]:
    """Yield which codes are printed that one may not expect: several of one subject, those of who works elsewhere.

    And which are not: those of who has left.
    """
    if gone:
        what = f"such as {gone[0]['id']} {gone[0]['name']}"
        yield f"{len(gone):,} code(s) are passed over: their {KIND_TABLES[kind][0]} are retired or not there, {what}"
    if over := [row for row in found if row["ends_at"] is not None and row["ends_at"] <= search.at]:
        yield f"{len(over):,} code(s) are of a campaign that is over by then, such as {over[0]['campaign_id']}"
    if again := len(found) - len({(row["id"], row["carrier"], row["spot"]) for row in found}):
        yield f"{again:,} code(s) more of the same subjects, for other campaigns or labels; --campaign takes one's only"
    left = [row for row in found if kind is not Kind.PRODUCT and row["home"] != row["store_id"]]
    if left:
        what, code = f"such as {left[0]['id']} {left[0]['name']}", left[0]["code"]
        yield (
            f"{len(left):,} code(s) are of {KIND_TABLES[kind][0]} that the catalogue has in another store now, {what}; "
            f"retire them with 'o2o touchpoint retire {code}', or let them go along with 'o2o touchpoint move'"
        )


def _remark_links(search: _Search, records: Sequence[Record]) -> Iterable[str]:
    if search.settings.url_form == UrlForm.SHORT:
        return
    if short := [record for record in records if not read_code(record.values["url"])]:
        such = f"{short[0].kind} {short[0].subject_id} {_shorten(short[0].values.get('name', ''))}"
        yield f"{len(short):,} code(s) are short links, as no GS1 key is known for {such}; {_NEEDED[short[0].kind]}"


_NEEDED = {
    Kind.PRODUCT: "import its GTIN as barcode",
    Kind.PERSON: "import people with a column gsrn",
    Kind.PLACE: "import stores with a column gln, or places with gln or giai",
}


def _mint(kind: Kind, choice: Choice) -> str:
    store = f" --store {shlex.quote(choice.store_id)}" if choice.store_id else ""
    carrier = f" --carrier {choice.carrier}" if choice.carrier not in (None, DEFAULT_CARRIERS.get(kind)) else ""
    campaign = f" --campaign {shlex.quote(choice.campaign_id)}" if choice.campaign_id else ""
    return f"o2o touchpoint mint --kind {kind}{store}{campaign}{carrier}"


def _title(search: _Search, kind: Kind) -> str:
    names = CARRIER_NAMES[search.choice.carrier] if search.choice.carrier else KIND_NAMES[kind]
    what = Language(search.settings.language).of(names)
    return " ".join(part for part in (what, search.choice.store_id, search.day.isoformat()) if part)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts ``A2`` before ``A10``."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def _one_line(text: str) -> str:
    """Return a text as it can be drawn: accents joined to their letters, no characters that nobody sees."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(text.split())


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
