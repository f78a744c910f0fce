"""Touchpoints: who gets one, what it stands for over time, and what ends it."""

from dataclasses import replace

import pytest

from o2o.codes.short import is_code
from o2o.config import Settings, UrlCase
from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.subjects import Carrier, Kind
from o2o.times import DAY, SINCE_EVER
from o2o.touchpoints import (
    MintRequest,
    Move,
    NothingToMintError,
    find_touchpoint,
    list_periods,
    list_touchpoints,
    mint_touchpoints,
    move_touchpoint,
    retire_touchpoint,
    subject_name,
    touchpoint_url,
)

NOW = 1_780_000_000_000


@pytest.fixture
def shop(db: Database) -> Database:
    """Two stores; S1 carries one of two products, each store has a person, S1 and nobody have a place."""
    db.table("stores").insert_all({"store_id": s, "name": s} for s in ("S1", "S2"))
    db.table("people").insert_all({"person_id": p, "store_id": s, "name": p} for p, s in (("P1", "S1"), ("P2", "S2")))
    db.table("products").insert_all({"sku": sku, "name": name} for sku, name in (("001", "鸡蛋"), ("002", "牛奶")))
    db.table("places").insert_all(
        {"place_id": place, "store_id": store, "name": place, "carrier": carrier}
        for place, store, carrier in (("D1", "S1", "door_sign"), ("N-1", None, "leaflet"))
    )
    db.table("campaigns").insert({"campaign_id": "C1", "name": "spring"})
    db.table("assortment").insert({"store_id": "S1", "sku": "001", "valid_from": SINCE_EVER})
    return db


def described(db: Database) -> set[tuple[str, str, str | None, str]]:
    return {(t.kind, t.subject_id, t.store_id, t.carrier) for t in list_touchpoints(db)}


def test_without_a_store_people_and_places_are_in_their_own_and_products_chain_wide(shop: Database) -> None:
    minted = mint_touchpoints(shop, MintRequest(), NOW)
    assert minted == list_touchpoints(shop)
    assert all(is_code(t.code) for t in minted)
    assert described(shop) == {
        ("person", "P1", "S1", "badge"),
        ("person", "P2", "S2", "badge"),
        ("product", "001", None, "shelf_tag"),
        ("product", "002", None, "shelf_tag"),
        ("place", "D1", "S1", "door_sign"),
        ("place", "N-1", None, "leaflet"),
    }


def test_with_a_store_only_what_is_in_it_is_minted(shop: Database) -> None:
    mint_touchpoints(shop, MintRequest(store_id="S1"), NOW)
    assert described(shop) == {
        ("person", "P1", "S1", "badge"),
        ("product", "001", "S1", "shelf_tag"),
        ("place", "D1", "S1", "door_sign"),
    }


def test_minting_again_makes_nothing_but_another_campaign_label_or_carrier_does(shop: Database) -> None:
    request = MintRequest(kind=Kind.PLACE, store_id="S1")
    assert [len(mint_touchpoints(shop, request, NOW)) for _ in range(2)] == [1, 0]
    for other in (
        MintRequest(Kind.PLACE, "S1", campaign_id="C1"),
        MintRequest(Kind.PLACE, "S1", label="left"),
        MintRequest(Kind.PLACE, "S1", carrier=Carrier.EXIT),
    ):
        assert [len(mint_touchpoints(shop, other, NOW)) for _ in range(2)] == [1, 0]


def test_a_retired_touchpoint_makes_room_for_a_new_code(shop: Database) -> None:
    request = MintRequest(kind=Kind.PERSON, store_id="S1")
    (old,) = mint_touchpoints(shop, request, NOW)
    retire_touchpoint(shop, old.code, NOW + 1)
    (new,) = mint_touchpoints(shop, request, NOW + 2)
    assert new.code != old.code
    assert list_touchpoints(shop) == [new]
    assert [t.retired_at for t in list_touchpoints(shop, live_only=False)] == [NOW + 1, None]


def test_a_product_in_two_spots_of_a_store_has_a_touchpoint_in_each(shop: Database) -> None:
    shop.table("assortment").insert({"store_id": "S1", "sku": "001", "label": "endcap", "valid_from": SINCE_EVER})
    request = MintRequest(Kind.PRODUCT, "S1")
    assert [one.label for one in mint_touchpoints(shop, request, NOW)] == ["", "endcap"]
    assert mint_touchpoints(shop, request, NOW) == []
    assert [one.label for one in mint_touchpoints(shop, replace(request, label="left"), NOW)] == ["left"]


