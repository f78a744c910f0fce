"""What is printed: live touchpoints with all that a template may show of them on a day.

A shelf tag carries the store's own code; where the store has none for a product that it carries,
the chain-wide code stands in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from o2o.config import Language, Settings
from o2o.db import Database
from o2o.errors import NotFoundError, O2OError, SettingError
from o2o.printing.selection.choice import Choice, PrintProblem, minting
from o2o.printing.selection.records import Records
from o2o.printing.selection.remarks import find_missing, find_uncoded, remark_codes, remark_links, remark_tags
from o2o.printing.selection.search import Search
from o2o.printing.template.boxes import Template
from o2o.printing.template.own_columns import check_fields
from o2o.subjects import CARRIER_NAMES, DEFAULT_CARRIERS, KIND_NAMES, Carrier, Kind
from o2o.touchpoints import subject_name

POSTER = "poster-a4"
"""The template of signage for a product when none is named."""


_ANYTHING = Choice(None)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is printed, in the order of a walk through the store; what can't be; and what is worth knowing.

    ``choice`` says how it was chosen, ``day`` which day's prices it shows.
    """

    title: str
    records: Records
    problems: tuple[PrintProblem, ...] = ()
    remarks: tuple[str, ...] = ()
    choice: Choice = _ANYTHING
    day: date = date.min


class NothingToPrintError(O2OError):
    """A selection without a single touchpoint."""

    def __init__(self, kind: Kind, choice: Choice) -> None:
        of_carrier = f" on carrier {choice.carrier}" if choice.carrier else ""
        where = f" in store {choice.store_id!r}" if choice.store_id else ""
        super().__init__(f"nothing to print: no {kind} has a code{of_carrier}{where}; run '{minting(kind, choice)}'")


def select_tags(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the shelf tags of a store (of the products named, if any) in the order of a walk along its shelves."""
    search = Search(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PRODUCT]), now)
    named, problems = search.find_products()
    records = Records(search, Kind.PRODUCT, search.queue(Kind.PRODUCT, named))
    remarks = (*remark_tags(search, records), *remark_codes(records))
    return _make_selection(search, records, named or (), problems, remarks)


def select_badges(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the badges of a store's people or of the people named, sorted by their number."""
    search = Search(db, settings, replace(choice, carrier=choice.carrier or DEFAULT_CARRIERS[Kind.PERSON]), now)
    records = Records(search, Kind.PERSON, search.queue(Kind.PERSON, choice.subject_ids or None))
    return _make_selection(search, records, choice.subject_ids, (), remark_codes(records))


def select_signage(db: Database, settings: Settings, choice: Choice, now: int) -> Selection:
    """Return the signage of a store's places, each on its carrier's template, or that of the products named.

    With one product and places, the codes are those of the places and the texts those of the product.
    """
    search = Search(db, settings, choice, now, template=POSTER if choice.shows_products else "")
    for sku in choice.skus:
        if not subject_name(db, Kind.PRODUCT, sku):
            raise NotFoundError("product", sku, "import it first: o2o catalog import products.csv")
    named, problems = Search(db, settings, replace(choice, subject_ids=()), now).find_products()
    if choice.shows_products and not choice.subject_ids:
        first = search.template_of("").name.replace("-", "_")
        queue = search.queue(Kind.PRODUCT, named).keep_best(first, Carrier.SHELF_TAG)
        return _make_selection(search, Records(search, Kind.PRODUCT, queue), named or (), problems)
    if choice.shows_products and (problems or named is None or len(named) != 1):
        reason = "a place shows one product"
        raise SettingError("product", ", ".join((*choice.skus, *choice.barcodes)), reason, "name it by --sku alone")
    queue = search.queue(Kind.PLACE, choice.subject_ids or None, sku=named[0] if named else "")
    records = Records(search, Kind.PLACE, queue)
    return _make_selection(search, records, choice.subject_ids, (), remark_codes(records))


def check_words(words: Mapping[str, str], templates: Iterable[Template]) -> None:
    """Raise SettingError for a word that none of the templates shows."""
    shown = frozenset[str]().union(*(template.fields for template in templates))
    for name in words:
        if name not in shown:
            raise SettingError("--set", name, "the template shows no such field", f"use {', '.join(sorted(shown))}")


def _make_selection(
    search: Search,
    records: Records,
    named: Sequence[str],
    unknown: Iterable[PrintProblem],
    remarks: Iterable[str] = (),
) -> Selection:
    problems = (*unknown, *find_missing(search, records, named), *find_uncoded(search, records.kind))
    if not records and not problems:
        raise NothingToPrintError(records.kind, search.choice)
    check_words(search.choice.words, records.templates)
    check_fields(search.db, records.templates, search.choice.words)
    remarks = (*remarks, *remark_links(search, records))
    return Selection(_title(search, records.kind), records, problems, remarks, search.choice, search.day)


def _title(search: Search, kind: Kind) -> str:
    names = CARRIER_NAMES[search.choice.carrier] if search.choice.carrier else KIND_NAMES[kind]
    what = Language(search.settings.language).of(names)
    return " ".join(part for part in (what, search.choice.store_id, search.day.isoformat()) if part)
