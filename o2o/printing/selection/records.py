"""What is printed: live touchpoints with all that a template may show of them on a day.

A shelf tag carries the store's own code; where the store has none for a product that it carries,
the chain-wide code stands in.
"""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from sqlite3 import Row
from typing import Any, overload

from o2o.catalog.barcodes import find_products
from o2o.catalog.prices import prices_in_force
from o2o.catalog.stores import store_zones
from o2o.config import Language, Settings, UrlForm
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError, O2OError, SettingError
from o2o.links import check_item, read_code, touchpoint_urls
from o2o.printing.selection.queue import Queue
from o2o.printing.selection.values import Occasion, ValueMaker, parse_words
from o2o.printing.template.boxes import Template
from o2o.printing.template.file import find_template
from o2o.printing.template.own_columns import check_fields
from o2o.printing.template.own_fonts import OwnFonts
from o2o.subjects import CARRIER_NAMES, DEFAULT_CARRIERS, KIND_NAMES, KIND_TABLES, Carrier, Kind
from o2o.times import day_end, local_day
from o2o.touchpoints import check_kept, retired_since, subject_name

POSTER = "poster-a4"
"""The template of signage for a product when none is named."""

_SHOWN = 60
_FEW = 5
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall be printed: whose, of which store and day, on which template, with which words instead of its own.

    ``subject_ids`` are products for tags, people for badges, places for signage. ``skus`` and ``barcodes`` name
    products too: those of the tags, or those that signage shows. ``categories`` are paths such as 食品/乳品, and keep
    of the products those below them. The Digital Links of products name the ``lot`` and the ``serial`` number, if they
    are given. ``copies`` says how often those are printed that are not printed once; ``as_named`` that they come in the
    order in which they are named, not in that of a walk.
    """

    store_id: str | None
    on: date | None = None
    subject_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    carrier: Carrier | None = None
    campaign_id: str | None = None
    lot: str = ""
    serial: str = ""
    template: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    as_named: bool = field(default=False, kw_only=True)

    @property
    def shows_products(self) -> bool:
        """Tell whether signage shows products."""
        return bool(self.skus or self.barcodes or self.categories)


@dataclass(slots=True)
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


class Records(Sequence[Record]):
    """The records of a selection, made as they are asked for: a million of them need no more memory than a thousand."""

    def __init__(self, search: "_Search", kind: Kind, queue: Queue) -> None:
        self.db = search.db
        self.kind = kind
        self.queue = queue
        self._search = search

    def __len__(self) -> int:
        return self.queue.length

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, len(self), _BATCH):
            yield from self[start : start + _BATCH]

    @overload
    def __getitem__(self, number: int) -> Record: ...
    @overload
    def __getitem__(self, number: slice) -> list[Record]: ...
    def __getitem__(self, number: int | slice) -> Record | list[Record]:
        if isinstance(number, slice):
            return self.take(range(len(self))[number])
        return self.take([range(len(self))[number]])[0]

    def take(self, numbers: Sequence[int], *, shown_only: bool = False) -> list[Record]:
        """Return the records of these numbers, in this order; ``shown_only``: with what their templates show only."""
        found, columns = self._find(numbers)
        mark, subject, carrier, code = map(columns.index, ("touchpoint_id", "id", "carrier", "code"))
        templates = [self._search.template_of(row[carrier]) for row in found]
        made = self._search.value_maker(columns).make(found, templates, shown_only=shown_only)
        urls = self._search.urls_of([row[code] for row in found])
        for values, url in zip(made, urls, strict=True):
            values.setdefault("url", url)
        return [
            Record(row[mark], self.kind, row[subject], template, values)
            for row, template, values in zip(found, templates, made, strict=True)
        ]

    def part(self, start: int, length: int) -> "Records":
        """Return so many of the records from one on."""
        queue = replace(self.queue, start=self.queue.start + start, length=length, gone=0)
        return Records(self._search, self.kind, queue)

    def keep(self, condition: str, **parameters: Any) -> "Records":
        """Return those whose entry in the queue meets a condition."""
        return Records(self._search, self.kind, self.queue.keep(condition, **parameters))

    def copies_of(self, subject_id: str) -> int:
        """Return how often a subject is printed."""
        return self._search.copies.get(subject_id, 1)

    @property
    def own_copies(self) -> Iterator[int]:
        """How often each record is printed, in their order; nothing when each is printed once."""
        subjects = self.queue.select("subject_id") if self._search.copies else ()
        return (self.copies_of(subject_id) for (subject_id,) in subjects)

    def describe(self, number: int) -> dict[str, str]:
        """Return what the file says of one touchpoint, or of one of those that are gone, behind the last."""
        ((row,), columns) = self._find([number])
        return {name: text for name, text in zip(columns, row, strict=True) if text is not None}

    def find_urls(self, numbers: Sequence[int]) -> list[str]:
        """Return the texts of the codes of these numbers."""
        found, columns = self._find(numbers)
        code = columns.index("code")
        return self._search.urls_of([row[code] for row in found])

    @property
    def templates(self) -> list[Template]:
        """The templates of the records, each once."""
        used = [self._search.template_of(carrier) for (carrier,) in self.queue.select("DISTINCT carrier")]
        return list({template.path: template for template in used}.values())

    def _find(self, numbers: Sequence[int]) -> tuple[list[tuple[Any, ...]], list[str]]:
        store_id = self._search.choice.store_id
        found = self.queue.take("printing/selection/records.values", numbers, store_id=store_id)
        return found.fetchall(), [column[0] for column in found.description]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is printed, in the order of a walk through the store; what can't be; and what is worth knowing.

    ``choice`` says how it was chosen, ``day`` which day's prices it shows.
    """

    title: str
    records: Records
    problems: tuple[PrintProblem, ...] = ()
    remarks: tuple[str, ...] = ()
    choice: Choice = Choice(None)
    day: date = date.min


