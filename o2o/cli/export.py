"""Rows as a file for spreadsheets and programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from o2o.cli.options import format_rows, show_rows
from o2o.text_files import guard_cells, write_csv, write_text


def export_rows(header: Sequence[str], rows: Sequence[Sequence[Any]], output_format: str, out: Path | None) -> None:
    """Write rows to ``out`` (a CSV as Excel opens it, or JSON), or show them."""
    if out is None:
        show_rows(header, rows, output_format)
        return
    if output_format == "csv":
        write_csv(out, header, map(guard_cells, rows))
    else:
        write_text(out, format_rows(header, rows, output_format) + "\n")
    click.echo(f"wrote {len(rows):,} rows to {out}", err=True)
