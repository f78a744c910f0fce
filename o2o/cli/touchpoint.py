"""``o2o touchpoint``: mint the codes of a shop, and say what they stand for."""

import json
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.cli.export import export_rows
from o2o.cli.groups import NounGroup
from o2o.cli.options import (
    carrier_option,
    choice_of,
    database_option,
    format_option,
    opened,
    out_option,
    show_rows,
    show_text,
)
from o2o.collect.verdicts.rejudging import orphan_retired
from o2o.config import Settings, load_settings
from o2o.db import Database, writing
from o2o.importers.id_lists import read_ids
from o2o.links import touchpoint_urls
from o2o.subjects import KIND_TABLES, Kind
from o2o.times import SINCE_EVER, format_at, now, parse_at
from o2o.touchpoints import (
    MintRequest,
    Move,
    Touchpoint,
    find_touchpoint,
    list_periods,
    list_touchpoints,
    mint_touchpoints,
    move_touchpoint,
    retire_touchpoint,
    subject_name,
    subject_names,
)

_F = TypeVar("_F", bound=Callable[..., Any])
EXPORTED = (
    "code", "url", "kind", "subject_id", "store_id", "campaign_id", "carrier", "label", "minted_at", "retired_at",
)  # fmt: skip
"""The columns of ``touchpoint export``."""

LISTED = ("code", "kind", "subject_id", "name", "store_id", "campaign_id", "carrier", "label", "retired_at")
"""The columns of ``touchpoint list``."""

_SHOWN = 200

_PRINT = {Kind.PLACE: "signage", Kind.PRODUCT: "tags", Kind.PERSON: "badges"}


