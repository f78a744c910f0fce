"""Walks the whole loop with a small chain: catalogue, codes, paper, scans, orders, report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from o2o.attribution.models import MODELS
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.codes.short import LENGTH
from o2o.collect.recording.drain import drain_segments
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.demo.chain import CAMPAIGN_CARRIERS, FLAGSHIP, Sheet, make_chain, write_sheets
from o2o.demo.folder import prepare_folder
from o2o.demo.paper import print_shop, read_paper
from o2o.demo.server import LOOPBACK, claim_port, serving
from o2o.demo.shoppers import PLANTED, Market, Shopper, plan_machines, plan_shoppers
from o2o.demo.till import make_order_sheets, read_shelves, ring_up
from o2o.demo.traffic import Answer, send_all
from o2o.demo.truth import Finding, find_influences, make_truth_section
from o2o.importers.catalog import import_catalogs
from o2o.importers.orders import import_orders
from o2o.reports.html import make_attribution_page
from o2o.reports.tables import tabulate_credits
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.text_files import format_csv, write_text
from o2o.times import local_day, now
from o2o.touchpoints import MintRequest, Touchpoint, list_touchpoints, mint_touchpoints

BASE_URL = "https://s.example.com"
_DESTINATION = "https://shop.example.com/{kind}?sku={sku}&store={store}&from={code}"
_MACHINES_SHARE = 0.03
_SHEETS = ("stores", "people", "places", "campaigns", "assortment", "orders", "order-lines")
_OWN = (
    "demo.db*",
    "live.db*",
    f"tags-{FLAGSHIP}.pdf",
    "badges.pdf",
    "signage-S00[0-9].pdf",
    "report.html",
    "attribution.csv",
    *(f"input/{name}.csv*" for name in _SHEETS),
    "input/products.xlsx*",
)
"""All that a demo writes into its folder."""

Say = Callable[[str], None]
"""Told what is being done, one sentence at a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a demo is; the same seed invents the same chain and the same shoppers."""

    shoppers: int = 6_000
    seed: int = 2
    language: str = Language.ZH

    @property
    def settings(self) -> Settings:
        """The settings of the chain's file."""
        return Settings(BASE_URL, "CNY", "Asia/Shanghai", self.language)

    def invent_chain(self) -> tuple[Sheet, ...]:
        """Return the files of the chain, with campaigns around today."""
        return make_chain(self.seed, local_day(now(), self.settings.zone))


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo made and found."""

    out: Path
    database: Path
    pdfs: tuple[Path, ...]
    report: Path
    codes: int
    hits: int
    orders: int
    findings: tuple[Finding, ...]


def run_demo(out: Path, plan: Plan, say: Say) -> Demo:
    """Walk the loop into a folder, from the operator's files to the report beside the planted truth."""
    prepare_folder(out, _OWN)
    database = out / "demo.db"
    sheets, settings = plan.invent_chain(), plan.settings
    say("importing the catalogue of 3 stores, minting a code for every person, product and place")
    db = build_shop(database, settings, sheets, destination=_DESTINATION)
    try:
        say("printing shelf tags, badges and signage, reading every code back from the PDFs")
        pdfs = print_shop(db, settings, out, now())
        urls = read_paper(pdfs)
        say(f"sending {plan.shoppers:,} shoppers who scan what was printed to 'o2o serve'")
        visits = send_shoppers(database, make_market(list_touchpoints(db), urls), plan)
        say("importing what they bought, and reporting")
        drain_segments(db, database)
        orders = import_sales(db, visits, sheets, plan, out)
        findings = find_influences(db, settings)
        report = write_report(db, settings, findings, out)
        hits = db.conn.execute("SELECT count(*) FROM scans").fetchone()[0]
    finally:
        db.close()
    return Demo(out, database, tuple(pdfs), report, len(set(urls)), hits, orders, tuple(findings))


def build_shop(db_path: Path, settings: Settings, sheets: Sequence[Sheet], *, destination: str | None) -> Database:
    """Create a shop's file, import the operator's files, and mint a code for all that the stores have."""
    at = now()
    db = create_shop(db_path, settings, destination)
    import_catalogs(db, write_sheets(sheets, db_path.parent / "input"), now=at)
    for request in _mint_requests(db):
        mint_touchpoints(db, request, at)
    return db


def _mint_requests(db: Database) -> Iterator[MintRequest]:
    carriers = dict(db.conn.execute("SELECT place_id, carrier FROM places"))
    for campaign, used in CAMPAIGN_CARRIERS.items():
        places = tuple(place for place, carrier in carriers.items() if carrier in used)
        yield MintRequest(Kind.PLACE, campaign_id=campaign, subject_ids=places)
        carriers = {place: carrier for place, carrier in carriers.items() if place not in places}
    yield MintRequest(Kind.PLACE, subject_ids=tuple(carriers))
    yield MintRequest(Kind.PERSON)
    for (store,) in db.conn.execute("SELECT store_id FROM stores").fetchall():
        yield MintRequest(Kind.PRODUCT, store_id=store)


def make_market(touchpoints: Iterable[Touchpoint], urls: Iterable[str]) -> Market:
    """Return what shoppers can meet: the URLs on paper, told apart by what their touchpoints stand for."""
    by_code = {touchpoint.code: touchpoint for touchpoint in touchpoints}
    by_mark = {(t.kind, t.subject_id, t.store_id): url for url in urls if (t := by_code.get(url[-LENGTH:].upper()))}
    planted = tuple((each, by_mark.pop((each.kind, each.subject_id, FLAGSHIP))) for each in PLANTED)
    plain: dict[str, dict[Kind, tuple[str, ...]]] = {}
    for (kind, _, store), url in sorted(by_mark.items()):
        kinds = plain.setdefault(store or "", {})
        kinds[Kind(kind)] = (*kinds.get(Kind(kind), ()), url)
    return Market(planted, plain)


def send_shoppers(db_path: Path, market: Market, plan: Plan) -> list[tuple[Shopper, list[Answer]]]:
    """Let shoppers, bots and previews request codes of a real server, and return what each shopper was answered."""
    rng = Random(plan.seed)
    shoppers = plan_shoppers(market, plan.shoppers, rng)
    machines = plan_machines(market, round(plan.shoppers * _MACHINES_SHARE), rng)
    port = claim_port()
    with serving(db_path, LOOPBACK, port, proxy=LOOPBACK):
        answers = send_all([*(shopper.client for shopper in shoppers), *machines], port)
    return list(zip(shoppers, answers, strict=False))


def import_sales(
    db: Database, visits: Sequence[tuple[Shopper, list[Answer]]], sheets: Sequence[Sheet], plan: Plan, out: Path
) -> int:
    """Write what the shoppers bought as the tills' exports, import them, and return how many orders there are."""
    assortment = next(sheet for sheet in sheets if sheet.name == "assortment.csv")
    sales = ring_up(visits, read_shelves(assortment), Random(plan.seed))
    orders, lines = write_sheets(make_order_sheets(sales, plan.settings.zone), out / "input")
    return import_orders(db, orders, lines_path=lines, now=now()).sales


def write_report(db: Database, settings: Settings, findings: Sequence[Finding], out: Path) -> Path:
    """Write attribution.csv and report.html, with the planted truth in it, and return the latter."""
    question = Question(Outcome.ORDERS, MODELS)
    table = tabulate_credits(attribute(db, settings, question))
    write_text(out / "attribution.csv", format_csv(table.header, table.rows) + "\n")
    section = make_truth_section(findings, settings.language)
    write_text(out / "report.html", make_attribution_page(db, settings, question, now(), [section]))
    return out / "report.html"
