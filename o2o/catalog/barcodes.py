"""Barcodes of products: one belongs to one product, and each stands in a row of its own beside the text as it came."""

import json
import re
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Self

from o2o.catalog.imports import Batch, Import, Record
from o2o.catalog.versions import put_rows, remove_rows
from o2o.codes.barcode_forms import (
    BarcodeForm,
    classify_barcodes,
    identify_barcode,
    normalise_barcode,
    normalise_barcodes,
    split_barcodes,
)
from o2o.db import Database, load_query
from o2o.problems import Finding, Message, Severity

_COLUMNS = ("sku", "barcode", "number", "position", "pack_quantity", "form")
_NEVER_EAN = (
    "条码原样保留；打印为 Code 128 或不打印，绝不作为 EAN 或 Digital Link",
    "kept as given; printed as Code 128 or left out, never as EAN or Digital Link",
)
_COMPARE = ("与包装核对；" + _NEVER_EAN[0], "compare it with the pack; " + _NEVER_EAN[1])
_WARNINGS = {
    BarcodeForm.IN_STORE: Message(("是店内码", "is a number of the store's own"), _NEVER_EAN),
    BarcodeForm.PLU: Message(("是 PLU 码", "is a PLU"), _NEVER_EAN),
    BarcodeForm.SCALE: Message(("是电子秤的 18 位码", "is a scale's code of 18 digits"), _NEVER_EAN),
    BarcodeForm.WRONG_CHECK_DIGIT: Message(("校验位不对", "has a wrong check digit"), _COMPARE),
    BarcodeForm.TEXT: Message(("不是商品条码", "is not a GTIN"), _COMPARE),
}
_CLASH_ADVICE = (
    "一个条码只属于一个商品：请改正其一后重新导入",
    "a barcode is of one product: correct one of the two and import again",
)
_CLASH_IN_FILE = Message(
    ("也是第 {line} 行商品 {sku} 的条码", "is a barcode of {sku} in line {line} too"), _CLASH_ADVICE
)
_CLASH = Message(("已是商品 {sku} 的条码", "is a barcode of {sku} already"), _CLASH_ADVICE)
_BAD_QUANTITY = Message(
    ("不是 {count} 个条码的件数", "is not the quantities of {count} barcode(s)"),
    (
        "按条码的顺序填写正整数，用 ; 分隔；只填一个则属于最后一个条码",
        "write whole numbers above 0 in the order of the barcodes, with ; between; one alone is that of the last",
    ),
)
_QUANTITY = re.compile(r"0*[1-9][0-9]{0,6}")


@dataclass(frozen=True, slots=True)
class _File:
    """The rows of a file as columns, and its barcodes: of each its row, its text and its number ('' for none)."""

    lines: Sequence[int]
    skus: Sequence[str]
    cells: Sequence[str]
    quantities: Sequence[str]
    places: Sequence[int]
    barcodes: Sequence[str]
    numbers: Sequence[str]

    @classmethod
    def of(cls, columns: Sequence[str], batches: Iterable[Batch]) -> Self:
        batches = list(batches)
        records = [record for batch in batches for record in batch.records]
        cells = _column_of(columns, records, "gtin")
        places, barcodes = _split_cells(cells)
        return cls(
            [line for batch in batches for line in batch.lines],
            _column_of(columns, records, "sku"),
            cells,
            _column_of(columns, records, "pack_quantity"),
            places,
            barcodes,
            normalise_barcodes(barcodes),
        )


def _column_of(columns: Sequence[str], records: Iterable[Record], name: str) -> list[str]:
    return list(map(itemgetter(columns.index(name)), records)) if name in columns else []


def _split_cells(cells: Sequence[str]) -> tuple[Sequence[int], Sequence[str]]:
    """Return all barcodes of many cells, and in which of these each stands."""
    if "".join(cells).isdigit():
        filled = range(len(cells)) if all(cells) else [place for place, cell in enumerate(cells) if cell]
        return filled, list(filter(None, cells))
    found = [(place, barcode) for place, cell in enumerate(cells) if cell for barcode in split_barcodes(cell)]
    return [place for place, _ in found], [barcode for _, barcode in found]


