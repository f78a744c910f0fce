"""Which text each touchpoint's code holds, and which touchpoint a GS1 Digital Link means."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.codes.check_digits import check_digit
from o2o.codes.gs1 import Gs1Error, parse
from o2o.config import change_setting, load_settings
from o2o.db import Database
from o2o.importers.catalog import import_catalog
from o2o.links import ScannedLink, find_code, read_code, touchpoint_urls
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import print_selection
from o2o.printing.proof.comparison import prove_pdf
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_badges, select_signage, select_tags
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, Move, Touchpoint, mint_touchpoints, move_touchpoint, retire_touchpoint
from tests.prints import EAN, read_codes

NOW = 1_800_000_000_000
GLN, GLN_2, GSRN, GIAI, GCN = (
    "9506000134352",
    "9506000134369",
    "795260646688514634",
    "9506000134352CART7",
    "9506000134352001",
)
TABLES = {
    "stores": f"store_id,name,gln\nS1,one,{GLN}\nS2,two,\n",
    "campaigns": f"campaign_id,name,gcn\nC1,spring,{GCN}\nC2,autumn,\n",
    "products": (
        f"sku,name,gtin,pack_quantity\n1,egg,{EAN},\n2,milk,6901234567893,\n3,own,2012345678903,\n4,gum,96385074,\n"
        "5,case,6901234500004;16901234500001,1;12\n6,none,,\n"
    ),
    "people": f"person_id,store_id,name,gsrn\nP1,S1,Li,{GSRN}\nP2,S1,Wu,\n",
    "places": (
        "place_id,store_id,name,carrier,gln,giai\n"
        "D1,S1,door,door_sign,,\nD2,S2,door,door_sign,,\nD 3,S1,door,door_sign,,\n"
        f"K1,S1,cart,cart,,{GIAI}\nK2,S1,till,checkout,{GLN_2},\n"
    ),
}
TAG = f"01/0{EAN}"


@pytest.fixture
def shop(db: Database, tmp_path: Path) -> Database:
    """A shop with subjects that have keys, and some that have none; it prints Digital Links."""
    for name, text in TABLES.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        assert not import_catalog(db, path, now=NOW).rejected
    change_setting(db, "base_url", "https://s.yourshop.com")
    change_setting(db, "url_form", "digital_link")
    return db


def mint(db: Database, kind: Kind, subject_id: str, *, store: str | None = None, campaign: str | None = None) -> str:
    request = MintRequest(kind, store, campaign, all_products=True, subject_ids=(subject_id,))
    found: list[Touchpoint] = mint_touchpoints(db, request, NOW)
    return found[0].code


def url_of(db: Database, code: str, **options: str) -> str:
    return touchpoint_urls(db, load_settings(db), [code], **options)[code]


@pytest.mark.parametrize(
    ("kind", "subject_id", "campaign", "path"),
    [
        (Kind.PRODUCT, "1", None, TAG),
        (Kind.PRODUCT, "1", "C1", TAG),
        (Kind.PRODUCT, "2", None, ""),
        (Kind.PRODUCT, "2", "C1", f"255/{GCN}"),
        (Kind.PRODUCT, "3", None, ""),
        (Kind.PRODUCT, "4", None, "01/00000096385074"),
        (Kind.PRODUCT, "5", None, "01/06901234500004"),
        (Kind.PRODUCT, "6", None, ""),
        (Kind.PERSON, "P1", None, f"8017/{GSRN}"),
        (Kind.PERSON, "P2", None, ""),
        (Kind.PLACE, "D1", None, f"414/{GLN}/254/D1"),
        (Kind.PLACE, "D1", "C1", f"255/{GCN}"),
        (Kind.PLACE, "D1", "C2", f"414/{GLN}/254/D1"),
        (Kind.PLACE, "D2", None, ""),
        (Kind.PLACE, "D 3", None, ""),
        (Kind.PLACE, "K1", None, f"8004/{GIAI}"),
        (Kind.PLACE, "K2", None, f"414/{GLN_2}"),
    ],
)
def test_a_code_is_printed_in_the_link_of_its_key_or_as_a_short_link(shop, kind, subject_id, campaign, path) -> None:
    code = mint(shop, kind, subject_id, campaign=campaign)
    url = url_of(shop, code)
    assert url == f"https://S.YOURSHOP.COM/{path}?o2o={code}" if path else f"https://S.YOURSHOP.COM/{code}"
    change_setting(shop, "url_case", "lower")
    change_setting(shop, "base_url", "https://yourshop.com/Go")
    lower = url_of(shop, code)
    assert (
        lower == f"https://yourshop.com/Go/{path}?o2o={code.lower()}"
        if path
        else f"https://yourshop.com/Go/{code.lower()}"
    )
    if path:
        assert parse(url).elements == parse(lower).elements
        assert read_code(lower) == code
    change_setting(shop, "url_form", "short")
    assert url_of(shop, code) == f"https://yourshop.com/Go/{code.lower()}"


def test_a_lot_and_a_serial_number_stand_in_the_links_of_products_and_in_no_other(shop: Database) -> None:
    tag, badge = mint(shop, Kind.PRODUCT, "1"), mint(shop, Kind.PERSON, "P1")
    assert url_of(shop, tag, lot="a/1") == f"https://S.YOURSHOP.COM/{TAG}/10/a%2F1?o2o={tag}"
    assert url_of(shop, tag, serial="7") == f"https://S.YOURSHOP.COM/{TAG}/21/7?o2o={tag}"
    assert url_of(shop, tag, lot="a/1", serial="7") == f"https://S.YOURSHOP.COM/{TAG}/10/a%2F1/21/7?o2o={tag}"
    assert url_of(shop, badge, lot="a/1", serial="7") == url_of(shop, badge)


def test_the_links_of_a_stores_tags_are_made_at_once(db: Database) -> None:
    change_setting(db, "url_form", "digital_link")
    bodies = [f"69{number:010}" for number in range(13_000)]
    products = ({"sku": body, "name": "x", "gtin": body + check_digit(body)} for body in bodies)
    db.table("products").insert_all(products)
    codes = [touchpoint.code for touchpoint in mint_touchpoints(db, MintRequest(Kind.PRODUCT), NOW)]
    settings = load_settings(db)
    started = time.process_time()
    urls = touchpoint_urls(db, settings, codes)
    assert time.process_time() - started < 2
    assert [read_code(url) for url in urls.values()] == codes


@pytest.mark.parametrize(
    "target",
    ["/a/b", "/01/06901234567893", f"/{TAG}/", f"/01/{EAN}", f"/gtin/0{EAN}", f"/{TAG}/21/1/10/L", f"/{TAG}?10=L",
     f"/{TAG}?89=1", "/01/店", "/10/L" * 10_000],
)  # fmt: skip
def test_what_is_no_digital_link_is_not_taken_for_one(target: str) -> None:
    with pytest.raises(Gs1Error):
        ScannedLink.parse(target)


def test_a_link_means_the_touchpoint_whose_code_it_carries_whatever_it_names(shop: Database) -> None:
    tag, other = mint(shop, Kind.PRODUCT, "1", store="S1"), mint(shop, Kind.PRODUCT, "1")
    for query in (f"o2o={tag}", f"o2o={tag.lower()}", f"17=271231&o2o={tag}#top"):
        assert find_code(shop, ScannedLink.parse(f"/{TAG}?{query}"), NOW) == tag
    move_touchpoint(shop, tag, Move(subject_id="4"), NOW)
    assert find_code(shop, ScannedLink.parse(f"/{TAG}?o2o={tag}"), NOW) == tag
    for strange in ("", "nonsense", "K7M2X9PQ", "22222222"):
        assert find_code(shop, ScannedLink.parse(f"/{TAG}?o2o={strange}"), NOW) == other


def test_a_products_link_without_a_code_means_the_chains_touchpoint_and_never_a_stores(shop: Database) -> None:
    mint(shop, Kind.PRODUCT, "5", store="S1")
    each, case = "/01/06901234500004", "/01/16901234500001"
    for target in (each, f"{each}/10/L%2F1?17=271231&utm_source=x", case):
        scanned = ScannedLink.parse(target)
        assert find_code(shop, scanned, NOW) == scanned.path
    assert ScannedLink.parse(f"/x/y{each}/10/%4C%2f1?17=271231").path == f"{each}/10/L%2F1"
    in_campaign = mint(shop, Kind.PRODUCT, "5", campaign="C2")
    assert find_code(shop, ScannedLink.parse(each), NOW) == in_campaign
    chain = mint(shop, Kind.PRODUCT, "5")
    for target in (each, f"{each}/10/L", f"/shop{each}", case):
        assert find_code(shop, ScannedLink.parse(target), NOW) == chain
    retire_touchpoint(shop, chain, NOW)
    assert find_code(shop, ScannedLink.parse(each), NOW - 1) == chain
    assert find_code(shop, ScannedLink.parse(each), NOW) == in_campaign


def test_a_number_of_the_stores_own_is_no_key(shop: Database) -> None:
    mint(shop, Kind.PRODUCT, "3")
    assert find_code(shop, ScannedLink.parse("/01/02012345678903"), NOW) == "/01/02012345678903"


def test_the_link_of_a_place_or_a_person_means_its_own_touchpoint_as_it_names_one_alone(shop: Database) -> None:
    minted = {one: mint(shop, Kind.PLACE, one) for one in ("D1", "K1", "K2")} | {"P1": mint(shop, Kind.PERSON, "P1")}
    targets = {"D1": f"/414/{GLN}/254/D1", "K1": f"/8004/{GIAI}", "K2": f"/414/{GLN_2}", "P1": f"/8017/{GSRN}"}
    for subject_id, target in targets.items():
        assert find_code(shop, ScannedLink.parse(target), NOW) == minted[subject_id]
    for target in (f"/414/{GLN}", f"/414/{GLN}/254/D2", f"/414/{GLN_2}/254/D1", f"/8018/{GSRN}"):
        assert find_code(shop, ScannedLink.parse(target), NOW) == target


def test_the_link_of_a_coupon_means_the_campaigns_touchpoint_without_a_store(shop: Database) -> None:
    mint(shop, Kind.PLACE, "D1", campaign="C1")
    assert find_code(shop, ScannedLink.parse(f"/255/{GCN}"), NOW) == f"/255/{GCN}"
    coupon = mint(shop, Kind.PRODUCT, "6", campaign="C1")
    assert find_code(shop, ScannedLink.parse(f"/255/{GCN}"), NOW) == coupon


def test_printed_links_are_read_back_and_what_has_no_key_is_told(shop: Database, tmp_path: Path) -> None:
    import_assortment(shop, tmp_path)
    for kind in Kind:
        mint_touchpoints(shop, MintRequest(kind, "S1"), NOW)
    settings, shown = load_settings(shop), []
    for select, needed in ((select_tags, "barcode"), (select_badges, "gsrn"), (select_signage, "gln")):
        selection = select(shop, settings, Choice("S1"), NOW)
        assert [needed in remark for remark in selection.remarks if "short link" in remark] == [True]
        out = tmp_path / f"{select.__name__}.pdf"
        print_selection(shop, settings, selection, PrintOrder(out, "print"), NOW)
        assert prove_pdf(shop, out).problems == ()
        shown += [code.text for code in read_codes(out, 300) if code.text.startswith("https:")]
    links = [text for text in shown if read_code(text)]
    assert len(shown) - len(links) == 5
    assert {parse(link).key[0] for link in links} == {"01", "414", "8004", "8017"}


@pytest.mark.parametrize(("option", "ai"), [("lot", "10"), ("serial", "21")])
def test_a_print_for_a_lot_or_an_item_names_it_and_a_short_link_cannot(
    shop: Database, run: Callable[..., Result], tmp_path: Path, option: str, ai: str
) -> None:
    import_assortment(shop, tmp_path)
    code = mint(shop, Kind.PRODUCT, "1", store="S1")
    out, named, tags = tmp_path / "named.pdf", (f"--{option}", "L1"), ("print", "tags", "--store", "S1")
    assert run(*tags, "--sku", "1", *named, "--out", out).exit_code == 0
    assert f"https://S.YOURSHOP.COM/{TAG}/{ai}/L1?o2o={code}" in [seen.text for seen in read_codes(out, 300)]
    assert run(*tags, *named, "--out", out).exit_code == 2
    assert run("print", "signage", "--store", "S1", "--place", "D1", *named, "--out", out).exit_code == 2
    assert "set 82" in str(run(*tags, "--sku", "1", f"--{option}", "批 1", "--out", out).exception)
    change_setting(shop, "url_form", "short")
    again = run("print", "signage", "--store", "S1", "--sku", "1", *named, "--out", out)
    assert "url_form digital_link" in str(again.exception)


def test_a_picture_names_lot_and_serial_number_or_says_why_it_cannot(
    shop: Database, run: Callable[..., Result], tmp_path: Path
) -> None:
    tag, milk, badge = (mint(shop, *one) for one in ((Kind.PRODUCT, "1"), (Kind.PRODUCT, "6"), (Kind.PERSON, "P1")))
    item = ("--out", tmp_path / "code.svg", "--lot", "L1", "--serial", "7")
    assert f"https://S.YOURSHOP.COM/{TAG}/10/L1/21/7?o2o={tag}" in run("code", "image", tag, *item).stdout
    for code in (milk, badge):
        assert "no product with a GTIN" in str(run("code", "image", code, *item).exception)
    change_setting(shop, "url_form", "short")
    assert "a short link names no lot" in str(run("code", "image", tag, *item).exception)


def test_export_show_and_picture_have_the_link_too(shop: Database, run: Callable[..., Result], tmp_path: Path) -> None:
    code = mint(shop, Kind.PRODUCT, "1")
    link = f"https://S.YOURSHOP.COM/{TAG}?o2o={code}"
    for arguments in (("export",), ("show", code)):
        assert link in run("touchpoint", *arguments).stdout
    assert link in run("code", "image", code, "--out", tmp_path / "code.png").stdout


def import_assortment(db: Database, folder: Path) -> None:
    path = folder / "assortment.csv"
    path.write_text("store_id,sku,aisle\nS1,1,1\nS1,2,1\nS1,3,1\nS1,4,2\nS1,6,2\n", encoding="utf-8")
    import_catalog(db, path, now=NOW)
