"""Takes tables of stores, people, products, places, campaigns and assortments into the catalogue."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from o2o.catalog.imports import Changes, finish_import, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.db import Database, writing
from o2o.errors import ImportRefusedError, OutputError
from o2o.importers.catalog_rows import RecordReader
from o2o.importers.cells import RowBatch
from o2o.importers.tables import AS_IT_IS, Reading, Table, open_tables, read_lines
from o2o.problems import Finding, ImportResult, Origin, Problem, Severity, problems_path, write_problems

Progress = Callable[[Iterable[RowBatch]], Iterable[RowBatch]]
"""Passes on the rows that it is given and shows how far it is."""


@dataclass(frozen=True, slots=True)
class CatalogResult(ImportResult):
    """What an import of one table did, what the table was, and what there is to say about it."""

    kind: CatalogKind = CatalogKind.STORES
    remarks: tuple[str, ...] = ()

    @property
    def taken(self) -> int:
        """How many rows were good."""
        return self.new + self.changed + self.unchanged


def import_catalog(
    db: Database,
    path: Path,
    kind: CatalogKind | None = None,
    *,
    strict: bool = False,
    now: int,
    progress: Progress = iter,
) -> CatalogResult:
    """Take one table into the catalogue: its good rows or, with ``strict``, all or nothing."""
    return import_catalogs(db, [path], kind, strict=strict, now=now, progress=progress)[0]


def import_catalogs(
    db: Database,
    paths: Sequence[Path],
    kind: CatalogKind | None = None,
    *,
    strict: bool = False,
    now: int,
    progress: Progress = iter,
) -> list[CatalogResult]:
    """Take tables into the catalogue in the order in which they refer to each other, each in one transaction.

    With ``strict`` all of them are one transaction, and a bad row in any raises ImportRefusedError. The list of
    problems of a file that is imported itself is passed over: its rows are of an earlier state of that file.
    """
    lists = {problems_path(path) for path in paths}
    tables = [table for path in paths if path not in lists for table in open_tables(path, Reading(kind))]
    order = list(CatalogKind)
    tables.sort(key=lambda table: order.index(table.layout.kind))
    if not strict:
        return [_import_table(db, table, now, progress) for table in tables]
    with writing(db):
        results = [_import_table(db, table, now, progress) for table in tables]
        _refuse_problems(results)
    return results


def _import_table(db: Database, table: Table, now: int, progress: Progress) -> CatalogResult:
    layout = table.layout
    reader = RecordReader(db, layout, table.header)
    batches = list(reader.read(progress(table.batches)))
    with writing(db):
        run = start_import(db, layout.kind, now, file=str(table.path))
        saved = save_records(db, run, reader.columns, batches)
        findings = sorted([*reader.findings, *saved.findings], key=attrgetter("line"))
        finish_import(db, run, saved.changes, sum(finding.severity is Severity.ERROR for finding in findings))
    return _result(table, reader, saved.changes, _explain(table, findings))


def _explain(table: Table, findings: Sequence[Finding]) -> list[Problem]:
    layout = table.layout
    called = {name: table.header[place] for name, place in zip(layout.columns, layout.positions, strict=True)}
    origin = Origin(str(table.path), called, layout.language)
    cells = read_lines(table.path, AS_IT_IS, table.sheet, {finding.line for finding in findings}) if findings else {}
    return [origin.explain(finding, cells.get(finding.line, ())) for finding in findings]


def _result(table: Table, reader: RecordReader, changes: Changes, problems: Sequence[Problem]) -> CatalogResult:
    path = table.path
    remarks = [*table.remarks, *(f"{path}: {remark}" for remark in reader.remarks(table.layout.language))]
    problems_file = None
    try:
        problems_file = write_problems(path, table.header, problems)
    except OutputError as error:
        remarks.append(f"{error}; the good rows are taken")
    return CatalogResult(
        str(path),
        changes.new,
        changes.changed,
        changes.unchanged,
        tuple(problems),
        problems_file,
        table.layout.kind,
        tuple(remarks),
    )


def _refuse_problems(results: Sequence[CatalogResult]) -> None:
    bad = [result for result in results if result.rejected]
    if bad:
        files = ", ".join(result.file for result in bad)
        lists = ", ".join(str(result.problems_file or _first_error(result)) for result in bad)
        raise ImportRefusedError(files, sum(result.rejected for result in bad), lists)


def _first_error(result: CatalogResult) -> str:
    line = next(problem.line for problem in result.problems if problem.severity is Severity.ERROR)
    return f"{result.file} (the first is line {line})"
