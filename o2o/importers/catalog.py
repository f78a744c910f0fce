"""Takes tables of the catalogue in, or shows what that would change."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from o2o.batches import Batch, BatchKind, add_batch, digest_files
from o2o.catalog.differences import PriceMoves, list_differences
from o2o.catalog.images import Difference
from o2o.catalog.imports import Import, finish_import, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import Gathered, gather_batches, save_records
from o2o.catalog.retirement import Whole, check_retirable, is_too_much
from o2o.collect.verdicts.rejudging import orphan_retired
from o2o.collector import without_collector
from o2o.db import Database, rehearsing, writing
from o2o.errors import ImportRefusedError
from o2o.importers.catalog_problems import check_ids, explain_findings, find_bad_keys, list_problems, stop_when_hopeless
from o2o.importers.catalog_rows import RecordReader
from o2o.importers.cells import RowBatch
from o2o.importers.tables import AS_IT_IS, Reading, Table, open_tables
from o2o.problems import Finding, ImportResult, Severity

Progress = Callable[[Iterable[RowBatch]], Iterable[RowBatch]]
"""Passes on the rows that it is given and shows how far it is."""

_LIST = ".problems.csv"


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """How tables are taken: ``strict``: all rows of all of them or nothing; ``reading``: how their files are read.

    ``whole``: each table has all rows there are, so that what it lacks is retired: up to a fifth of what is known or,
    ``confirmed``, any number.
    """

    reading: Reading = AS_IT_IS
    strict: bool = False
    whole: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class CatalogResult(ImportResult):
    """What an import of one table did, what the table was, and what there is to say about it."""

    kind: CatalogKind = CatalogKind.STORES
    remarks: tuple[str, ...] = ()
    retired: int = 0
    sheet: str = ""
    import_id: int = 0
    whole: bool = False

    @property
    def taken(self) -> int:
        """How many rows were good."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """What an import would do: its results, how many prices it would raise and lower, and the differences."""

    results: tuple[CatalogResult, ...]
    raised: int
    lowered: int
    differences: tuple[Difference, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A table whose rows have been read; the list of its problems is named after ``list_name``."""

    table: Table
    list_name: Path
    reader: RecordReader
    batches: Gathered


_AS_USUAL = ImportTerms()


def import_catalog(
    db: Database,
    path: Path,
    kind: CatalogKind | None = None,
    *,
    strict: bool = False,
    now: int,
    progress: Progress = iter,
) -> CatalogResult:
    """Take the first table of a file into the catalogue: its good rows or, with ``strict``, all or nothing."""
    return import_catalogs(db, [path], ImportTerms(Reading(kind), strict), now=now, progress=progress)[0]


@without_collector()
def import_catalogs(
    db: Database, paths: Sequence[Path], terms: ImportTerms = _AS_USUAL, *, now: int, progress: Progress = iter
) -> list[CatalogResult]:
    """Take tables into the catalogue in the order in which they refer to each other, each in one transaction.

    With ``strict`` or ``whole`` all of them are one transaction: a bad row in any raises ImportRefusedError, too many
    rows that would be retired RetirementRefusedError. The list of problems of a file that is imported itself is
    passed over: its rows are of an earlier state of that file.
    """
    loaded = _load(db, _open(paths, terms), terms.reading, progress)
    if not (terms.strict or terms.whole):
        return [_keep_problems(result, one) for one in loaded for result, _ in [_save(db, one, terms, now)]]
    first = list(islice(loaded, 1))  # read before the lock is taken; the others may need what it brings
    with writing(db):
        results = [
            _keep_problems(result, one) for one in chain(first, loaded) for result, _ in [_save(db, one, terms, now)]
        ]
        if terms.strict:
            _refuse_problems(results)
    return results


@without_collector()
def diff_catalogs(
    db: Database,
    paths: Sequence[Path],
    terms: ImportTerms = _AS_USUAL,
    *,
    now: int,
    limit: int | None = None,
    progress: Progress = iter,
) -> CatalogDiff:
    """Return what an import would change, the first ``limit`` differences; nothing is kept, nor written anywhere.

    A table that would retire too much is shown, too, with a remark.
    """
    results, shown = [], list[Difference]()
    moves, total = PriceMoves(), 0
    loaded = _load(db, _open(paths, terms), terms.reading, progress)
    first = list(islice(loaded, 1))  # read before the lock is taken, as in an import
    with rehearsing(db):
        for one in chain(first, loaded):
            result, run = _save(db, one, replace(terms, confirmed=True), now)
            results.append(result if terms.confirmed else _remark_retired(result))
            for difference in list_differences(db, run, moves):
                total += 1
                if limit is None or total <= limit:
                    shown.append(difference)
        if terms.strict:
            _refuse_problems(results)
    return CatalogDiff(tuple(results), moves.up, moves.down, tuple(shown), total - len(shown))