def list_barcodes(gtin: str, pack_quantity: str) -> list[tuple[str, int]]:
    """Return the barcodes of a product, once each, with how many pieces are in its pack.

    Without quantities each is of one piece; one quantity alone is that of the last barcode.
    """
    if gtin.isdigit() and not pack_quantity:
        return [(gtin, 1)]
    barcodes = split_barcodes(gtin)
    quantities = _parse_quantities(pack_quantity, len(barcodes)) or [1] * len(barcodes)
    pairs: dict[str, tuple[str, int]] = {}
    for barcode, quantity in zip(barcodes, quantities, strict=True):
        pairs.setdefault(normalise_barcode(barcode) or barcode, (barcode, quantity))
    return list(pairs.values())


def choose_barcode(gtin: str, pack_quantity: str) -> str:
    """Return which barcode of a product is printed, or nothing: one of a single piece before one of a pack.

    Of these one that is right before one that is not, and else the first.
    """
    barcodes = list_barcodes(gtin, pack_quantity)
    if len(barcodes) < 2:
        return barcodes[0][0] if barcodes else ""
    wrong = (BarcodeForm.WRONG_CHECK_DIGIT, BarcodeForm.TEXT, BarcodeForm.SCALE)
    return min(barcodes, key=lambda one: (one[1] != 1, identify_barcode(one[0]) in wrong))[0]


def _parse_quantities(text: str, count: int) -> list[int] | None:
    """Return how many pieces are in each of so many packs, or None where a text doesn't say it."""
    parts = split_barcodes(text)
    if len(parts) not in {0, min(1, count), count} or not all(map(_QUANTITY.fullmatch, parts)):
        return None
    return [1] * (count - len(parts)) + list(map(int, parts))


def find_barcode_faults(
    db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]
) -> tuple[Finding, ...]:
    """Return what is wrong with the barcodes of products that are about to be saved.

    A row with a barcode of another product can't be taken; one whose barcode is no EAN can, with a warning.
    """
    if "gtin" not in columns:
        return ()
    file = _File.of(columns, batches)
    return (*_find_local(file), *_find_bad_quantities(file), *_find_clashes(db, run, file))


def _find_local(file: _File) -> Iterator[Finding]:
    ean = BarcodeForm.EAN13
    for number, form in enumerate(classify_barcodes(file.barcodes)):
        if form is not ean and form in _WARNINGS:
            line = file.lines[file.places[number]]
            barcode = file.barcodes[number]
            yield Finding(line, "gtin", barcode, _WARNINGS[form], severity=Severity.WARNING, strict=True)


def _find_bad_quantities(file: _File) -> Iterator[Finding]:
    for place, text in enumerate(file.quantities):
        if not text or text == "1" or not file.cells[place]:
            continue  # how many are in a pack that has no barcode is nobody's business
        count = len(split_barcodes(file.cells[place]))
        if _parse_quantities(text, count) is None:
            yield Finding(file.lines[place], "pack_quantity", text, _BAD_QUANTITY, {"count": count})


def _find_clashes(db: Database, run: Import, file: _File) -> Iterable[Finding]:
    """Return a finding for each row with a barcode of another product, as the products will be after the import.

    A row that is left out leaves its product as it is, whose barcodes then can't go to another.
    """
    numbers = {number for number in file.numbers if number}
    live = _list_live(db, run.imported_at)
    owners = _load_owners(db, live.difference(file.skus), numbers)
    if not owners and len(numbers) + file.numbers.count("") == len(file.numbers):
        return ()
    left_out: dict[str, Finding] = {}
    while found := dict(_find_second_owners(file, dict(owners), left_out)):
        left_out |= found
        owners |= _load_owners(db, live.intersection(found), numbers)
    return left_out.values()


def _find_second_owners(
    file: _File, owners: dict[str, tuple[str, int]], left_out: Container[str]
) -> Iterator[tuple[str, Finding]]:
    """Yield the product and the finding of rows with a barcode that has an owner; others become owners of theirs."""
    for place, group in groupby(range(len(file.places)), key=file.places.__getitem__):
        sku, line = file.skus[place], file.lines[place]
        if sku in left_out:
            continue
        barcodes = {file.numbers[number]: file.barcodes[number] for number in group if file.numbers[number]}
        taken = next((number for number in barcodes if owners.get(number, (sku,))[0] != sku), None)
        if taken is None:
            owners |= dict.fromkeys(barcodes, (sku, line))
        else:
            owner, first = owners[taken]
            message = _CLASH_IN_FILE if first else _CLASH
            yield sku, Finding(line, "gtin", barcodes[taken], message, {"sku": owner, "line": first})


