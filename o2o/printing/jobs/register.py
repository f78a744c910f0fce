"""The register of print jobs: what it takes to print a job again, kept with its cells."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from o2o.db import Database, writing
from o2o.printing.jobs.press import Press
from o2o.printing.selection.selections import Selection

_INSERT_JOB = """
INSERT INTO print_jobs (printed_at, command, template, file_name, pages, sample, store_id, day, options)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id
"""
_OF_THE_JOB = ("store_id", "on", "out", "command", "again")
"""What a job keeps in columns of their own, or not at all."""


def keep_job(db: Database, press: Press, selection: Selection, now: int) -> int:
    """Finish the file of a print, keep its job and what its cells show, and return the number of the job."""
    again = press.order.again
    if again:
        again.check(press.manifest)
        if again.whole:
            press.writer.finish(f"o2o job {again.job_id}")
            return again.job_id
    press.writer.close()
    job = _describe_job(press, selection, now)
    press.manifest.settle()
    with writing(db):  # nothing that takes long from here on: others wait
        job_id: int = db.conn.execute(_INSERT_JOB, job).fetchone()[0]
        press.manifest.move(job_id)
        press.writer.finish(f"o2o job {job_id}")
    return job_id


def _describe_job(press: Press, selection: Selection, now: int) -> tuple[object, ...]:
    order, choice = press.order, selection.choice
    return (
        now, order.command, " ".join(press.templates), order.out.name, press.writer.pages, order.sample,
        choice.store_id, selection.day.isoformat(), json.dumps(_options(selection, press), ensure_ascii=False),
    )  # fmt: skip


def _options(selection: Selection, press: Press) -> dict[str, Any]:
    """Return what it takes to print the same again, beside the job's store and day: what isn't as by default.

    ``dpi`` says for which printer's dots each template was laid out; a proof tries the codes on them. ``looks`` are
    those of the templates, with which later ones are compared.
    """
    records = selection.records
    return {
        "kind": records.kind,
        "title": selection.title,
        "choice": _said(selection.choice),
        "order": _said(press.order),
        "dpi": press.templates,
        "looks": {template.name: records.look_of(template) for template in records.templates},
    }


def _said(terms: Any) -> dict[str, Any]:
    said = {}
    for one in fields(terms):
        value = getattr(terms, one.name)
        value = _said(value) if is_dataclass(value) else value
        if value not in ("", (), {}, one.default) and one.name not in _OF_THE_JOB:
            said[one.name] = value
    return said


def find_replaced(db: Database, out: Path) -> int:
    """Return the last job of the file that a print is about to replace; 0 if there is none."""
    found = out.exists() and db.conn.execute("SELECT max(id) FROM print_jobs WHERE file_name = ?", [out.name])
    return (found.fetchone()[0] or 0) if found else 0


def forget_job(db: Database, job_id: int) -> None:
    """Remove a job and what its cells show from the file."""
    with writing(db):
        db.conn.execute("DELETE FROM print_cells WHERE job_id = ?", [job_id])
        db.conn.execute("DELETE FROM print_jobs WHERE id = ?", [job_id])
