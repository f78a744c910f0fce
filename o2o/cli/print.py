"""``o2o print``: shelf tags, badges and signage as PDF."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.catalog.stores import kept_stores
from o2o.cli.groups import NounGroup
from o2o.cli.options import carrier_option, choice_of, database_option, item_options, opened, out_option, parse_set
from o2o.cli.print_send import send
from o2o.cli.selectors import Selectors, selector_options
from o2o.cli.terminal import with_bar
from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.printing.imposition import Order, parse_cells
from o2o.printing.jobs import MOST_COPIES, PrintOrder, PrintResult, print_selection
from o2o.printing.paper import Mark, PaperTerms
from o2o.printing.parts import By, PartResult, PartsRefusedError, parse_split, print_parts, split_selection
from o2o.printing.records import Choice, NothingToPrintError, Selection, select_badges, select_signage, select_tags
from o2o.printing.stock import MOST_CELLS
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
    out_option("The file: .pdf; for screens and electronic labels .png, or .zip of pictures; "
               "for label printers .zpl or .tspl.", required=True),
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
    out: Path
    lot: str = ""
    serial: str = ""

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


@print_group.command("tags")
@click.option("--store", "store_ids", metavar="STORE", multiple=True, help="Whose tags; several make a file each.")
@click.option("--all-stores", is_flag=True, help="Those of every store, a file each.")
@selector_options
@carrier_option("Codes of this carrier.  [default: shelf_tag]")
@item_options("; with --sku")
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
    """
    chosen = Selectors.take(options, "tags", Kind.PRODUCT)
    asked = _Wish(**options)
    if asked.of_item and len(chosen.skus) + len(chosen.barcodes) != 1:
        raise click.UsageError("--lot and --serial are of one product: name it with --sku")
    if bool(store_ids) == all_stores:
        raise click.UsageError("say whose: --store STORE, or --all-stores")
    choice = asked.choose(store_ids[0] if store_ids else None, chosen, carrier=carrier)
    if len(store_ids) == 1:
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
    """
    chosen = Selectors.take(options, "badges", Kind.PERSON)
    if not store_id and not chosen:
        raise click.UsageError("name a store with --store, or people with --person or --from")
    asked = _Wish(**options)
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
    """
    chosen = Selectors.take(options, "signage", Kind.PLACE, Kind.PRODUCT)
    asked = _Wish(**options)
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
            _show(wish.out, selection, print_selection(db, settings, selection, whole, at, bar))
        else:
            _show_parts(print_parts(db, settings, split_selection(selection, wish.split), order, at, bar))


def _print_stores(wish: _Wish, choice: Choice, store_ids: tuple[str, ...]) -> None:
    bar = partial(with_bar, label="printing")
    with opened(wish.db_path) as db:
        settings, at = load_settings(db), now()
        choices = [replace(choice, store_id=store_id) for store_id in store_ids or kept_stores(db, at)]
        found = chain.from_iterable(_select_tags(db, settings, one, at, named=bool(store_ids)) for one in choices)
        parts = chain.from_iterable(split_selection(one, wish.split or By.STORE) for one in found)
        _show_parts(print_parts(db, settings, parts, wish.order("tags"), at, bar))


def _select_tags(db: Database, settings: Settings, choice: Choice, at: int, *, named: bool) -> Iterator[Selection]:
    """Yield the tags of a store; of one that was not named nothing when it has none."""
    try:
        yield select_tags(db, settings, choice, at)
    except NothingToPrintError as error:
        if named:
            raise
        click.echo(f"passed over: {error}", err=True)


def _show_parts(results: Iterable[PartResult]) -> None:
    """Tell of each file as it is done, and of all at the end; raises PartsRefusedError when some are not printed."""
    done, refused = [], []
    for part in results:
        if part.result:
            _show(part.out, part.selection, part.result)
            done.append(part.result)
        else:
            refused.append(part.out.name)
            click.echo(f"{part.out}: {part.error}", err=True)
    cells, pages = sum(one.cells for one in done), sum(one.pages for one in done)
    click.echo(f"{len(done):,} file(s): {cells:,} printed on {pages:,} page(s)")
    if refused:
        raise PartsRefusedError(refused)


def _show(out: Path, selection: Selection, result: PrintResult) -> None:
    for remark in (*selection.remarks, *result.remarks):
        click.echo(f"remark: {remark}", err=True)
    _show_problems(result)
    click.echo(f"{out}: {result.cells:,} printed on {result.pages:,} page(s), job {result.job_id}")


def _show_problems(result: PrintResult) -> None:
    for problem in result.problems:
        click.echo(f"left out: {problem}", err=True)
    if result.problems_file:
        click.echo(f"{result.problem_count:,} problem(s), listed in {result.problems_file}", err=True)