class NothingToPrintError(O2OError):
    """A selection without a single touchpoint."""

    def __init__(self, kind: Kind, choice: Choice) -> None:
        of_carrier = f" on carrier {choice.carrier}" if choice.carrier else ""
        where = f" in store {choice.store_id!r}" if choice.store_id else ""
        super().__init__(f"nothing to print: no {kind} has a code{of_carrier}{where}; run '{_mint(kind, choice)}'")


class _Search:
    """A choice with all that it takes to answer it; ``at`` is the last instant of its day."""

    def __init__(self, db: Database, settings: Settings, choice: Choice, now: int, *, template: str = "") -> None:
        zones = {None: settings.zone} | store_zones(db)
        zone = zones.get(choice.store_id)
        if zone is None:
            raise NotFoundError("store", str(choice.store_id), "import it first: o2o catalog import stores.csv")
        self.db, self.settings, self.choice, self.now = db, settings, choice, now
        self.day = choice.on or local_day(now, zone)
        self.at = day_end(self.day, zone) - 1
        if choice.store_id is not None:
            check_kept(db, "store", choice.store_id, max(self.at, now))
        check_item(settings, lot=choice.lot, serial=choice.serial)
        self._zone = zone
        self._template = choice.template or template
        self._words = parse_words(settings, choice.words)
        self.copies = dict(choice.copies)
        self._makers: dict[tuple[str, ...], ValueMaker] = {}
        self._templates: dict[str, Template] = {}
        self._fonts = OwnFonts.of(db, settings)

    def queue(self, kind: Kind, subject_ids: Sequence[str] | None, *, sku: str = "") -> Queue:
        """Line up the touchpoints of these subjects, or of all; a place shows the product ``sku``."""
        choice = self.choice
        return Queue.of(
            self.db,
            {
                "kind": kind,
                "store_id": choice.store_id,
                "carrier": choice.carrier,
                "carriers": f",{','.join(Carrier)},",
                "campaign_id": choice.campaign_id,
                "ids": None if subject_ids is None else json.dumps(subject_ids),
                "categories": json.dumps(choice.categories if kind is Kind.PRODUCT else ()),
                "sku": sku,
                "at": self.at,
                "now": self.now,
            },
            (subject_ids or ()) if choice.as_named else (),
        )

    def urls_of(self, codes: Sequence[str]) -> list[str]:
        """Return what codes say when they are printed."""
        choice = self.choice
        urls = touchpoint_urls(self.db, self.settings, codes, lot=choice.lot, serial=choice.serial)
        return [urls[code] for code in codes]

    def value_maker(self, columns: Sequence[str]) -> ValueMaker:
        """Return what makes the values of rows with these columns."""
        key = tuple(columns)
        if key not in self._makers:
            occasion = Occasion(self.db, self.settings, self._zone, self.day, self.at, self._words)
            self._makers[key] = ValueMaker(occasion, key)
        return self._makers[key]

    def template_of(self, carrier: str) -> Template:
        """Return the template that is asked for, or that of a carrier."""
        if carrier not in self._templates:
            name = self._template or carrier.replace("_", "-")
            self._templates[carrier] = self._fonts.dress(find_template(name, self.settings.brand_colour))
        return self._templates[carrier]

    def has_code(self, kind: Kind, subject_id: str) -> bool:
        query = (
            "SELECT 1 FROM touchpoints WHERE kind = ? AND subject_id = ? AND kind <> 'product' "
            "AND (retired_at IS NULL OR retired_at > ?)"
        )
        return self.db.conn.execute(query, [kind, subject_id, max(self.at, self.now)]).fetchone() is not None

    def uncoded(self, kind: Kind) -> Iterator[Row]:
        choice = self.choice
        if choice.store_id is None or choice.subject_ids or choice.campaign_id or choice.shows_products:
            return iter(())
        query = load_query("printing/selection/records.uncoded")
        return rows(self.db, query, kind=kind, store_id=choice.store_id, at=self.at, now=self.now)

    def find_products(self) -> tuple[tuple[str, ...] | None, tuple[PrintProblem, ...]]:
        """Return the products that are named, or None for all, and a problem for each barcode that none has."""
        choice = self.choice
        self._check_categories()
        named = find_products(self.db, choice.barcodes)
        self.copies = {named.get(key, key): copies for key, copies in choice.copies.items()}
        problems = tuple(
            PrintProblem(
                Kind.PRODUCT, barcode, "", "no product has this barcode", "compare it, or name the product by --sku"
            )
            for barcode in dict.fromkeys(choice.barcodes)
            if barcode not in named
        )
        ids = tuple(dict.fromkeys((*choice.subject_ids, *choice.skus, *named.values())))
        return (ids if ids or choice.barcodes else None), problems

    def _check_categories(self) -> None:
        for category in self.choice.categories:
            below = rows(self.db, load_query("printing/selection/records.within"), categories=json.dumps([category]))
            if not category or not next(below, None):
                raise NotFoundError("category", category, _advise_category(self.db, category))