def lists_of_problems(paths: Iterable[Path]) -> set[Path]:
    """Return which files are lists of the problems of others among them."""
    paths = set(paths)
    lists = {path for path in paths if path.name.endswith(_LIST)}
    return {
        path for path in lists if any(path != one and path.name.startswith(f"{one.name}.") for one in paths - lists)
    }


def _open(paths: Sequence[Path], terms: ImportTerms) -> list[Table]:
    lists = lists_of_problems(paths)
    tables = [table for path in paths if path not in lists for table in open_tables(path, terms.reading)]
    order = list(CatalogKind)
    tables.sort(key=lambda table: order.index(table.layout.kind))
    for table in tables if terms.whole else ():
        check_retirable(str(table.path), table.layout.kind)
    return tables


def _load(db: Database, tables: Sequence[Table], reading: Reading, progress: Progress) -> Iterator[_Loaded]:
    sheets = Counter(table.path for table in tables)
    for table in tables:
        reader = RecordReader(db, table.layout, table.header)
        rows = stop_when_hopeless(table, reading, reader, progress(table.batches))
        batches = gather_batches(table.layout.kind, reader.columns, reader.read(rows))
        path = table.path
        list_name = path if sheets[path] == 1 else path.with_name(f"{path.name}.{table.sheet}")
        yield _Loaded(table, list_name, reader, batches)


def _save(db: Database, loaded: _Loaded, terms: ImportTerms, now: int) -> tuple[CatalogResult, Import]:
    table, reader = loaded.table, loaded.reader
    whole = None
    if terms.whole:
        if not terms.confirmed:
            check_ids(table, terms.reading, reader.findings)
        whole = Whole(find_bad_keys(table, terms.reading, reader.findings), terms.confirmed)
    with writing(db):
        run = start_import(db, table.layout.kind, now, file=str(table.path), sheet=table.sheet, whole=terms.whole)
        saved = save_records(db, run, reader.columns, loaded.batches, whole)
        if run.kind is CatalogKind.PEOPLE:
            orphan_retired(db)  # the codes of who has left
        findings = _one_a_row([*reader.findings, *saved.findings], strict=terms.strict)
        run = finish_import(db, run, saved.changes, sum(finding.severity is Severity.ERROR for finding in findings))
        rows = run.new + run.changed + run.retired
        add_batch(db, Batch(BatchKind.CATALOG, rows, digest_files([table.path]), run.file), now)
    result = CatalogResult(
        str(table.path),
        run.new,
        run.changed,
        run.unchanged,
        explain_findings(table, terms.reading, findings),
        kind=run.kind,
        remarks=(*table.remarks, *(f"{table.path}: {one}" for one in reader.remarks(table.layout.language))),
        retired=run.retired,
        sheet=table.sheet,
        import_id=run.id,
        whole=run.whole,
    )
    return result, run


def _one_a_row(findings: Iterable[Finding], *, strict: bool) -> list[Finding]:
    """Return what is worst of each row, so that its mended line stands once in the list of problems."""
    weighed = (replace(one, severity=Severity.ERROR) if strict and one.strict else one for one in findings)
    worst: dict[int, Finding] = {}
    for finding in weighed:
        known = worst.setdefault(finding.line, finding)
        if known.severity is Severity.WARNING and finding.severity is Severity.ERROR:
            worst[finding.line] = finding
    return [finding for _, finding in sorted(worst.items())]


def _remark_retired(result: CatalogResult) -> CatalogResult:
    known = result.changed + result.unchanged + result.retired + result.rejected
    if not is_too_much(result.retired, known):
        return result
    remark = f"{result.file}: more than a fifth would be retired: an import of it is refused without --yes"
    return replace(result, remarks=(*result.remarks, remark))


def _keep_problems(result: CatalogResult, loaded: _Loaded) -> CatalogResult:
    problems_file, trouble = list_problems(loaded.list_name, loaded.table.header, result.problems)
    remarks = (*result.remarks, f"{trouble}; the good rows are taken") if trouble else result.remarks
    return replace(result, problems_file=problems_file, remarks=remarks)


def _refuse_problems(results: Sequence[CatalogResult]) -> None:
    bad = [result for result in results if result.rejected]
    if bad:
        files = ", ".join(result.file for result in bad)
        lists = ", ".join(str(result.problems_file or _first_error(result)) for result in bad)
        raise ImportRefusedError(files, sum(result.rejected for result in bad), lists)


def _first_error(result: CatalogResult) -> str:
    line = next(problem.line for problem in result.problems if problem.severity is Severity.ERROR)
    return f"{result.file} (the first is line {line})"
