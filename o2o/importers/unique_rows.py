"""Takes each row of a table once: equal rows are counted, rows that differ under one key are told."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from o2o.catalog.imports import Record
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.importers.headers import Layout
from o2o.importers.messages import DUPLICATE, TWO_STORES, CellError
from o2o.problems import Finding

_WITH_TIME = (CatalogKind.PEOPLE, CatalogKind.PLACES)
_BARCODES = ("gtin", "pack_quantity")
_SUBJECTS = {CatalogKind.PEOPLE: ("员工", "person"), CatalogKind.PLACES: ("点位", "place")}


class UniqueRows:
    """The rows of one table that were taken, and where; products whose rows differ in their barcodes only are one."""

    def __init__(self, layout: Layout, header: Sequence[str]) -> None:
        self.lines: list[int] = []
        self.records: list[Record] = []
        self.repeated = self.merged = 0
        self._layout = layout
        self._called = dict(zip(layout.columns, (header[position] for position in layout.positions), strict=True))
        keys = (*KEYS[layout.kind], *(["from"] if layout.kind in _WITH_TIME else []))
        self._keys = [layout.columns.index(name) for name in keys if name in layout.columns]
        barcodes = [name for name in _BARCODES if name in layout.columns]
        self._barcodes = [layout.columns.index(name) for name in barcodes] if "gtin" in barcodes else []
        self._places: dict[Any, int] = {}

    def take(self, lines: Sequence[int], records: Sequence[Record]) -> Iterator[Finding]:
        """Take rows; yield what is wrong with those that say another thing than one before."""
        keys = self._keys_of(records)
        start = len(self.records)
        if len(set(keys)) == len(keys) and self._places.keys().isdisjoint(keys):
            self._places.update(zip(keys, range(start, start + len(keys)), strict=True))
            self.lines += lines
            self.records += records
            return
        for key, line, record in zip(keys, lines, records, strict=True):
            place = self._places.setdefault(key, len(self.records))
            if place == len(self.records):
                self.lines.append(line)
                self.records.append(record)
            elif record == self.records[place]:
                self.repeated += 1
            elif (merged := self._merge(self.records[place], record)) is not None:
                self.merged += merged != self.records[place]
                self.repeated += merged == self.records[place]
                self.records[place] = merged
            else:
                yield self._explain(line, record, place)

    def _keys_of(self, records: Sequence[Record]) -> list[Any]:
        return list(map(itemgetter(*self._keys), records))

    def _merge(self, one: Record, other: Record) -> Record | None:
        # None: they differ in more than their barcodes, or give one barcode in two packs
        differing = {place for place, values in enumerate(zip(one, other, strict=True)) if values[0] != values[1]}
        if not self._barcodes or not differing <= set(self._barcodes):
            return None
        barcodes = _pair(one, self._barcodes)
        for barcode, pack in _pair(other, self._barcodes).items():
            if barcodes.setdefault(barcode, pack) != pack:
                return None
        if len(barcodes) > 1:
            barcodes.pop("", None)  # a row without a barcode adds none
        merged = list(one)
        cells = (";".join(barcodes), ";".join(barcodes.values()) if set(barcodes.values()) != {"1"} else "")
        for place, cell in zip(self._barcodes, cells, strict=False):
            merged[place] = cell
        return tuple(merged)

    def _explain(self, line: int, record: Record, place: int) -> Finding:
        pairs = zip(self._layout.columns, self.records[place], record, strict=False)
        differing = [name for name, one, other in pairs if one != other] or ["extra"]
        key = self._layout.columns[self._keys[0]]
        error = CellError(
            TWO_STORES if "store_id" in differing and self._layout.kind in _SUBJECTS else DUPLICATE,
            line=self.lines[place],
            columns=", ".join(self._called.get(name, name) for name in differing),
            what=_SUBJECTS.get(self._layout.kind, ("", "")),
        )
        return Finding(line, key, str(record[self._keys[0]]), error.message, error.facts)


def _pair(record: Record, places: Sequence[int]) -> dict[str, str]:
    barcodes = record[places[0]].split(";")
    packs = [pack for pack in (record[places[1]] if len(places) > 1 else "").split(";") if pack]
    # one pack quantity alone is that of the last barcode
    return dict(zip(barcodes, ["1"] * (len(barcodes) - len(packs)) + packs, strict=False))
