"""``o2o touchpoint`` as its user types it."""

import csv
import io
import json
from pathlib import Path

import pytest

from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.times import SINCE_EVER


@pytest.fixture(autouse=True)
def shop(db: Database) -> None:
    db.table("stores").insert_all([{"store_id": "001", "name": "one"}, {"store_id": "002", "name": "two"}])
    db.table("people").insert({"person_id": "=1+1", "store_id": "001", "name": "张三"})
    db.table("products").insert({"sku": "007", "name": "鸡蛋"})
    db.table("places").insert({"place_id": "D1", "store_id": "001", "name": "门", "carrier": "door_sign"})
    db.table("assortment").insert({"store_id": "001", "sku": "007", "valid_from": SINCE_EVER})


def exported(run, *arguments) -> list[dict[str, str]]:
    result = run("touchpoint", "export", *arguments)
    assert result.exit_code == 0
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_mint_says_how_many_and_what_to_do_next(run) -> None:
    first = run("touchpoint", "mint")
    assert first.stdout == (
        "minted 3: people 1, products 1, places 1; next: o2o print signage --store 001 --out signage.pdf\n"
    )
    assert run("touchpoint", "mint").stdout.startswith("minted 0: each has its code already")
    assert "o2o print tags --store 001" in run("touchpoint", "mint", "--kind", "product", "--store", "001").stdout


def test_mint_takes_a_carrier_in_chinese_and_lists_the_choices_for_another(run) -> None:
    assert run("touchpoint", "mint", "--kind", "place", "--carrier", "海报").exit_code == 0
    assert exported(run)[0]["carrier"] == "wall_poster"
    wrong = run("touchpoint", "mint", "--carrier", "海豹")
    assert wrong.exit_code == 2
    assert "endcap 堆头" in wrong.stderr


def test_subjects_are_minted_by_id_or_by_a_list_of_ids(run, db: Database, tmp_path: Path) -> None:
    db.table("campaigns").insert({"campaign_id": "C1", "name": "one"})
    assert run("touchpoint", "mint", "--place", "D1").stdout.startswith("minted 1: places 1")
    (tmp_path / "places.csv").write_text("点位编号,备注\nD1,门口\n", encoding="gb18030")
    listed = run("touchpoint", "mint", "--campaign", "C1", "--kind", "place", "--from", tmp_path / "places.csv")
    assert listed.stdout.startswith("minted 1: places 1")
    assert [one["campaign_id"] for one in exported(run)] == ["", "C1"]
    assert isinstance(run("touchpoint", "mint", "--sku", "7").exception, NotFoundError)


def test_ids_of_two_kinds_or_of_none_are_refused(run, tmp_path: Path) -> None:
    assert "one kind at a time" in run("touchpoint", "mint", "--place", "D1", "--sku", "007").stderr
    assert "say which with --kind" in run("touchpoint", "mint", "--from", tmp_path / "ids.txt").stderr


def test_a_store_without_assortment_is_told_of_all_products(run) -> None:
    assert isinstance(run("touchpoint", "mint", "--store", "002").exception, SettingError)
    assert run("touchpoint", "mint", "--store", "002", "--all-products").stdout.startswith("minted 1: products 1")


def test_export_has_the_columns_of_the_contract_and_no_formula(run) -> None:
    run("touchpoint", "mint")
    person, product, place = exported(run)
    assert ",".join(person) == ("code,url,kind,subject_id,store_id,campaign_id,carrier,label,minted_at,retired_at")
    assert person["subject_id"] == "'=1+1"
    assert person["url"] == f"https://S.EXAMPLE.COM/{person['code']}"
    assert person["minted_at"].endswith("+08:00")
    assert (product["store_id"], place["store_id"], place["retired_at"]) == ("", "001", "")


def test_export_as_json_is_not_guarded_and_a_file_opens_in_excel(run, tmp_path: Path) -> None:
    run("touchpoint", "mint", "--kind", "person")
    (person,) = json.loads(run("touchpoint", "export", "--format", "json").stdout)
    assert (person["subject_id"], person["campaign_id"]) == ("=1+1", None)
    result = run("touchpoint", "export", "--out", tmp_path / "out.csv")
    assert (result.stdout, result.stderr) == ("", f"wrote 1 rows to {tmp_path / 'out.csv'}\n")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,url,")


def test_list_shows_names_and_leaves_out_retired_ones(run) -> None:
    run("touchpoint", "mint")
    code = exported(run, "--kind", "person")[0]["code"]
    assert "张三" in run("touchpoint", "list", "--kind", "person").stdout
    run("touchpoint", "retire", code.lower())
    assert code not in run("touchpoint", "list").stdout
    assert code in run("touchpoint", "list", "--all").stdout
    assert exported(run, "--kind", "person")[0]["retired_at"] != ""


def test_show_tells_what_a_code_stood_for(run) -> None:
    run("touchpoint", "mint", "--kind", "person")
    code = exported(run)[0]["code"]
    moved = run("touchpoint", "move", code, "--store", "002", "--label", "till", "--at", "2026-05-17")
    assert moved.stdout == f"{code} now stands for person =1+1, 002, badge, till\n"
    shown = json.loads(run("touchpoint", "show", code, "--format", "json").stdout)
    assert shown["name"] == "张三"
    assert [(p["store_id"], p["valid_from"], p["valid_to"]) for p in shown["periods"]] == [
        ("001", None, "2026-05-17T00:00:00+08:00"),
        ("002", "2026-05-17T00:00:00+08:00", None),
    ]
    assert "till" in run("touchpoint", "show", code).stdout


def test_a_retirement_of_several_is_all_or_nothing(run) -> None:
    run("touchpoint", "mint")
    first, second, _ = (row["code"] for row in exported(run))
    run("touchpoint", "retire", second)
    assert isinstance(run("touchpoint", "retire", first, second).exception, SettingError)
    assert exported(run)[0]["retired_at"] == ""


@pytest.mark.parametrize("when", ["2999-01-01", "soon"])
def test_a_time_that_is_none_or_still_to_come_is_refused(run, when: str) -> None:
    run("touchpoint", "mint", "--kind", "person")
    assert run("touchpoint", "retire", exported(run)[0]["code"], "--at", when).exit_code == 2


def test_a_long_list_is_cut_and_says_how_to_see_all_of_it(run, db: Database) -> None:
    db.table("products").insert_all({"sku": f"{n}", "name": "x"} for n in range(1_000, 1_300))
    run("touchpoint", "mint", "--kind", "product")
    shown = run("touchpoint", "list")
    assert "and 101 more: narrow it with --store" in shown.stderr
    assert len(shown.stdout.splitlines()) == 202
    assert len(run("touchpoint", "list", "--format", "csv").stdout.splitlines()) == 302


def test_a_list_as_csv_runs_nothing_in_a_spreadsheet(run) -> None:
    run("touchpoint", "mint", "--kind", "person")
    assert ",person,'=1+1,张三," in run("touchpoint", "list", "--format", "csv").stdout