def _advise_category(db: Database, category: str) -> str:
    known = [name for (name,) in db.conn.execute("SELECT DISTINCT category FROM products WHERE category <> ''")]
    near = get_close_matches(category, known) or sorted(known)[:_FEW]
    return f"write it as the products have it, such as {', '.join(near)}" if near else "no product has a category"


def select_tags(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the shelf tags of a store (of the products named, if any) in the order of a walk along its shelves."""
    search = _Search(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PRODUCT]), now)
    named, problems = search.find_products()
    records = Records(search, Kind.PRODUCT, search.queue(Kind.PRODUCT, named))
    remarks = (*_remark_tags(search, records), *_remark_codes(records))
    return _make_selection(search, records, named or (), problems, remarks)


def select_badges(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the badges of a store's people or of the people named, sorted by their number."""
    search = _Search(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PERSON]), now)
    records = Records(search, Kind.PERSON, search.queue(Kind.PERSON, choice.subject_ids or None))
    return _make_selection(search, records, choice.subject_ids, (), _remark_codes(records))


def select_signage(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the signage of a store's places, each on its carrier's template, or that of the products named.

    With one product and places, the codes are those of the places and the texts those of the product.
    """
    search = _Search(db, settings, choice, now, template=POSTER if choice.shows_products else "")
    for sku in choice.skus:
        if not subject_name(db, Kind.PRODUCT, sku):
            raise NotFoundError("product", sku, "import it first: o2o catalog import products.csv")
    named, problems = _Search(db, settings, replace(choice, subject_ids=()), now).find_products()
    if choice.shows_products and not choice.subject_ids:
        first = search.template_of("").name.replace("-", "_")
        queue = search.queue(Kind.PRODUCT, named).keep_best(first, Carrier.SHELF_TAG)
        return _make_selection(search, Records(search, Kind.PRODUCT, queue), named or (), problems)
    if choice.shows_products and (problems or named is None or len(named) != 1):
        reason = "a place shows one product"
        raise SettingError("product", ", ".join((*choice.skus, *choice.barcodes)), reason, "name it by --sku alone")
    queue = search.queue(Kind.PLACE, choice.subject_ids or None, sku=named[0] if named else "")
    records = Records(search, Kind.PLACE, queue)
    return _make_selection(search, records, choice.subject_ids, (), _remark_codes(records))


def check_words(words: Mapping[str, str], templates: Iterable[Template]) -> None:
    """Raise SettingError for a word that none of the templates shows."""
    shown = frozenset[str]().union(*(template.fields for template in templates))
    for name in words:
        if name not in shown:
            raise SettingError("--set", name, "the template shows no such field", f"use {', '.join(sorted(shown))}")


def _make_selection(
    search: _Search,
    records: Records,
    named: Sequence[str],
    unknown: Iterable[PrintProblem],
    remarks: Iterable[str] = (),
) -> Selection:
    problems = (*unknown, *_missing(search, records, named), *_uncoded(search, records.kind))
    if not records and not problems:
        raise NothingToPrintError(records.kind, search.choice)
    check_words(search.choice.words, records.templates)
    check_fields(search.db, records.templates, search.choice.words)
    remarks = (*remarks, *_remark_links(search, records))
    return Selection(_title(search, records.kind), records, problems, remarks, search.choice, search.day)


def _missing(search: _Search, records: Records, named: Sequence[str]) -> Iterator[PrintProblem]:
    """Yield a problem for each subject that was named and has no code to print; a category leaves others out."""
    if not named or search.choice.categories:
        return
    kind, choice = records.kind, search.choice
    there = {subject_id for (subject_id,) in records.queue.select("subject_id")}
    table = KIND_TABLES[kind][0]
    for subject_id in named:
        if subject_id in there:
            continue
        name = subject_name(search.db, kind, subject_id)
        since = retired_since(search.db, kind, subject_id, max(search.at, search.now))
        if since:
            reason, advice = (
                f"it is retired since {since}",
                f"if it is back, import it again: o2o catalog import {table}.csv",
            )
        elif name and choice.store_id and search.has_code(kind, subject_id):
            reason, advice = f"it has no code to print in store {choice.store_id!r}", "leave out --store"
        elif name:
            reason, advice = "it has no code to print here", f"run '{_mint(kind, choice)}'"
        else:
            reason, advice = f"there is no such {kind}", f"import it first: o2o catalog import {table}.csv"
        yield PrintProblem(kind, subject_id, name, reason, advice)


def _uncoded(search: _Search, kind: Kind) -> Iterator[PrintProblem]:
    """Yield a problem for each person or place that has no code; of products a store may code but some."""
    if kind is Kind.PERSON or (kind is Kind.PLACE and not search.choice.carrier):
        for row in search.uncoded(kind):
            advice = f"run '{_mint(kind, search.choice)}'"
            yield PrintProblem(kind, row["id"], row["name"], "it has no code to print yet", advice)


def _remark_tags(search: _Search, records: Records) -> Iterator[str]:
    mint = _mint(Kind.PRODUCT, search.choice)
    if uncoded := sum(1 for _ in search.uncoded(Kind.PRODUCT)):
        yield f"{uncoded:,} product(s) of the store have no code yet and no tag here; run '{mint}'"
    if chain_wide := records.queue.select("sum(chain_wide)").fetchone()[0]:
        yield f"{chain_wide:,} tag(s) carry a chain-wide code, which doesn't tell stores apart; run '{mint}'"
    if priceless := _count_priceless(search, records):
        yield f"{priceless:,} tag(s) have no price; import products or the assortment with prices"


def _count_priceless(search: _Search, records: Records) -> int:
    if "price" in search.choice.words:
        return 0 if search.choice.words["price"] else len(records)
    query = "printing/selection/records.priceless"
    doubtful = records.queue.take_all(query, store_id=search.choice.store_id, at=search.at)
    count = 0
    while asked := doubtful.fetchmany(_BATCH):
        held = prices_in_force(search.db, asked, search.at)
        count += sum(held[subject].price is None for subject in asked)
    return count


def _remark_codes(records: Records) -> Iterator[str]:
    """Yield which codes are printed that one may not expect: several of one subject, those of who works elsewhere.

    And which are not: those of who has left.
    """
    queue, table = records.queue, KIND_TABLES[records.kind][0]
    if queue.gone:
        who = _such(records.describe(queue.length))
        yield f"{queue.gone:,} code(s) are passed over: their {table} are retired or not there, {who}"
    over, first_over, left, first_left = queue.select(_COUNTS).fetchone()
    if over:
        campaign = records.describe(first_over - queue.start)["campaign_id"]
        yield f"{over:,} code(s) are of a campaign that is over by then, such as {campaign}"
    if again := len(records) - queue.count_different("subject_id, carrier, spot"):
        yield f"{again:,} code(s) more of the same subjects, for other campaigns or labels; --campaign takes one's only"
    if left:
        one = records.describe(first_left - queue.start)
        yield (
            f"{left:,} code(s) are of {table} that the catalogue has in another store now, {_such(one)}; "
            f"retire them with 'o2o touchpoint retire {one['code']}', or let them go along with 'o2o touchpoint move'"
        )


_COUNTS = "sum(over), min(iif(over, number, NULL)), sum(elsewhere), min(iif(elsewhere, number, NULL))"


def _such(values: Mapping[str, str]) -> str:
    return f"such as {values['id']} {values.get('name', '')}"


def _remark_links(search: _Search, records: Records) -> Iterator[str]:
    if search.settings.url_form == UrlForm.SHORT:
        return
    short, first = 0, 0
    for start in range(0, len(records), _BATCH):
        urls = records.find_urls(range(start, min(start + _BATCH, len(records))))
        numbers = [start + number for number, url in enumerate(urls) if not read_code(url)]
        first = first if short or not numbers else numbers[0]
        short += len(numbers)
    if short:
        kind, one = records.kind, records[first]
        such = f"{kind} {one.subject_id} {_shorten(one.values.get('name', ''))}"
        yield f"{short:,} code(s) are short links, as no GS1 key is known for {such}; {_NEEDED[kind]}"


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


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
