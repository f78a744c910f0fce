"""``o2o print``: shelf tags, badges and signage as PDF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.catalog.stores import kept_stores
from o2o.cli.groups import NounGroup
from o2o.cli.options import (
    ROW_ID,
    carrier_option,
    choice_of,
    database_option,
    format_option,
    item_options,
    opened,
    out_option,
    parse_set,
)
from o2o.cli.print_again import print_job_again
from o2o.cli.print_changed import ChangedTags, list_changed, print_changed
from o2o.cli.print_jobs import jobs
from o2o.cli.print_results import show_parts, show_result
from o2o.cli.print_send import send
from o2o.cli.selectors import Selectors, selector_options
from o2o.cli.terminal import with_bar
from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.errors import O2OError
from o2o.printing.jobs.manifest import Again
from o2o.printing.jobs.order import MOST_COPIES, PrintOrder
from o2o.printing.jobs.parts import By, parse_split, print_parts, split_selection
from o2o.printing.jobs.printing import print_selection
from o2o.printing.paper.imposition import Order, parse_cells
from o2o.printing.paper.pages import Mark, PaperTerms
from o2o.printing.paper.stock import MOST_CELLS
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import NothingToPrintError, Selection, select_badges, select_signage, select_tags
from o2o.subjects import Carrier, Kind
from o2o.times import now

_F = TypeVar("_F", bound=Callable[..., Any])
_Select = Callable[[Database, Settings, Choice, int], Selection]


def _parse_marks(_context: click.Context, _option: click.Parameter, value: str) -> tuple[Mark, ...]:
    names = [part.strip().lower() for part in value.split(",") if part.strip()]
    if wrong := [name for name in names if name not in list(Mark)]:
        raise click.BadParameter(f"{wrong[0]!r} is no mark; write crop, bleed or none")
    if Mark.NONE in names and len(names) > 1:
        raise click.BadParameter("none goes with no other")
    return tuple(sorted(map(Mark, set(names))))


def _parse_split(_context: click.Context, _option: click.Parameter, value: str) -> By | int | None:
    return parse_split(value) if value else None


def _parse_pages(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[int, ...]:
    try:
        return tuple(sorted({page + 1 for value in values for page in parse_cells(value)}))
    except O2OError:
        raise click.BadParameter(f"{', '.join(values)} are no pages; write 3 or 5-7") from None


_OPTIONS = (
    database_option,
    click.option("--template", metavar="TEMPLATE", default="",
                 help="A template that o2o ships, such as poster-a4, or a .toml file of your own."),
    click.option("--stock", metavar="STOCK", default="",
                 help="Sheet of labels, such as A4-24 or L7160; label: a page each.  [default: that of the template]"),
    click.option("--campaign", "campaign_id", metavar="CAMPAIGN", help="Codes of this campaign only."),
    click.option("--set", "words", multiple=True, metavar="FIELD=TEXT", callback=parse_set,
                 help="Print this text instead of the template's or the catalogue's."),
    click.option("--copies", type=click.IntRange(1, MOST_COPIES), default=1, show_default=True,
                 help="How often each."),
    click.option("--start", type=click.IntRange(1, MOST_CELLS), default=1, show_default=True,
                 help="First free label of the first sheet, counted row by row."),
    click.option("--skip", metavar="LABELS", default="", help="Labels of the first sheet that are used up, as 1-5,9."),
    click.option("--order", "turn", type=choice_of(Order), default=Order.ROWS.value, show_default=True,
                 help="How labels fill the sheets; cut-and-stack: pile them cut, and the piles are in order."),
    click.option("--as-named", is_flag=True, help="In the order of --sku, --from … instead of that of a walk."),
    click.option("--cut-and-stack", is_flag=True, help="The same as --order cut-and-stack."),
    click.option("--marks", metavar="MARKS", default="", callback=_parse_marks,
                 help="crop and bleed for a print shop, or none.  [default: those of the stock]"),
    click.option("--bleed", metavar="MM", type=click.FloatRange(0, 50), help="How far colours go beyond the trim."),
    click.option("--outlines", is_flag=True, help="Draw the outlines of the cells, for a trial on plain paper."),
    click.option("--printer", metavar="PRINTER", default="", help="Move cells by as much as this printer is off."),
    click.option("--on", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]),
                 help="Day whose prices are printed, such as 2026-12-01.  [default: today]"),
    click.option("--skip-problems", is_flag=True, help="Print the rest; list the problems in OUT.problems.csv."),
    click.option("--drop-missing", is_flag=True,
                 help="Leave out characters that no font has, such as emoji, instead of refusing them."),
    click.option("--sample", is_flag=True, help="Mark every page 样张 SAMPLE; any base URL will do."),
    click.option("--qr", type=click.Choice(["vector", "image"]), default="vector", show_default=True,
                 help="Draw codes as rectangles, or as images of one bit: a smaller file."),
    click.option("--split", metavar="WAY", default="", callback=_parse_split,
                 help="A file a store, an aisle, or so many labels: store, aisle, 5000; OUT may say {store}."),
    click.option("--reprint", "job_id", metavar="JOB", type=ROW_ID,
                 help="Print this job again as it was; the same data give the same file."),
    click.option("--page", "pages", metavar="PAGES", multiple=True, callback=_parse_pages,
                 help="With --reprint: only what is on these pages, as 3 or 5-7."),
    click.option("--as-it-is-now", "as_now", is_flag=True,
                 help="With --reprint: with today's names and prices, or those of --on."),
    out_option("The file: .pdf; for screens and electronic labels .png, or .zip of pictures; "
               "for label printers .zpl or .tspl."),
)  # fmt: skip


def _print_options(function: _F) -> _F:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class _Wish:
    """The options that all prints share."""

    db_path: Path
    template: str
    stock: str
    campaign_id: str | None
    words: dict[str, str]
    copies: int
    start: int
    skip: str
    turn: str
    cut_and_stack: bool
    as_named: bool
    marks: tuple[Mark, ...]
    bleed: float | None
    outlines: bool
    printer: str
    on: datetime | None
    skip_problems: bool
    drop_missing: bool
    sample: bool
    qr: str
    split: By | int | None
    job_id: int | None
    pages: tuple[int, ...]
    as_now: bool
    out: Path
    lot: str = ""
    serial: str = ""
    listed: bool = False

    def __post_init__(self) -> None:
        if not (self.out or self.listed):
            raise click.UsageError("say where to: --out tags.pdf")
        if (self.pages or self.as_now) and not self.job_id:
            raise click.UsageError("--page and --as-it-is-now are of a job that is printed again: name it by --reprint")

    @property
    def of_item(self) -> bool:
        """Whether a lot or a single item is printed for, not a product as such."""
        return bool(self.lot or self.serial)

    def choose(self, store_id: str | None, chosen: Selectors, **choice: Any) -> Choice:
        """Return what is printed."""
        return Choice(
            store_id,
            skus=chosen.skus,
            barcodes=chosen.barcodes,
            categories=chosen.categories,
            copies=chosen.copies,
            on=self.on.date() if self.on else None,
            campaign_id=self.campaign_id,
            template=self.template,
            words=self.words,
            lot=self.lot,
            serial=self.serial,
            as_named=self.as_named,
            **choice,
        )

    def order(self, command: str) -> PrintOrder:
        """Return how it is printed."""
        used = tuple(sorted({*range(self.start - 1), *(parse_cells(self.skip) if self.skip else ())}))
        turn = Order.CUT_AND_STACK if self.cut_and_stack else Order(self.turn)
        paper = PaperTerms(self.stock, self.marks, self.bleed, self.printer, outlines=self.outlines)
        return PrintOrder(
            self.out, command, paper, self.copies, used, turn,
            skip_problems=self.skip_problems, drop_missing=self.drop_missing, sample=self.sample, qr=self.qr,
        )  # fmt: skip


@click.group(cls=NounGroup)
def print_group() -> None:
    """Print shelf tags, badges and signage as PDF, with a record of what each cell shows.

    \b
    Example:
      o2o print tags --store S001 --out tags.pdf
      o2o print badges --store S001 --out badges.pdf
      o2o print signage --store S001 --out signage.pdf
    """


print_group.add_command(send)


print_group.add_command(jobs)


@print_group.command("tags")
@click.option("--store", "store_ids", metavar="STORE", multiple=True, help="Whose tags; several make a file each.")
@click.option("--all-stores", is_flag=True, help="Those of every store, a file each.")
@selector_options
@carrier_option("Codes of this carrier.  [default: shelf_tag]")
@item_options("; with --sku")
@click.option(
    "--changed-since",
    "since",
    metavar="JOB",
    default="",
    help="Only tags that are no longer as they hang, with those to take down in OUT.take-down.csv and .pdf; or last.",
)
@click.option("--list", "listed", is_flag=True, help="With --changed-since: print nothing, show what has changed.")
@format_option()
@_print_options
def print_tags(store_ids: tuple[str, ...], carrier: Carrier | None, *, all_stores: bool, **options: Any) -> None:
    """Print the shelf tags of a store, in the order of a walk: aisle, bay, shelf.

    \b
    Example:
      o2o print tags --store S001 --out tags.pdf
      o2o print tags --store S001 --sku 6901 --barcode 6901234567892 --start 7 --out two.pdf
      o2o print tags --store S001 --category 食品/乳品 --out dairy.pdf
      o2o print tags --store S001 --sku 6901 --lot L42 --serial 0001 --out item.pdf
      o2o print tags --store S001 --from changed-prices.csv --on 2026-12-01 --out changed.pdf
      o2o print tags --all-stores --split aisle --out 'tags-{store}-{aisle}.pdf'
      o2o print tags --store S001 --changed-since last --on 2026-12-01 --list
      o2o print tags --store S001 --changed-since last --on 2026-12-01 --out changed.pdf
      o2o print tags --reprint 12 --page 3 --sku 6901 --start 5 --out lost.pdf
    """
    chosen = Selectors.take(options, "tags", Kind.PRODUCT)
    since, output_format = options.pop("since"), options.pop("output_format")
    asked = _Wish(**options)
    if asked.job_id:
        _print_again(asked, chosen.skus, "tags")
        return
    if asked.listed and not since:
        raise click.UsageError("--list shows what has changed: say since when with --changed-since")
    if asked.of_item and len(chosen.skus) + len(chosen.barcodes) != 1:
        raise click.UsageError("--lot and --serial are of one product: name it with --sku")
    if bool(store_ids) == all_stores:
        raise click.UsageError("say whose: --store STORE, or --all-stores")
    choice = asked.choose(store_ids[0] if store_ids else None, chosen, carrier=carrier)
    if since:
        changed = ChangedTags(asked.db_path, choice, store_ids, since, asked.split)
        _show_changed(changed, asked, output_format)
    elif len(store_ids) == 1:
        _print(asked, select_tags, choice, "tags")
    else:
        _print_stores(asked, choice, store_ids)


@print_group.command("badges")
@click.option("--store", "store_id", metavar="STORE", help="Whose people.")
@selector_options
@_print_options
def print_badges(store_id: str | None, **options: Any) -> None:
    """Print the badges of a store's people.

    \b
    Example:
      o2o print badges --store S001 --out badges.pdf
      o2o print badges --person E0042 --copies 2 --out badge.pdf
      o2o print badges --from new-people.xlsx --out badges.pdf
      o2o print badges --reprint 7 --person E0042 --out badge.pdf
    """
    chosen = Selectors.take(options, "badges", Kind.PERSON)
    asked = _Wish(**options)
    if asked.job_id:
        _print_again(asked, chosen.person_ids, "badges")
        return
    if not store_id and not chosen:
        raise click.UsageError("name a store with --store, or people with --person or --from")
    choice = asked.choose(store_id, chosen, subject_ids=chosen.person_ids)
    _print(asked, select_badges, choice, "badges")


@print_group.command("signage")
@click.option("--store", "store_id", metavar="STORE", help="Whose places.")
@selector_options
@carrier_option("Only places on this carrier, such as door_sign or 门头.")
@item_options("; with --sku")
@_print_options
def print_signage(store_id: str | None, carrier: Carrier | None, **options: Any) -> None:
    """Print the signage of a store: every place on the template of its carrier, or one of your choice.

    With --sku, --barcode or --category it shows products, each with its own code; one product together with --place
    has the code of the place.

    \b
    Example:
      o2o print signage --store S001 --out signage.pdf
      o2o print signage --store S001 --template poster-a4 --sku 6901 --set headline='鸡蛋 9.9' --out eggs.pdf
      o2o print signage --store S001 --template shelf-card --category 食品/乳品 --out cards.pdf
      o2o print signage --campaign C1 --carrier leaflet --out leaflets.pdf
      o2o print signage --reprint 9 --out signage.pdf
    """
    chosen = Selectors.take(options, "signage", Kind.PLACE, Kind.PRODUCT)
    asked = _Wish(**options)
    if asked.job_id:
        _print_again(asked, chosen.place_ids or chosen.skus, "signage")
        return
    if not (store_id or chosen or asked.campaign_id):
        raise click.UsageError("say of what: --store, --place, --sku, --from or --campaign")
    if asked.of_item and (chosen.place_ids or len(chosen.skus) + len(chosen.barcodes) != 1):
        raise click.UsageError(
            "--lot and --serial are of one product with its own code: name it with --sku, without --place"
        )
    choice = asked.choose(store_id, chosen, subject_ids=chosen.place_ids, carrier=carrier)
    _print(asked, select_signage, choice, "signage")


def _print(wish: _Wish, select: _Select, choice: Choice, what: str) -> None:
    bar = partial(with_bar, label="printing")
    with opened(wish.db_path) as db:
        settings, at = load_settings(db), now()
        selection = select(db, settings, choice, at)
        order = wish.order(what)
        if wish.split is None:
            whole = replace(order, command=f"{what} --store {choice.store_id or ''}")
            show_result(wish.out, selection, print_selection(db, settings, selection, whole, at, bar))
        else:
            show_parts(print_parts(db, settings, split_selection(selection, wish.split), order, at, bar))


def _show_changed(changed: ChangedTags, wish: _Wish, output_format: str) -> None:
    if wish.listed:
        list_changed(changed, wish.order("tags"), output_format)
    else:
        print_changed(changed, wish.order("tags"))


def _print_again(wish: _Wish, subject_ids: tuple[str, ...], what: str) -> None:
    order = wish.order(what)
    again = Again(wish.job_id or 0, wish.pages, subject_ids)
    print_job_again(wish.db_path, order, again, wish.on.date() if wish.on else None, as_now=wish.as_now)


def _print_stores(wish: _Wish, choice: Choice, store_ids: tuple[str, ...]) -> None:
    bar = partial(with_bar, label="printing")
    with opened(wish.db_path) as db:
        settings, at = load_settings(db), now()
        choices = [replace(choice, store_id=store_id) for store_id in store_ids or kept_stores(db, at)]
        found = chain.from_iterable(_select_tags(db, settings, one, at, named=bool(store_ids)) for one in choices)
        parts = chain.from_iterable(split_selection(one, wish.split or By.STORE) for one in found)
        show_parts(print_parts(db, settings, parts, wish.order("tags"), at, bar))


def _select_tags(db: Database, settings: Settings, choice: Choice, at: int, *, named: bool) -> Iterator[Selection]:
    """Yield the tags of a store; of one that was not named nothing when it has none."""
    try:
        yield select_tags(db, settings, choice, at)
    except NothingToPrintError as error:
        if named:
            raise
        click.echo(f"passed over: {error}", err=True)
