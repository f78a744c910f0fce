"""Turns batches of rows of a catalogue table into records, and says what is wrong with those that can't be taken."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from o2o.catalog.imports import Batch, Record
from o2o.catalog.kinds import CatalogKind
from o2o.config import Language, load_settings
from o2o.db import Database
from o2o.importers.catalog_checks import Columns, Trouble, check_rows
from o2o.importers.catalog_columns import make_columns
from o2o.importers.cells import RowBatch
from o2o.importers.column_readers import DecidedColumn, TextColumn, encode_extra
from o2o.importers.headers import NEEDED, Layout
from o2o.importers.messages import (
    MERGED_ROWS,
    MISSING,
    MORE_WARNINGS,
    REMOVED_CHARACTERS,
    REPEATED_ROWS,
    TOO_MANY_CELLS,
    CellError,
)
from o2o.importers.unique_rows import UniqueRows
from o2o.problems import Finding, Severity, say

LOOK_AHEAD = 200_000
"""How many rows are read, at most, before a column must show how its numbers or dates are written."""

WARNINGS = 100_000
"""How many warnings are told one by one."""

_EXTRA = "extra: "


class RecordReader:
    """Reads the rows of one table into records, and keeps what it finds wrong with them.

    ``bad_rows`` is how many can't be taken so far. ``columns`` are those of the records. Rows of an assortment are
    passed on as they come, repeated or not; those of other kinds once each, when all have been read.
    """

    def __init__(self, db: Database, layout: Layout, header: Sequence[str]) -> None:
        self.columns = (*layout.columns, "extra") if layout.extra else layout.columns
        self.findings: list[Finding] = []
        self.bad_rows = 0
        self._layout, self._header = layout, header
        self._money = load_settings(db).money
        self._readers = make_columns(db, layout.kind, layout.columns)
        self._readers |= {_EXTRA + name: TextColumn(dates=True) for name, _ in layout.extra}
        self._positions = (*layout.positions, *(position for _, position in layout.extra))
        self._places = dict(zip(self._readers, self._positions, strict=True))
        self._unique = None if layout.kind is CatalogKind.ASSORTMENT else UniqueRows(layout, header)
        self._warnings = 0

    def read(self, batches: Iterable[RowBatch]) -> Iterator[Batch]:
        """Yield the records of the rows that can be taken."""
        for batch in self._wait(batches):
            lines, records = self._read_batch(batch)
            if self._unique is None:
                yield Batch(lines, records)
            elif found := list(self._unique.take(lines, records)):
                left_out = {finding.line for finding in found}
                self.findings = [finding for finding in self.findings if finding.line not in left_out] + found
                self.bad_rows += len(found)
        if self._unique is not None:
            yield Batch(self._unique.lines, self._unique.records)

    def remarks(self, language: Language) -> list[str]:
        """Return what there is to say about the table as a whole."""
        removed = sum(getattr(reader, "removed", 0) for reader in self._readers.values())
        counts = {REMOVED_CHARACTERS: removed, MORE_WARNINGS: max(0, self._warnings - WARNINGS)}
        if self._unique is not None:
            counts |= {REPEATED_ROWS: self._unique.repeated, MERGED_ROWS: self._unique.merged}
        return [say(words, {"count": count}, language) for words, count in counts.items() if count]

    def _wait(self, batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
        # while a column has shown nothing but cells that can be read in two ways, its rows wait for one that tells
        deciding = [
            (position, reader)
            for position, reader in zip(self._positions, self._readers.values(), strict=True)
            if isinstance(reader, DecidedColumn)
        ]
        waiting: list[RowBatch] = []
        count = 0
        for batch in batches:
            for position, reader in deciding:
                if not reader.is_decided:
                    reader.weigh([row[position] for row in batch.rows])
            waiting.append(batch)
            count += len(batch.lines)
            if count >= LOOK_AHEAD or not any(reader.is_waiting for _, reader in deciding):
                yield from waiting
                waiting.clear()
        yield from waiting

    def _read_batch(self, batch: RowBatch) -> tuple[Sequence[int], Sequence[Record]]:
        if not batch.rows:
            return (), ()
        columns, troubles = self._read_columns(batch.rows)
        troubles += check_rows(self._layout.kind, columns, self._money)
        records = self._make_records(columns)
        bad = self._keep_findings(batch, troubles) if troubles else ()
        if not bad:
            return batch.lines, records
        self.bad_rows += len(bad)
        good = [row not in bad for row in range(len(records))]
        return list(compress(batch.lines, good)), list(compress(records, good))

    def _read_columns(self, rows: Sequence[Sequence[str]]) -> tuple[Columns, list[Trouble]]:
        cells = list(zip(*rows, strict=False))  # a row that is longer than the header is told below
        needed = NEEDED[self._layout.kind]
        columns: Columns = {}
        troubles = _find_long(rows, len(self._header))
        for (name, reader), position in zip(self._readers.items(), self._positions, strict=True):
            values, has_error = reader.read(cells[position])
            if name in needed and ("" in values or None in values):
                missing = (row for row, value in enumerate(values) if value is None or value == "")
                troubles += [Trouble(row, name, CellError(MISSING)) for row in missing]
            if has_error:
                troubles += [Trouble(row, name, one) for row, one in enumerate(values) if isinstance(one, CellError)]
                nothing = "" if name.startswith(_EXTRA) else None
                values = [nothing if isinstance(value, CellError) else value for value in values]
            columns[name] = values
        return columns, troubles

    def _make_records(self, columns: Columns) -> list[Record]:
        values = [columns[name] for name in self._layout.columns]
        if self._layout.extra:
            texts = list(columns.values())[len(values) :]
            values.append(encode_extra([name for name, _ in self._layout.extra], texts))
        return list(zip(*values, strict=True))

    def _keep_findings(self, batch: RowBatch, troubles: Iterable[Trouble]) -> set[int]:
        # one for each row, so that its mended line stands once in the list of problems: errors before warnings
        first: dict[int, Trouble] = {}
        for trouble in sorted(troubles, key=_by_weight):
            first.setdefault(trouble.row, trouble)
        for _, trouble in sorted(first.items()):
            if trouble.severity is Severity.WARNING:
                self._warnings += 1
                if self._warnings > WARNINGS:
                    continue
            self.findings.append(self._make_finding(batch, trouble))
        return {row for row, trouble in first.items() if trouble.severity is Severity.ERROR}

    def _make_finding(self, batch: RowBatch, trouble: Trouble) -> Finding:
        place = self._places.get(trouble.column)
        value = "" if place is None else batch.rows[trouble.row][place]
        error = trouble.error
        column = trouble.column.removeprefix(_EXTRA)
        return Finding(batch.lines[trouble.row], column, value, error.message, error.facts, trouble.severity)


def _find_long(rows: Sequence[Sequence[str]], width: int) -> list[Trouble]:
    if max(map(len, rows)) <= width:
        return []
    return [
        Trouble(row, "", CellError(TOO_MANY_CELLS, cells=len(cells), width=width))
        for row, cells in enumerate(rows)
        if any(cells[width:])
    ]


def _by_weight(trouble: Trouble) -> bool:
    return trouble.severity is Severity.WARNING