def _to_kind(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Kind | None:
    return None if value is None else Kind(value)


_kind_option = click.option("--kind", type=choice_of(Kind), callback=_to_kind, help="Of this kind only.")
_store_option = click.option("--store", "store_id", metavar="STORE", help="The store's id.")
_campaign_option = click.option("--campaign", "campaign_id", metavar="CAMPAIGN", help="The campaign's id.")
_carrier_option = carrier_option("Such as door_sign or 门头.")


def _filter_options(command: _F) -> _F:
    for option in (_carrier_option, _campaign_option, _store_option, _kind_option):
        command = option(command)
    return command


@click.group(cls=NounGroup)
def touchpoint() -> None:
    """Mint, list, move, retire and export touchpoints: each is one code for a person, a product or a place.

    \b
    Example:
      o2o touchpoint mint
      o2o touchpoint mint --kind product --store S001
      o2o touchpoint export --out touchpoints.csv
    """


@touchpoint.command()
@database_option
@_filter_options
@click.option("--label", default="", help="Tells two marks of one subject apart, such as 'left'.")
@click.option("--all-products", is_flag=True, help="Every product, whatever the store is known to carry.")
@click.option("--person", "people", multiple=True, metavar="ID", help="This person only; may be given several times.")
@click.option("--sku", "skus", multiple=True, help="This product only; may be given several times.")
@click.option("--place", "places", multiple=True, metavar="ID", help="This place only; may be given several times.")
@click.option("--from", "list_path", type=click.Path(path_type=Path),
              help="Only those of --kind whose ids are in this CSV, XLSX or text.")  # fmt: skip
def mint(
    db_path: Path,
    kind: Kind | None,
    people: tuple[str, ...],
    skus: tuple[str, ...],
    places: tuple[str, ...],
    list_path: Path | None,
    **request: Any,
) -> None:
    """Give each subject its code.

    One that has a live code with the same store, campaign, carrier and label gets no other. Without --store,
    people and places are in their own store and products are for the whole chain; with it, products are those
    of the store's assortment.

    \b
    Example:
      o2o touchpoint mint
      o2o touchpoint mint --kind product --store S001
      o2o touchpoint mint --kind place --carrier 海报 --campaign C1
      o2o touchpoint mint --campaign C1 --place DOOR-1 --place DOOR-2
      o2o touchpoint mint --campaign C1 --kind place --from places-of-c1.csv
    """
    named = {Kind.PERSON: people, Kind.PRODUCT: skus, Kind.PLACE: places}
    kind = _only_kind({one for one, ids in named.items() if ids} | ({kind} if kind else set()))
    if list_path and not kind:
        raise click.UsageError("--from lists ids of one kind; say which with --kind")
    ids = (named[kind] if kind else ()) + (read_ids(list_path, kind) if list_path and kind else ())
    with opened(db_path) as db:
        minted = mint_touchpoints(db, MintRequest(kind, subject_ids=ids, **request), now())
    click.echo(_describe_minted(minted))


def _only_kind(kinds: set[Kind]) -> Kind | None:
    if len(kinds) > 1:
        raise click.UsageError(f"{' and '.join(sorted(kinds))}: name one kind at a time")
    return next(iter(kinds), None)


def _describe_minted(minted: Sequence[Touchpoint]) -> str:
    if not minted:
        return "minted 0: each has its code already; see them with: o2o touchpoint list"
    kinds = Counter(Kind(one.kind) for one in minted)
    counts = ", ".join(f"{KIND_TABLES[kind][0]} {count:,}" for kind, count in kinds.items())
    printable = [one for one in minted if one.store_id]
    if not printable:
        return f"minted {len(minted):,}: {counts}; next: o2o touchpoint export --out touchpoints.csv"
    kind = printable[-1].kind
    what = _PRINT[Kind(kind)]
    store = shlex.quote(next(one.store_id or "" for one in printable if one.kind == kind))
    return f"minted {len(minted):,}: {counts}; next: o2o print {what} --store {store} --out {what}.pdf"


@touchpoint.command("list")
@database_option
@_filter_options
@click.option("--all", "with_retired", is_flag=True, help="Retired ones too.")
@format_option()
def show_list(db_path: Path, output_format: str, *, with_retired: bool, **wanted: Any) -> None:
    """Show touchpoints as they stand today.

    \b
    Example:
      o2o touchpoint list --store S001 --kind person
    """
    with opened(db_path) as db:
        found = [one for one in list_touchpoints(db, live_only=False, **wanted) if with_retired or one.is_live(now())]
        shown = found[:_SHOWN] if output_format == "table" else found
        rows = _listed_rows(db, shown)
    show_rows(LISTED, rows, output_format)
    if len(shown) < len(found):
        more = f"and {len(found) - len(shown):,} more: narrow it with --store or --kind, or take all with --format csv"
        click.echo(more, err=True)


def _listed_rows(db: Database, touchpoints: Sequence[Touchpoint]) -> list[tuple[str | None, ...]]:
    names, zone = subject_names(db), load_settings(db).zone
    return [
        (
            one.code,
            one.kind,
            one.subject_id,
            names.get((one.kind, one.subject_id), ""),
            one.store_id,
            one.campaign_id,
            one.carrier,
            one.label,
            None if one.retired_at is None else format_at(one.retired_at, zone),
        )
        for one in touchpoints
    ]


@touchpoint.command()
@database_option
@click.argument("code")
@format_option("table", "json")
def show(db_path: Path, code: str, output_format: str) -> None:
    """Show the touchpoint of CODE and what it stood for over time.

    \b
    Example:
      o2o touchpoint show K7M2X9PQ
    """
    with opened(db_path) as db:
        facts, periods = _describe_touchpoint(db, code)
    if output_format == "json":
        show_text(json.dumps(facts | {"periods": periods}, ensure_ascii=False, indent=2), output_format)
        return
    for name, value in facts.items():
        click.echo(f"{name:<12} {value or ''}".rstrip())
    click.echo()
    show_rows(tuple(periods[0]), [tuple(period.values()) for period in periods], "table")


def _describe_touchpoint(db: Database, code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    settings = load_settings(db)
    found = find_touchpoint(db, code)
    url = touchpoint_urls(db, settings, [found.code])[found.code]
    facts = dict(zip(EXPORTED, _exported_row(settings, found, url), strict=True))
    facts["name"] = subject_name(db, found.kind, found.subject_id)
    periods = [asdict(period) for period in list_periods(db, found.id)]
    for period in periods:
        started, ended = period["valid_from"], period["valid_to"]
        period["valid_from"] = None if started == SINCE_EVER else format_at(started, settings.zone)
        period["valid_to"] = None if ended is None else format_at(ended, settings.zone)
    return facts, periods


@touchpoint.command()
@database_option
@click.argument("code")
@_store_option
@click.option("--subject", "subject_id", metavar="ID", help="The id of another subject of the same kind.")
@_campaign_option
@_carrier_option
@click.option("--label", help="Tells two marks of one subject apart.")
@click.option("--at", "when", metavar="WHEN", help="Since when, if not now: 2026-05-17 or 2026-05-17T10:00.")
def move(db_path: Path, code: str, when: str | None, **change: Any) -> None:
    """Let CODE stand for something else.

    Scans before stay with what it stood for then. An empty text clears a store, a campaign or a label.

    \b
    Example:
      o2o touchpoint move K7M2X9PQ --store S002
      o2o touchpoint move K7M2X9PQ --campaign '' --at 2026-05-17
    """
    with opened(db_path) as db:
        at = _parse_when(load_settings(db), when)
        moved = move_touchpoint(db, code, Move(**change), at)
    state = (moved.subject_id, moved.store_id, moved.campaign_id, moved.carrier, moved.label)
    click.echo(f"{moved.code} now stands for {moved.kind} {', '.join(part for part in state if part)}")


@touchpoint.command()
@database_option
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--at", "when", metavar="WHEN", help="Since when, if not now: 2026-05-17 or 2026-05-17T10:00.")
def retire(db_path: Path, codes: tuple[str, ...], when: str | None) -> None:
    """Take codes out of use.

    Scans since then don't count, those before stay, and the codes are never used again.

    \b
    Example:
      o2o touchpoint retire K7M2X9PQ
      o2o touchpoint retire K7M2X9PQ --at 2026-05-17
    """
    with opened(db_path) as db, writing(db):
        at = _parse_when(load_settings(db), when)
        for code in codes:
            retire_touchpoint(db, code, at)
        taken_back = orphan_retired(db)
    click.echo(f"retired {len(codes):,}" + (f"; {taken_back:,} scans since then no longer count" if taken_back else ""))


@touchpoint.command()
@database_option
@_filter_options
@format_option("csv", "json")
@out_option()
def export(db_path: Path, output_format: str, out: Path | None, **wanted: Any) -> None:
    """Write touchpoints with their URLs as CSV or JSON, retired ones too.

    \b
    Example:
      o2o touchpoint export --out touchpoints.csv
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        found = list_touchpoints(db, live_only=False, **wanted)
        urls = touchpoint_urls(db, settings, [one.code for one in found])
    exported = [_exported_row(settings, one, urls[one.code]) for one in found]
    export_rows(EXPORTED, exported, output_format, out)


def _exported_row(settings: Settings, one: Touchpoint, url: str) -> tuple[str | None, ...]:
    return (
        one.code,
        url,
        one.kind,
        one.subject_id,
        one.store_id,
        one.campaign_id,
        one.carrier,
        one.label,
        format_at(one.minted_at, settings.zone),
        None if one.retired_at is None else format_at(one.retired_at, settings.zone),
    )


def _parse_when(settings: Settings, text: str | None) -> int:
    present = now()
    try:
        at = present if text is None else parse_at(text, settings.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None
    if at > present:
        raise click.BadParameter(f"{text} is still to come; do it then", param_hint="--at")
    return at
