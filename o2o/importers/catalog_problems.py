"""What was found wrong with the rows of a catalogue table: told in its words, listed beside its file."""

from collections.abc import Sequence
from pathlib import Path

from o2o.catalog.kinds import KEYS
from o2o.catalog.versions import Key
from o2o.errors import OutputError
from o2o.importers.tables import Reading, Table, read_lines
from o2o.problems import Finding, Origin, Problem, Severity, write_problems


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
