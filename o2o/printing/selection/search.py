"""A choice with all that it takes to answer it: its day, its templates, its codes and their values."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from sqlite3 import Row

from o2o.catalog.barcodes import find_products
from o2o.catalog.stores import store_zones
from o2o.config import Settings
from o2o.db import Database, load_query, rows, shop_folder
from o2o.errors import NotFoundError
from o2o.links import check_item, touchpoint_urls
from o2o.printing.selection.choice import Choice, PrintProblem
from o2o.printing.selection.looks import make_look
from o2o.printing.selection.queue import Queue
from o2o.printing.selection.values import Occasion, ValueMaker, parse_words
from o2o.printing.template.boxes import Template
from o2o.printing.template.file import find_template
from o2o.printing.template.own_fonts import OwnFonts
from o2o.subjects import Carrier, Kind
from o2o.times import day_end, local_day
from o2o.touchpoints import check_kept

_FEW = 5


class Search:
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
        self._looks: dict[Path, str] = {}
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

    def value_maker(self, columns: tuple[str, ...]) -> ValueMaker:
        """Return what makes the values of rows with these columns."""
        if columns not in self._makers:
            occasion = Occasion(self.db, self.settings, self._zone, self.day, self.at, self._words)
            self._makers[columns] = ValueMaker(occasion, columns)
        return self._makers[columns]

    def template_of(self, carrier: str) -> Template:
        """Return the template that is asked for, or that of a carrier."""
        if carrier not in self._templates:
            name = self._template or carrier.replace("_", "-")
            self._templates[carrier] = self._fonts.dress(find_template(name, self.settings.brand_colour))
        return self._templates[carrier]

    def look_of(self, template: Template) -> str:
        """Return a digest of what all prints on a template have in common."""
        if template.path not in self._looks:
            self._looks[template.path] = make_look(template, self.settings, shop_folder(self.db), self._words)
        return self._looks[template.path]

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
        query = load_query("printing/selection/search.uncoded")
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
            below = rows(self.db, load_query("printing/selection/search.within"), categories=json.dumps([category]))
            if not category or not next(below, None):
                raise NotFoundError("category", category, _advise_category(self.db, category))


def _advise_category(db: Database, category: str) -> str:
    known = [name for (name,) in db.conn.execute("SELECT DISTINCT category FROM products WHERE category <> ''")]
    near = get_close_matches(category, known) or sorted(known)[:_FEW]
    return f"write it as the products have it, such as {', '.join(near)}" if near else "no product has a category"
