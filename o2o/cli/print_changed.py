"""``o2o print tags --changed-since``: the tags that are no longer as they hang, and those to take down."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import click

from o2o.catalog.stores import kept_stores
from o2o.cli.options import opened, show_rows
from o2o.cli.print_results import show_parts, show_result
from o2o.cli.terminal import with_bar
from o2o.config import load_settings
from o2o.db import Database
from o2o.printing.jobs.changes import LAST, Changes, find_changes
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.parts import By, Part, print_parts, split_selection
from o2o.printing.jobs.printing import print_selection
from o2o.printing.jobs.take_down import TakeDown, keep_take_down
from o2o.printing.jobs.take_down_lists import write_take_down
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import NothingToPrintError, select_tags
from o2o.times import now

_COLUMNS = ("store", "sku", "name", "position", "reason", "field", "before", "after")


@dataclass(frozen=True, slots=True)
class ChangedTags:
    """Which tags are compared with those that hang: of which stores, or of all; since which job."""

    db_path: Path
    choice: Choice
    store_ids: tuple[str, ...]
    since: str
    split: By | int | None


def list_changed(asked: ChangedTags, order: PrintOrder, output_format: str) -> None:
    """Show which tags have changed, and which are to be taken down; a row for each field."""
    with opened(asked.db_path) as db:
        rows = list(chain.from_iterable(map(_rows_of, _find(db, asked, order, now()))))
    show_rows(_COLUMNS, rows, output_format)


def print_changed(asked: ChangedTags, order: PrintOrder) -> None:
    """Print the tags that have changed, and list those to take down beside them."""
    with opened(asked.db_path) as db:
        at = now()
        take_down: list[TakeDown] = []
        if len(asked.store_ids) == 1 and asked.split is None:
            _print_one(db, asked, order, at, take_down)
        else:
            parts = _parts_of(_find(db, asked, order, at), asked.split or By.STORE, take_down)
            show_parts(print_parts(db, load_settings(db), parts, order, at, _BAR))
        if lists := write_take_down(order.out, take_down):
            keep_take_down(db, take_down, at)
            click.echo(f"{lists[0]} and .pdf: {len(take_down):,} tag(s) to take down")


_BAR = partial(with_bar, label="printing")


def _print_one(db: Database, asked: ChangedTags, order: PrintOrder, at: int, take_down: list[TakeDown]) -> None:
    for changes in _find(db, asked, order, at):
        if changes.is_any:
            whole = replace(order, command=f"{order.command} --store {changes.store_id}")
            result = print_selection(db, load_settings(db), changes.selection, whole, at, _BAR)
            show_result(order.out, changes.selection, result)
        take_down += changes.take_down


def _parts_of(found: Iterator[Changes], split: By | int, take_down: list[TakeDown]) -> Iterator[Part]:
    for changes in found:
        take_down += changes.take_down
        if changes.is_any:
            yield from split_selection(changes.selection, split)


def _find(db: Database, asked: ChangedTags, order: PrintOrder, at: int) -> Iterator[Changes]:
    """Yield what has changed in each store; says of a store where nothing has, that nothing has."""
    if len(asked.store_ids) != 1 and asked.since != LAST:
        raise click.UsageError("a job is of one store; for several write --changed-since last")
    settings = load_settings(db)
    for store_id in asked.store_ids or kept_stores(db, at):
        try:
            selection = select_tags(db, settings, replace(asked.choice, store_id=store_id), at)
            changes = find_changes(db, selection, order, asked.since)
        except NothingToPrintError as error:
            if asked.store_ids:
                raise
            click.echo(f"passed over: {error}", err=True)
            continue
        if not changes.is_any:
            for remark in changes.selection.remarks:
                click.echo(f"remark: {remark}", err=True)
            click.echo(f"store {store_id}: nothing to print, all {changes.unchanged:,} tag(s) are as they hang")
        yield changes


def _rows_of(changes: Changes) -> Iterator[tuple[str, ...]]:
    store = changes.store_id
    for record, change in changes:
        name, position = record.values.get("name", ""), record.values.get("position", "")
        for one in change.details or (None,):
            told = (one.reason, one.field, one.before, one.after) if one else (change.reason, "", "", "")
            yield store, change.sku, name, position, *told
    for gone in changes.take_down:
        yield store, gone.sku, gone.name, gone.position, "take down", "", gone.reason, ""