def test_a_store_without_assortment_names_all_products(shop: Database) -> None:
    with pytest.raises(SettingError, match="--all-products"):
        mint_touchpoints(shop, MintRequest(store_id="S2"), NOW)
    assert len(mint_touchpoints(shop, MintRequest(Kind.PERSON, "S2"), NOW)) == 1
    assert len(mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S2", all_products=True), NOW)) == 2


def test_a_chain_without_products_needs_no_assortment(db: Database) -> None:
    db.table("stores").insert({"store_id": "S1", "name": "one"})
    db.table("people").insert({"person_id": "P1", "store_id": "S1", "name": "Li"})
    assert len(mint_touchpoints(db, MintRequest(store_id="S1"), NOW)) == 1


def test_with_subjects_named_only_they_are_minted(shop: Database) -> None:
    request = MintRequest(Kind.PLACE, campaign_id="C1", subject_ids=("N-1",))
    assert [t.subject_id for t in mint_touchpoints(shop, request, NOW)] == ["N-1"]
    assert mint_touchpoints(shop, request, NOW) == []


def test_a_named_subject_that_is_not_there_is_refused_and_nothing_is_minted(shop: Database) -> None:
    for request in (
        MintRequest(Kind.PLACE, subject_ids=("N-1", "N-2")),
        MintRequest(Kind.PRODUCT, "S1", subject_ids=("001", "002")),
    ):
        with pytest.raises(NotFoundError, match="leave it out"):
            mint_touchpoints(shop, request, NOW)
    assert list_touchpoints(shop) == []


def test_a_product_that_a_store_no_longer_or_not_yet_carries_is_not_minted(shop: Database) -> None:
    shop.conn.execute("UPDATE assortment SET valid_to = ?", [NOW])
    shop.table("assortment").insert({"store_id": "S1", "sku": "002", "valid_from": NOW + 1})
    with pytest.raises(SettingError, match="--all-products"):
        mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1"), NOW)
    (minted,) = mint_touchpoints(shop, MintRequest(Kind.PRODUCT, "S1"), NOW + 1)
    assert minted.subject_id == "002"


@pytest.mark.parametrize("request_", [MintRequest(store_id="S9"), MintRequest(campaign_id="C9")])
def test_an_unknown_store_or_campaign_is_refused(shop: Database, request_: MintRequest) -> None:
    with pytest.raises(NotFoundError, match="import it first"):
        mint_touchpoints(shop, request_, NOW)


def test_an_empty_catalogue_has_nothing_to_mint(db: Database) -> None:
    with pytest.raises(NothingToMintError, match="o2o catalog import"):
        mint_touchpoints(db, MintRequest(), NOW)


def test_a_hundred_thousand_codes_are_unique(db: Database) -> None:
    db.table("products").insert_all({"sku": f"{n:06}", "name": "x"} for n in range(100_000))
    assert len({t.code for t in mint_touchpoints(db, MintRequest(), NOW)}) == 100_000
    assert db.conn.execute("SELECT count(*) FROM touchpoint_periods").fetchone() == (100_000,)


def test_a_touchpoint_stands_for_its_subject_since_ever(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    (period,) = list_periods(shop, t.id)
    assert (period.subject_id, period.store_id, period.valid_from, period.valid_to) == ("P1", "S1", SINCE_EVER, None)


def test_a_move_closes_a_period_and_opens_the_next(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1", campaign_id="C1"), NOW)
    moved = move_touchpoint(shop, t.code.lower(), Move(store_id="S2", campaign_id="", label="till 2"), NOW + DAY)
    assert moved == find_touchpoint(shop, t.code)
    assert (moved.store_id, moved.campaign_id, moved.label) == ("S2", None, "till 2")
    before, after = list_periods(shop, t.id)
    assert (before.store_id, before.campaign_id, before.valid_to) == ("S1", "C1", NOW + DAY)
    assert (after.store_id, after.campaign_id, after.valid_from, after.valid_to) == ("S2", None, NOW + DAY, None)


def test_a_second_move_at_the_same_instant_corrects_the_first(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    move_touchpoint(shop, t.code, Move(store_id="S2"), NOW + DAY)
    move_touchpoint(shop, t.code, Move(store_id="S1", label="x"), NOW + DAY)
    assert [(p.store_id, p.label) for p in list_periods(shop, t.id)] == [("S1", ""), ("S1", "x")]


def test_a_move_before_the_last_is_refused(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    move_touchpoint(shop, t.code, Move(store_id="S2"), NOW + DAY)
    with pytest.raises(SettingError, match="before its last move at 2026-"):
        move_touchpoint(shop, t.code, Move(store_id="S1"), NOW)
    with pytest.raises(SettingError, match="before its last move"):
        retire_touchpoint(shop, t.code, NOW)


def test_a_move_to_what_another_stands_for_is_refused(shop: Database) -> None:
    first, second = mint_touchpoints(shop, MintRequest(Kind.PRODUCT), NOW)
    with pytest.raises(SettingError, match=f"the same as {second.code}"):
        move_touchpoint(shop, first.code, Move(subject_id="002"), NOW)
    assert find_touchpoint(shop, first.code) == first


@pytest.mark.parametrize("move", [Move(store_id="S9"), Move(subject_id="9"), Move(campaign_id="C9")])
def test_a_move_to_something_unknown_is_refused(shop: Database, move: Move) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    with pytest.raises(NotFoundError, match="import it first"):
        move_touchpoint(shop, t.code, move, NOW)


def test_a_move_to_the_same_is_refused(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    with pytest.raises(SettingError, match="changes nothing"):
        move_touchpoint(shop, t.code, Move(store_id="S1"), NOW)


def test_retiring_twice_says_since_when(shop: Database) -> None:
    (t,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    retire_touchpoint(shop, t.code, NOW)
    with pytest.raises(SettingError, match="retired since 2026-05-29T04:26:40"):
        retire_touchpoint(shop, t.code, NOW + 1)
    with pytest.raises(SettingError, match="retired since"):
        move_touchpoint(shop, t.code, Move(store_id="S2"), NOW + 1)


def test_touchpoints_are_listed_by_what_they_are(shop: Database) -> None:
    mint_touchpoints(shop, MintRequest(), NOW)
    assert len(list_touchpoints(shop, kind=Kind.PERSON)) == 2
    assert len(list_touchpoints(shop, store_id="S1")) == 2
    assert len(list_touchpoints(shop, carrier=Carrier.LEAFLET)) == 1
    assert list_touchpoints(shop, campaign_id="C1") == []


def test_a_subject_has_its_name(shop: Database) -> None:
    assert subject_name(shop, "product", "001") == "鸡蛋"
    assert subject_name(shop, "person", "gone") == ""


def test_a_url_is_in_capitals_but_for_its_scheme() -> None:
    settings = Settings("https://s.example.com/", "CNY", "Asia/Shanghai")
    assert touchpoint_url(settings, "K7M2X9PQ") == "https://S.EXAMPLE.COM/K7M2X9PQ"
    lower = Settings("https://S.example.com/Go/", "CNY", "Asia/Shanghai", url_case=UrlCase.LOWER)
    assert touchpoint_url(lower, "K7M2X9PQ") == "https://s.example.com/Go/k7m2x9pq"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ("UPDATE people SET retired_at = {past} WHERE person_id = 'P1'", {"P1"}),
        ("UPDATE products SET retired_at = {past} WHERE sku = '002'", {"002"}),
        ("UPDATE places SET retired_at = {past} WHERE place_id = 'N-1'", {"N-1"}),
        ("UPDATE stores SET retired_at = {past} WHERE store_id = 'S1'", {"P1", "D1"}),
        ("UPDATE people SET retired_at = {ahead}", set()),
        ("UPDATE products SET retired_at = {ahead}", set()),
        ("INSERT INTO assignments (kind, subject_id, valid_from, name) VALUES ('person', 'P1', {ahead}, 'x')", {"P1"}),
        (
            "INSERT INTO assignments (kind, subject_id, valid_from, valid_to, name) "
            "VALUES ('place', 'D1', 0, {past}, 'x'), ('place', 'D1', {ahead}, NULL, 'x')",
            {"D1"},
        ),
    ],
)
def test_only_for_who_and_what_is_there_codes_are_minted(shop: Database, change: str, missing: set[str]) -> None:
    shop.conn.execute(change.format(past=NOW, ahead=NOW + 1))
    minted = mint_touchpoints(shop, MintRequest(), NOW)
    assert {"P1", "P2", "001", "002", "D1", "N-1"} - {touchpoint.subject_id for touchpoint in minted} == missing


def test_who_is_retired_is_named_as_such(shop: Database) -> None:
    shop.conn.execute("UPDATE people SET retired_at = ?", [NOW])
    shop.conn.execute("UPDATE stores SET retired_at = ? WHERE store_id = 'S2'", [NOW])
    for request in (MintRequest(Kind.PERSON, subject_ids=("P1",)), MintRequest(store_id="S2")):
        with pytest.raises(SettingError, match=r"retired since 2026-05-29T04:26:40.*import it again"):
            mint_touchpoints(shop, request, NOW)


def test_an_end_that_lies_ahead_is_live_until_then_and_not_the_next_persons(shop: Database) -> None:
    (touchpoint,) = mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW)
    shop.conn.execute("UPDATE touchpoints SET retired_at = ?, retired_by = 1", [NOW + DAY])
    assert mint_touchpoints(shop, MintRequest(Kind.PERSON, "S1"), NOW) == []
    assert [find_touchpoint(shop, touchpoint.code).is_live(at) for at in (NOW, NOW + DAY)] == [True, False]
    assert move_touchpoint(shop, touchpoint.code, Move(label="left"), NOW).retired_at == NOW + DAY
    assert move_touchpoint(shop, touchpoint.code, Move(subject_id="P2"), NOW + 1).retired_at is None