def _list_live(db: Database, now: int) -> set[str]:
    """Return the ids of the products that are not retired."""
    sql = "SELECT json_group_array(sku) FROM products WHERE coalesce(retired_at > ?, 1)"  # one row is got faster
    return set(json.loads(db.conn.execute(sql, [now]).fetchone()[0]))


def _load_owners(db: Database, skus: Set[str], numbers: Set[str]) -> dict[str, tuple[str, int]]:
    """Return whose barcodes some numbers are, of some products; the line of each is 0, as it stands in no file."""
    if not skus:
        return {}
    if not _has_rows(db):  # the products are older than the table
        found = [(row[2], row[0]) for row in _make_rows(db.conn.execute("SELECT sku, gtin, '' FROM products"))]
    else:
        column, fewer = ("sku", skus) if len(skus) < len(numbers) else ("number", numbers)
        sql = f"SELECT number, sku FROM barcodes WHERE {column} IN (SELECT value FROM json_each(?))"
        found = db.conn.execute(sql, [json.dumps(list(fewer))]).fetchall()
    return {number: (sku, 0) for number, sku in found if sku in skus and number in numbers}


def find_products(db: Database, barcodes: Iterable[str]) -> dict[str, str]:
    """Return whose barcodes these are, in any of their forms; the barcode of a retired product is that of its heir."""
    numbers = {barcode: normalise_barcode(barcode) for barcode in barcodes}
    if not numbers:
        return {}
    if not _has_rows(db):  # the products are older than the table
        texts = db.conn.execute("SELECT sku, gtin, pack_quantity FROM products ORDER BY retired_at IS NULL")
        owners = {row[2]: row[0] for row in _make_rows(texts)}
    else:
        query = load_query("catalog/barcodes.owners")
        owners = dict(db.conn.execute(query, {"numbers": json.dumps(list(numbers.values()))}))
    return {barcode: owners[number] for barcode, number in numbers.items() if number and number in owners}


def save_barcodes(db: Database, run: Import, skus: Sequence[str]) -> None:
    """Let the barcodes of products be those of their texts, after these products have changed."""
    is_kept = _has_rows(db)
    if is_kept and not skus:
        return
    chosen = {"skus": json.dumps(skus) if is_kept else "null"}
    wanted = _make_rows(db.conn.execute(load_query("catalog/barcodes.texts"), chosen))
    known = {row[:2]: row for row in db.conn.execute(load_query("catalog/barcodes.known"), chosen)}
    if known:
        remove_rows(db, run.id, "barcodes", sorted(known.keys() - {row[:2] for row in wanted}))
    different = sorted(row for row in wanted if known.get(row[:2]) != row)
    put_rows(db, run.id, "barcodes", _COLUMNS, different, known=[row[:2] for row in different if row[:2] in known])


def _has_rows(db: Database) -> bool:
    return db.conn.execute("SELECT 1 FROM barcodes LIMIT 1").fetchone() is not None


def _make_rows(products: Iterable[Sequence[str]]) -> list[tuple[str, str, str, int, int, str]]:
    """Return the rows of barcodes of products, of which each is an id, a text and quantities."""
    skus, barcodes, *places = list(zip(*_split_products(products), strict=True)) or [()] * 4
    forms = [form._value_ for form in classify_barcodes(barcodes)]
    return list(zip(skus, barcodes, normalise_barcodes(barcodes), *places, forms, strict=True))


def _split_products(products: Iterable[Sequence[str]]) -> Iterator[tuple[str, str, int, int]]:
    """Yield each barcode of products with its position and how many are in its pack."""
    for sku, gtin, quantities in products:
        if gtin.isdigit() and not quantities:
            yield sku, gtin, 1, 1
        else:
            for position, (barcode, quantity) in enumerate(list_barcodes(gtin, quantities), start=1):
                yield sku, barcode, position, quantity
