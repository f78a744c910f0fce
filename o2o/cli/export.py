"""Rows as a file for spreadsheets and programs, in which no cell is a formula."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from o2o.cli.options import format_rows
from o2o.text_files import guard_formula, write_csv, write_text


def export_rows(header: Sequence[str], rows: Sequence[Sequence[Any]], output_format: str, out: Path | None) -> None:
    """Write rows to ``out`` (a CSV as Excel opens it) or to stdout, texts of a CSV guarded against formulas."""
    if output_format == "csv":
        rows = [[guard_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    if out is None:
        click.echo(format_rows(header, rows, output_format))
        return
    if output_format == "csv":
        write_csv(out, header, [["" if cell is None else str(cell) for cell in row] for row in rows])
    else:
        write_text(out, format_rows(header, rows, output_format) + "\n")
    click.echo(f"wrote {len(rows):,} rows to {out}", err=True)
