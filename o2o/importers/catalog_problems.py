"""What was found wrong with the rows of a catalogue table: told in its words, listed beside its file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from o2o.catalog.kinds import KEYS
from o2o.catalog.retirement import RetirementRefusedError
from o2o.catalog.versions import Key
from o2o.errors import InputFileError, OutputError
from o2o.importers.catalog_rows import RecordReader
from o2o.importers.cells import RowBatch
from o2o.importers.messages import BENT_IDS
from o2o.importers.tables import Reading, Table, read_lines
from o2o.problems import Finding, Origin, Problem, Severity, write_problems

BAD_ROWS = 100_000
"""How many bad rows of a table are told one by one; of more it is another table than was thought."""

_FIRST = 3


def stop_when_hopeless(
    table: Table, reading: Reading, reader: RecordReader, batches: Iterable[RowBatch]
) -> Iterator[RowBatch]:
    """Pass on the rows of a table; raise InputFileError once the ``reader`` has found more bad ones than are kept."""
    for batch in batches:
        yield batch
        if reader.bad_rows > BAD_ROWS:
            first = "; ".join(map(str, explain_findings(table, reading, reader.findings[:_FIRST])))
            reason = f"more than {BAD_ROWS:,} of its rows are bad, so none is taken; the first are: {first}"
            raise InputFileError(table.path, reason, f"is it a table of {table.layout.kind}? Say --as if it isn't")


def explain_findings(table: Table, reading: Reading, findings: Sequence[Finding]) -> tuple[Problem, ...]:
    """Return findings as problems that name the file, its sheet, the line and the column as the table calls it."""
    if not findings:
        return ()
    layout = table.layout
    places = [*zip(layout.columns, layout.positions, strict=True), *layout.extra]
    called = {name: table.header[place] for name, place in places}
    origin = Origin(str(table.path), called, layout.language, table.sheet)
    cells = read_lines(table.path, reading, table.sheet, {finding.line for finding in findings})
    return tuple(origin.explain(finding, cells.get(finding.line, ())) for finding in findings)


def check_ids(table: Table, reading: Reading, findings: Sequence[Finding]) -> None:
    """Raise RetirementRefusedError when ids of a complete table are bent: what they mean would look as if missing."""
    keys = KEYS[table.layout.kind]
    bent = [one for one in findings if one.column in keys and one.message in BENT_IDS]
    if bent:
        (first,) = explain_findings(table, reading, bent[:1])
        reason = f"{len(bent):,} of its rows have a bent id, and what they mean would be retired; the first: {first}"
        raise RetirementRefusedError(str(table.path), reason, "nothing was taken; or say --yes")


def find_bad_keys(table: Table, reading: Reading, findings: Sequence[Finding]) -> frozenset[Key]:
    """Return the keys of rows that are left out, as far as they can be read."""
    lines = {finding.line for finding in findings if finding.severity is Severity.ERROR}
    if not lines:
        return frozenset()
    places = dict(zip(table.layout.columns, table.layout.positions, strict=True))
    key = [places.get(name) for name in KEYS[table.layout.kind] if name != "valid_from"]
    rows = read_lines(table.path, reading, table.sheet, lines).values()
    return frozenset(
        tuple("" if place is None or place >= len(cells) else cells[place].strip() for place in key) for cells in rows
    )


def list_problems(
    name: Path, header: Sequence[str], problems: Sequence[Problem]
) -> tuple[Path | None, OutputError | None]:
    """Write the list of a table's problems as ``NAME.problems.csv``; return where it is, or why it can't be there."""
    try:
        return write_problems(name, header, problems), None
    except OutputError as error:
        return None, error
