"""Which touchpoints are printed, and what is said of them."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.catalog.exports import export_table
from o2o.catalog.imports import Batch, start_import
from o2o.catalog.kinds import CONFIDENTIAL, CatalogKind
from o2o.catalog.records import save_records
from o2o.collect.serving.pages import find_page, show_page
from o2o.config import Settings, change_setting, load_settings
from o2o.db import Database
from o2o.errors import InputFileError, NotFoundError, SettingError
from o2o.printing.selection.choice import Choice, PrintProblem
from o2o.printing.selection.queue import natural_key
from o2o.printing.selection.selections import NothingToPrintError, Selection, select_badges, select_signage, select_tags
from o2o.printing.template.boxes import FIELDS
from o2o.subjects import Carrier, Kind
from o2o.times import DAY
from o2o.touchpoints import MintRequest, Move, mint_touchpoints, move_touchpoint, retire_touchpoint
from tests.prints import EAN, NOW, carried, fill_shop, master, product


@pytest.fixture
def shop(db: Database) -> Database:
    """The small shop."""
    fill_shop(db)
    return db


@pytest.fixture
def settings(shop: Database) -> Settings:
    """Its settings."""
    return load_settings(shop)


def ids(selection: Selection) -> list[str]:
    return [record.subject_id for record in selection.records]


def places(shop: Database, settings: Settings) -> list[str]:
    """Return where the tags of the store are for, in their order."""
    return [record.values["position"] for record in select_tags(shop, settings, Choice("S1"), NOW).records]


def test_tags_follow_the_way_through_the_store_and_then_the_names_of_aisles(shop: Database, settings: Settings) -> None:
    for label, aisle, bay, slot in (
        ("2", "B", "2", ""),
        ("3", "B", "10", "2"),
        ("4", "B", "10", "1"),
        ("5", "C", "", ""),
    ):
        shop.table("assortment").insert(carried("007", label=label, aisle=aisle, bay=bay, position=slot))
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1"), NOW)
    assert places(shop, settings) == ["2", "10", "B-2", "B-10-1", "B-10-2", "C"]
    shop.table("aisles").insert_all(
        {"store_id": "S1", "aisle": aisle, "walk_order": turn, "name": f"{aisle}区"}
        for turn, aisle in enumerate(("C", "10", "B"))
    )
    assert places(shop, settings) == ["C", "10", "B-2", "B-10-1", "B-10-2", "2"]
    last = select_tags(shop, settings, Choice("S1"), NOW).records[4].values
    assert (last["aisle_name"], last["slot"], last["label"]) == ("B区", "2", "3")


@pytest.mark.parametrize(
    ("label", "ended", "expected"),
    [
        pytest.param("left", False, ["2", "10", "10"], id="a label that no spot has: the first spot"),
        pytest.param("2", False, ["2", "10", "E"], id="the label of a spot"),
        pytest.param("2", True, ["2", "10"], id="the label of a spot that has ended: no tag"),
    ],
)
def test_a_tag_is_of_the_spot_of_its_label(
    shop: Database, settings: Settings, label: str, *, ended: bool, expected: list[str]
) -> None:
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1", label=label, subject_ids=("007",)), NOW)
    shop.table("assortment").insert(carried("007", label="2", aisle="E", valid_to=NOW - 1 if ended else None))
    assert places(shop, settings) == expected


def test_a_spot_without_a_code_is_told(shop: Database, settings: Settings) -> None:
    shop.table("assortment").insert(carried("007", label="2", aisle="E"))
    (remark,) = select_tags(shop, settings, Choice("S1"), NOW).remarks
    assert remark.startswith("1 product(s)")
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1"), NOW)
    assert select_tags(shop, settings, Choice("S1"), NOW).remarks == ()


def test_a_tag_knows_its_product_its_price_and_its_place(shop: Database, settings: Settings) -> None:
    shop.execute("UPDATE assortment SET bay = '3' WHERE sku = '007'")
    tag = select_tags(shop, settings, Choice("S1", subject_ids=("007",)), NOW).records[0]
    wanted = {
        "name": "散养土鸡蛋", "sku": "007", "spec": "30枚", "unit": "盒", "origin": "湖北", "ean": EAN,
        "price": "¥12.80", "member_price": "¥9.90", "position": "10-3", "store": "徐家汇店", "store_id": "S1",
        "date": "2027-01-15", "carrier": "价签", "call": "扫码看详情",
    }  # fmt: skip
    assert {name: tag.values[name] for name in wanted} == wanted
    assert tag.values["url"].startswith("https://S.EXAMPLE.COM/")


def test_a_gtin_with_a_wrong_check_digit_is_never_an_ean(shop: Database, settings: Settings) -> None:
    tags = select_tags(shop, settings, Choice("S1"), NOW).records
    assert {tag.subject_id: tag.values["ean"] for tag in tags} == {"007": EAN, "008": ""}


def test_a_member_price_that_saves_nothing_is_left_out(shop: Database, settings: Settings) -> None:
    master(shop, "007", 1280, 1280)
    master(shop, "008", 2390, 2390)
    tags = select_tags(shop, settings, Choice("S1"), NOW).records
    assert {tag.values["member_price"] for tag in tags} == {""}
    pages = [find_page(shop, settings, tag.values["code"], NOW) for tag in tags]
    assert {page.member_price for page in pages if page} == {""}


def test_the_price_is_that_of_the_day_in_the_store_and_the_chains_until_it_has_its_own(
    shop: Database, settings: Settings
) -> None:
    shop.execute("UPDATE stores SET timezone = 'Asia/Urumqi'")
    columns = ("store_id", "sku", "price", "valid_from")
    save_records(
        shop,
        start_import(shop, CatalogKind.ASSORTMENT, NOW),
        columns,
        [Batch((2,), [("S1", "007", 1400, date(2027, 2, 1))])],
    )

    def prices(day: date) -> tuple[str, str]:
        tag = select_tags(shop, settings, Choice("S1", on=day, subject_ids=("007",)), NOW).records[0]
        return tag.values["price"], tag.values["member_price"]

    assert prices(date(2027, 1, 31)) == ("¥12.80", "¥9.90")
    assert prices(date(2027, 2, 1)) == ("¥14.00", "")


def test_the_day_is_that_of_the_store(shop: Database, settings: Settings) -> None:
    shop.execute("UPDATE stores SET timezone = 'Pacific/Auckland'")  # five hours ahead: their 16th has begun
    evening = NOW + DAY // 6
    assert select_tags(shop, settings, Choice("S1"), evening).records[0].values["date"] == "2027-01-16"


def test_retired_codes_and_other_campaigns_are_not_printed(shop: Database, settings: Settings) -> None:
    shop.table("campaigns").insert({"campaign_id": "C1", "name": "春节"})
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1", campaign_id="C1"), NOW)
    tags = select_tags(shop, settings, Choice("S1", campaign_id="C1"), NOW)
    assert [record.values["campaign"] for record in tags.records] == ["春节", "春节"]
    for record in tags.records:
        retire_touchpoint(shop, record.values["code"], NOW + 1)
    with pytest.raises(NothingToPrintError, match="--campaign C1"):
        select_tags(shop, settings, Choice("S1", campaign_id="C1"), NOW)


def test_products_that_have_no_code_yet_or_no_price_are_remarked(shop: Database, settings: Settings) -> None:
    shop.table("products").insert(product("009", "新品"))
    shop.table("assortment").insert(carried("009"))
    master(shop, "008", None)
    uncoded, priceless = select_tags(shop, settings, Choice("S1"), NOW).remarks
    assert uncoded.startswith("1 product(s) of the store have no code yet")
    assert priceless.startswith("1 tag(s) have no price")


def test_badges_are_of_a_store_or_of_people_named(shop: Database, settings: Settings) -> None:
    assert ids(select_badges(shop, settings, Choice("S1"), NOW)) == ["E01", "E02"]
    badge = select_badges(shop, settings, Choice(None, subject_ids=("E02",)), NOW).records[0]
    assert [badge.values[name] for name in ("name", "role", "store", "carrier")] == [
        "欧阳娜娜",
        "收银员",
        "徐家汇店",
        "工牌",
    ]


def test_a_moved_person_gets_the_badge_of_the_new_store(shop: Database, settings: Settings) -> None:
    code = select_badges(shop, settings, Choice("S1", subject_ids=("E02",)), NOW).records[0].values["code"]
    move_touchpoint(shop, code, Move(store_id="S2"), NOW + DAY)
    assert ids(select_badges(shop, settings, Choice("S2"), NOW)) == ["E02"]


def test_people_and_places_without_code_are_problems(shop: Database, settings: Settings) -> None:
    shop.table("people").insert({"person_id": "E03", "store_id": "S1", "name": "李雷"})
    shop.table("places").insert({"place_id": "P9", "store_id": "S1", "name": "新点位", "carrier": "table"})
    (person,) = select_badges(shop, settings, Choice("S1"), NOW).problems
    (place,) = select_signage(shop, settings, Choice("S1"), NOW).problems
    assert str(person) == (
        "person E03 李雷: it has no code to print yet; run 'o2o touchpoint mint --kind person --store S1'"
    )
    assert str(place).startswith("place P9 新点位: it has no code")


def test_signage_comes_in_the_order_of_the_customers_way(shop: Database, settings: Settings) -> None:
    selection = select_signage(shop, settings, Choice("S1"), NOW)
    assert ids(selection) == [f"P-{carrier}" for carrier in Carrier]
    assert [record.template.name for record in selection.records][:2] == ["door-sign", "screen"]


def test_words_of_ones_own_take_the_place_of_the_templates(shop: Database, settings: Settings) -> None:
    words = {"headline": "鸡蛋\\n9.9", "price": "9.9"}
    choice = Choice("S1", skus=("007",), words=words)
    (poster,) = select_signage(shop, settings, choice, NOW).records
    assert poster.template.name == "poster-a4"
    assert (poster.values["headline"], poster.values["price"]) == ("鸡蛋\n9.9", "¥9.90")
    with pytest.raises(SettingError, match=r"use .*headline"):
        select_signage(shop, settings, Choice("S1", skus=("007",), words={"headlien": "x"}), NOW)
    with pytest.raises(SettingError, match="not a plain decimal"):
        select_signage(shop, settings, Choice("S1", skus=("007",), words={"price": "¥9.9"}), NOW)


def test_a_poster_of_a_product_has_the_code_of_its_own_carrier_if_there_is_one(
    shop: Database, settings: Settings
) -> None:
    choice = Choice("S1", skus=("007",), template="wall-poster")
    assert select_signage(shop, settings, choice, NOW).records[0].values["carrier"] == "价签"
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1", carrier=Carrier.WALL_POSTER), NOW)
    assert select_signage(shop, settings, choice, NOW).records[0].values["carrier"] == "墙面海报"


def test_a_product_at_a_place_has_the_code_of_the_place(shop: Database, settings: Settings) -> None:
    choice = Choice("S1", subject_ids=("P-endcap",), skus=("007",))
    (poster,) = select_signage(shop, settings, choice, NOW).records
    (place,) = select_signage(shop, settings, Choice("S1", subject_ids=("P-endcap",)), NOW).records
    assert poster.values["url"] == place.values["url"]
    assert (poster.subject_id, poster.values["name"], poster.values["price"]) == ("P-endcap", "散养土鸡蛋", "¥12.80")


def test_unknown_stores_and_products_are_named(shop: Database, settings: Settings) -> None:
    with pytest.raises(NotFoundError, match="no store 'S9'"):
        select_badges(shop, settings, Choice("S9"), NOW)
    with pytest.raises(NotFoundError, match="no product '666'"):
        select_signage(shop, settings, Choice("S1", skus=("666",)), NOW)


def test_the_words_are_in_the_language_of_the_file(shop: Database) -> None:
    settings = change_setting(shop, "language", "en")
    tag = select_tags(shop, settings, Choice("S1", on=date(2027, 2, 1)), NOW).records[0]
    assert (tag.values["call"], tag.values["carrier"]) == ("Scan for details", "shelf tag")


def test_places_without_store_are_printed_by_campaign(shop: Database, settings: Settings) -> None:
    shop.table("campaigns").insert({"campaign_id": "C1", "name": "春节"})
    shop.table("places").insert({"place_id": "L1", "name": "单页", "carrier": "leaflet"})
    mint_touchpoints(shop, MintRequest(Kind.PLACE, campaign_id="C1", subject_ids=("L1",)), NOW)
    (leaflet,) = select_signage(shop, settings, Choice(None, campaign_id="C1"), NOW).records
    assert (leaflet.subject_id, leaflet.template.name, leaflet.values.get("store")) == ("L1", "leaflet", None)


def test_the_stores_own_price_goes_without_the_chains_member_price_as_on_the_page_of_the_code(
    shop: Database, settings: Settings
) -> None:
    shop.execute("UPDATE assortment SET price = 1200 WHERE sku = '007'")
    tag = select_tags(shop, settings, Choice("S1", subject_ids=("007",)), NOW).records[0]
    page = find_page(shop, settings, tag.values["code"], NOW)
    assert page is not None
    assert (tag.values["price"], tag.values["member_price"]) == (page.price, page.member_price) == ("¥12.00", "")


def test_accents_are_joined_to_their_letters_and_characters_that_nobody_sees_are_dropped(
    shop: Database, settings: Settings
) -> None:
    shop.execute("UPDATE products SET name = ? WHERE sku = '007'", ["Cafe\u0301\u200b 拿\ufeff铁\u00ad\u202c"])
    assert select_tags(shop, settings, Choice("S1", subject_ids=("007",)), NOW).records[0].values["name"] == "Café 拿铁"


def test_several_codes_of_one_subject_are_remarked(shop: Database, settings: Settings) -> None:
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1", label="left"), NOW)
    (remark,) = select_tags(shop, settings, Choice("S1", subject_ids=("007",)), NOW).remarks
    assert remark.startswith("1 code(s) more of the same subjects")


def test_the_badge_of_who_works_in_another_store_now_is_remarked(shop: Database, settings: Settings) -> None:
    save_records(
        shop,
        start_import(shop, CatalogKind.PEOPLE, NOW),
        ("person_id", "store_id", "name"),
        [Batch((2,), [("E02", "S2", "欧阳娜娜")])],
    )
    (remark,) = select_badges(shop, settings, Choice("S1"), NOW).remarks
    assert "1 code(s) are of people that the catalogue has in another store now, such as E02 欧阳娜娜" in remark


def test_a_place_whose_code_is_of_no_store_is_printed_without_naming_one(shop: Database, settings: Settings) -> None:
    shop.execute("INSERT INTO places (place_id, name, carrier) VALUES ('HQ', '总部海报', 'wall_poster')")
    mint_touchpoints(shop, MintRequest(Kind.PLACE), NOW)
    (problem,) = select_signage(shop, settings, Choice("S1", subject_ids=("HQ",)), NOW).problems
    assert problem.advice == "leave out --store"
    assert ids(select_signage(shop, settings, Choice(None, subject_ids=("HQ",)), NOW)) == ["HQ"]


def test_a_problem_shows_the_beginning_of_a_long_text() -> None:
    problem = PrintProblem(Kind.PRODUCT, "1", "长" * 200, "does not fit", "shorten it", "name", "长" * 200)
    assert len(str(problem)) < 200


def test_a_promotion_shows_on_tag_and_page_while_it_holds_beside_the_price_before(
    shop: Database, settings: Settings
) -> None:
    shop.execute("UPDATE products SET net_content = 1.5, net_unit = 'kg' WHERE sku = '007'")
    promote(shop, "007", 900, "2027-01-20", "2027-01-22")

    def shown(day: int) -> tuple[str, ...]:
        choice = Choice("S1", on=date(2027, 1, day), subject_ids=("007",))
        values = select_tags(shop, settings, choice, NOW).records[0].values
        names = ("price", "member_price", "promo_price", "unit_price", "net_content")
        return tuple(values[name] for name in names)

    shop.execute("UPDATE products SET extra = '{\"drained_weight\": \"1,2 kg\"}' WHERE sku = '007'")
    assert shown(19) == ("¥12.80", "¥9.90", "", "10.67元/千克", "1.5千克")
    shop.execute("UPDATE products SET extra = '{}' WHERE sku = '007'")
    assert shown(19) == ("¥12.80", "¥9.90", "", "8.53元/千克", "1.5千克")
    assert shown(20) == shown(22) == ("¥12.80", "", "¥9.00", "6.00元/千克", "1.5千克")
    assert shown(23) == shown(19)
    values = select_tags(shop, settings, Choice("S1", date(2027, 1, 21), ("007",)), NOW).records[0].values
    assert (values["promo_from"], values["promo_to"]) == ("2027-01-20", "2027-01-22")
    code = select_tags(shop, settings, Choice("S1", subject_ids=("007",)), NOW).records[0].values["code"]
    pages = [find_page(shop, settings, code, NOW + days * DAY) for days in (4, 5, 7, 8)]
    assert [(page.price, page.regular_price) for page in pages if page] == [
        ("¥12.80", ""), ("¥9.00", "¥12.80"), ("¥9.00", "¥12.80"), ("¥12.80", ""),
    ]  # fmt: skip


def test_a_price_that_is_set_for_one_print_goes_without_the_promotion_of_the_catalogue(
    shop: Database, settings: Settings
) -> None:
    promote(shop, "007", 900, "2027-01-01", "2027-01-30")
    tag = select_tags(shop, settings, Choice("S1", subject_ids=("007",), words={"price": "9.5"}), NOW).records[0]
    assert (tag.values["price"], tag.values["promo_price"]) == ("¥9.50", "")


def test_the_lowest_prices_of_the_days_before_are_there_for_a_template_that_shows_them(
    shop: Database, settings: Settings, tmp_path: Path
) -> None:
    promote(shop, "007", 900, "2027-01-01", "2027-01-02")
    promote(shop, "007", 1000, "2027-01-15", "2027-01-16")
    template = tmp_path / "lowest.toml"
    template.write_text(
        'extends = "shelf-tag"\n[box.lowest]\nkind = "text"\ntext = "{lowest_price_7} {lowest_price_30}"\n'
        "x = 1\ny = 1\nwidth = 30\nheight = 3\nsize = 6\n"
    )
    choice = Choice("S1", subject_ids=("007",), template=str(template))
    values = select_tags(shop, settings, choice, NOW).records[0].values
    assert (values["lowest_price_7"], values["lowest_price_30"]) == ("¥12.80", "¥9.00")


def test_lowest_prices_that_are_for_promotions_only_are_not_looked_for_where_there_is_none(
    shop: Database, settings: Settings, tmp_path: Path
) -> None:
    promote(shop, "007", 1000, "2027-01-15", "2027-01-16")
    for when, lowest in (("promo_price", {"007": "¥12.80", "008": ""}), ("", {"007": "¥12.80", "008": "¥23.90"})):
        template = tmp_path / f"lowest-{when}.toml"
        template.write_text(
            'extends = "shelf-tag"\nwithout = ["lowest"]\n[box.low]\nkind = "text"\nfield = "lowest_price_30"\n'
            "x = 1\ny = 1\nwidth = 30\nheight = 3\nsize = 6\n" + (f'when = "{when}"\n' if when else "")
        )
        records = select_tags(shop, settings, Choice("S1", template=str(template)), NOW).records
        tags = records.take(range(len(records)), shown_only=True)
        assert {tag.subject_id: tag.values["lowest_price_30"] for tag in tags} == lowest


def test_a_cost_price_is_never_printed_never_shown_and_not_exported_unless_asked_for(
    shop: Database, settings: Settings, tmp_path: Path
) -> None:
    shop.execute("UPDATE products SET cost_price = 777")
    template = tmp_path / "cost.toml"
    template.write_text(
        'extends = "shelf-tag"\n[words.zh]\ncost_price = ""\n[words.en]\ncost_price = ""\n[box.cost]\nkind = "text"\n'
        'field = "cost_price"\nx = 1\ny = 1\nwidth = 9\nheight = 3\nsize = 6\n'
    )
    with pytest.raises(InputFileError, match="line 8: cost_price in box 'cost' is confidential"):
        select_tags(shop, settings, Choice("S1", template=str(template)), NOW)
    assert CONFIDENTIAL.isdisjoint(FIELDS)
    for tag in select_tags(shop, settings, Choice("S1"), NOW).records:
        page = find_page(shop, settings, tag.values["code"], NOW)
        assert page is not None
        assert "7.77" not in "".join(tag.values.values()) + show_page(page).decode()
    columns = [column.name for column in export_table(shop, CatalogKind.PRODUCTS).columns]
    assert "price" in columns
    assert "cost_price" not in columns


def promote(db: Database, sku: str, promo_price: int, first: str, last: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    run = start_import(db, CatalogKind.PRICES, NOW)
    save_records(db, run, ("sku", "promo_price", "from", "to"), [Batch((2,), [(sku, promo_price, *days)])])


EARLY, LATE = NOW - DAY, NOW + 2 * DAY


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (f"UPDATE people SET retired_at = {EARLY} WHERE person_id = 'E01'", ["E02"]),
        (f"UPDATE people SET retired_at = {LATE} WHERE person_id = 'E01'", ["E01", "E02"]),
        (f"UPDATE touchpoints SET retired_at = {EARLY} WHERE subject_id = 'E01'", ["E02"]),
        (f"UPDATE touchpoints SET retired_at = {LATE} WHERE subject_id = 'E01'", ["E01", "E02"]),
        (
            "INSERT INTO assignments (kind, subject_id, valid_from, valid_to, store_id, name) "
            f"VALUES ('person', 'E01', 0, {EARLY}, 'S1', '王小明'), ('person', 'E01', {LATE}, NULL, 'S1', '王小明')",
            ["E02"],
        ),
    ],
)
def test_only_who_is_there_is_printed(shop: Database, settings: Settings, change: str, printed: list[str]) -> None:
    shop.conn.execute(change)
    selection = select_badges(shop, settings, Choice("S1"), NOW)
    assert ids(selection) == printed
    passed_over = [remark for remark in selection.remarks if "1 code(s) are passed over: their people" in remark]
    assert bool(passed_over) == (len(printed) == 1 and "touchpoints" not in change)


def test_who_is_retired_is_a_problem_when_he_is_named_and_a_store_an_error(shop: Database, settings: Settings) -> None:
    shop.conn.execute("UPDATE people SET retired_at = ? WHERE person_id = 'E01'", [EARLY])
    (problem,) = select_badges(shop, settings, Choice("S1", subject_ids=("E01",)), NOW).problems
    assert problem.reason == "it is retired since 2027-01-14T16:00:00+08:00"
    shop.conn.execute("UPDATE stores SET retired_at = ? WHERE store_id = 'S1'", [EARLY])
    for select in (select_tags, select_badges, select_signage):
        with pytest.raises(SettingError, match="store 'S1': retired since 2027-01-14"):
            select(shop, settings, Choice("S1"), NOW)


def test_a_badge_says_who_one_is_on_its_day(shop: Database, settings: Settings) -> None:
    columns = ("person_id", "store_id", "name", "role", "from")
    record = ("E01", "S1", "王明", "店长", date(2027, 2, 1))
    save_records(shop, start_import(shop, CatalogKind.PEOPLE, NOW), columns, [Batch((2,), [record])])
    for day, said in ((date(2027, 1, 31), ("王小明", "导购")), (date(2027, 2, 1), ("王明", "店长"))):
        badge = select_badges(shop, settings, Choice("S1", day, ("E01",)), NOW).records[0]
        assert (badge.values["name"], badge.values["role"]) == said


def test_places_with_a_turn_come_first_in_its_order(shop: Database, settings: Settings) -> None:
    for place, turn in (("P-exit", 2), ("P-bag", 1)):
        shop.conn.execute("UPDATE places SET walk_order = ? WHERE place_id = ?", [turn, place])
    assert ids(select_signage(shop, settings, Choice("S1"), NOW))[:3] == ["P-bag", "P-exit", "P-door_sign"]


def test_codes_of_a_campaign_that_is_over_are_remarked(shop: Database, settings: Settings) -> None:
    shop.table("campaigns").insert({"campaign_id": "C1", "name": "春节", "ends_at": NOW})
    mint_touchpoints(shop, MintRequest(Kind.PLACE, "S1", "C1"), NOW)
    (remark,) = select_signage(shop, settings, Choice("S1", campaign_id="C1"), NOW).remarks
    assert remark == f"{len(Carrier)} code(s) are of a campaign that is over by then, such as C1"


def test_records_can_be_taken_in_any_order_and_again(shop: Database, settings: Settings) -> None:
    records = select_signage(shop, settings, Choice("S1"), NOW).records
    assert [record.subject_id for record in records] == [record.subject_id for record in records]
    assert [record.subject_id for record in records.take([2, 0, 2])] == [records[n].subject_id for n in (2, 0, 2)]
    assert (records[-1], len(records[5:8])) == (records[len(records) - 1], 3)
    other = select_badges(shop, settings, Choice("S1"), NOW).records  # two selections live side by side
    assert [record.subject_id for record in other] == ["E01", "E02"]
    assert records[0].subject_id == "P-door_sign"


def test_for_a_print_only_what_its_template_shows_is_made(shop: Database, settings: Settings) -> None:
    records = select_tags(shop, settings, Choice("S1"), NOW).records
    (shown,), whole = records.take([1], shown_only=True), records[1]
    assert shown.values.items() <= whole.values.items()
    assert shown.template.fields.intersection(whole.values) <= shown.values.keys()
    assert "store_id" in whole.values.keys() - shown.values.keys()


@given(st.lists(st.text(alphabet="aB中1290٣ -"), min_size=2))
def test_numbers_in_names_are_sorted_as_numbers(names: list[str]) -> None:
    def expected(name: str) -> list[tuple[int, int, str]]:
        parts = (part for part in re.split(r"(\d+)", name) if part)
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]

    assert sorted(names, key=natural_key) == sorted(names, key=expected)
