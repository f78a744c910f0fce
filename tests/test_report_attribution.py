"""Attribution by example: folders of CSV that an analyst can read and check by hand, run through the commands."""

import csv
import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from collecting import PHONE

from o2o.attribution import journeys
from o2o.catalog.kinds import CatalogKind
from o2o.cli import cli
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.scans import insert_hits
from o2o.config import Settings, load_settings
from o2o.db import open_database, writing
from o2o.errors import OutputError
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.times import parse_at
from o2o.touchpoints import MintRequest, Move, list_touchpoints, mint_touchpoints, move_touchpoint

_MAY = parse_at("2026-05-02T10:00:00Z", None)
CASES = Path(__file__).parent / "attribution"
EXAMPLES = sorted(path for path in CASES.iterdir() if path.is_dir())
CATALOG = {
    CatalogKind.STORES: "store_id,name,city\nS1,East,Shanghai\nS2,West,\n",
    CatalogKind.PEOPLE: "person_id,store_id,name,role\nLI,S1,Li Min,guide\n",
    CatalogKind.PRODUCTS: "sku,name,category\nMILK,Milk 1 L,dairy\n",
    CatalogKind.PLACES: "place_id,store_id,name,carrier,zone\n"
    "DOOR,S1,Door,door_sign,front\nDOOR2,S2,West door,door_sign,front\nBAG,,Bag,bag,\n",
    CatalogKind.CAMPAIGNS: "campaign_id,name\nN1,Eggs week\n",
}
EGGS = "place_id,store_id,name,carrier\nEGGS,S1,Eggs,endcap\n"


@pytest.fixture
def shop(tmp_path):
    """The shop of the examples, and its marks by name."""
    path = tmp_path / "shop.db"
    db = create_shop(path, Settings("https://s.example.com", "USD", "UTC", "en"))
    for kind, text in CATALOG.items():
        (tmp_path / f"{kind}.csv").write_text(text)
        import_catalog(db, tmp_path / f"{kind}.csv", kind, now=0)
    mint_touchpoints(db, MintRequest(), 0)
    (tmp_path / "eggs.csv").write_text(EGGS)
    import_catalog(db, tmp_path / "eggs.csv", CatalogKind.PLACES, now=0)
    mint_touchpoints(db, MintRequest(campaign_id="N1", subject_ids=("EGGS",)), 0)
    with (tmp_path / "map.csv").open("w") as file:
        csv.writer(file).writerows([("path", "code"), *((t.subject_id, t.code) for t in list_touchpoints(db))])
    db.close()
    return path


def run(shop, *arguments):
    result = CliRunner().invoke(cli, [str(one) for one in arguments], env={"O2O_DB": str(shop)})
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result


def fill(shop, case):
    db = open_database(shop)
    if (case / "moves.csv").exists():
        for move in csv.DictReader((case / "moves.csv").read_text().splitlines()):
            code = next(t.code for t in list_touchpoints(db) if t.subject_id == move["code"])
            at = parse_at(move["at"], load_settings(db).zone)
            move_touchpoint(db, code, Move(store_id=move["store_id"]), at)
    db.close()
    scans, orders = shop.with_name("scans.csv"), shop.with_name("orders.csv")
    scans.write_bytes((case / "scans.csv").read_bytes())
    run(shop, "scan", "import", scans, "--map", shop.with_name("map.csv"))
    if (case / "orders.csv").exists():
        orders.write_bytes((case / "orders.csv").read_bytes())
        lines = ["--lines", case / "lines.csv"] if (case / "lines.csv").exists() else []
        run(shop, "order", "import", orders, *lines, "--strict")
    for name, noun in (("redemptions.csv", "redemption"), ("visits.csv", "visit")):
        if (case / name).exists():
            run(shop, noun, "import", case / name)


def answer_case(shop, case, *more):
    """Return what a report says to the question of a case, and what it must say."""
    question = shlex.split((case / "question.txt").read_text())
    shown = run(shop, "report", "attribution", *question, *more, "--format", "csv").stdout
    found = list(csv.reader(shown.splitlines()))
    found = [found[0][:5]] + [[*row[:3], f"{float(row[3]):.6f}", row[4]] for row in found[1:]]
    with (case / "expected.csv").open(encoding="utf-8", newline="") as file:
        return found, list(csv.reader(file))


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda path: path.name)
def test_example(shop, case):
    fill(shop, case)
    found, expected = answer_case(shop, case)
    assert found == expected


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda path: path.name)
def test_lines_add_up_to_the_till_as_orders_do(shop, case):
    fill(shop, case)
    asked = ("report", "attribution", "--format", "json", "--outcome")
    orders, lines = (json.loads(run(shop, *asked, outcome).stdout)["totals"] for outcome in ("orders", "lines"))
    assert [one["revenue"] for one in lines] == [one["revenue"] for one in orders]


def case_of(tmp_path, scans, orders="order_id,at,amount\n1,2026-05-03,1\n"):
    case = tmp_path / "case"
    case.mkdir()
    (case / "scans.csv").write_text(scans)
    (case / "orders.csv").write_text(orders)
    return case


def test_json_holds_rows_totals_waterfall_and_joining(shop):
    fill(shop, CASES / "joining")
    result = run(shop, "report", "attribution", "--outcome", "orders", "--by", "person", "--format", "json")
    answer = json.loads(result.stdout)
    assert list(answer["rows"][0])[:5] == ["key", "name", "model", "conversions", "revenue"]
    assert [(row["key"], row["revenue"]) for row in answer["rows"]] == [
        ("LI", 80000),
        ("(other)", 230000),
        ("", 960300),
    ]
    [totals] = answer["totals"]
    assert totals["attributed_revenue"] + totals["unattributed_revenue"] == totals["revenue"] == 1270300
    assert totals["attributed_conversions"] + totals["unattributed_conversions"] == totals["conversions"] == 9
    assert (answer["waterfall"]["hits"], answer["waterfall"]["counted"], answer["waterfall"]["credited"]) == (3, 3, 3)
    joined = answer["joinability"]
    assert (joined["orders"], joined["with_id"]) == (9, 8)
    assert (joined["by_scan"], joined["by_customer"], joined["by_visitor"]) == (2, 3, 2)
    assert (joined["joined"], joined["touched"]) == (7, 5)
    assert result.stderr == ""


def test_stdout_is_data_and_stderr_adds_up(shop):
    fill(shop, CASES / "shared_tablet")
    result = run(shop, "report", "attribution", "--outcome", "orders", "--by", "place", "--format", "csv")
    assert result.stdout.splitlines()[0].startswith("key,name,model,conversions,revenue,")
    assert "linear: attributed 3 + unattributed 6 = total 9 orders" in result.stderr
    assert "linear: attributed $193.00 + unattributed $318.00 = total $511.00" in result.stderr
    assert "counted scans: 3" in result.stderr
    assert "shared visitors, never used for joining: till (6 customers)" in result.stderr


def test_waterfall_counts_each_verdict_with_its_reason(shop, tmp_path):
    scans = "at,code,visitor\n" + "".join(f"2026-05-01 10:00:0{second},DOOR,ann\n" for second in range(3))
    fill(shop, case_of(tmp_path, scans))
    result = run(shop, "report", "attribution", "--format", "csv")
    assert "raw hits: 3" in result.stderr
    assert "less duplicate" in result.stderr
    assert "counted scans: 1" in result.stderr


def test_waterfall_says_how_many_scans_of_phones_that_look_alike_are_not_counted(shop, tmp_path):
    fill(shop, case_of(tmp_path, "at,code,visitor\n2026-05-01 10:00:00,DOOR,ann\n"))
    db = open_database(shop)
    (code,) = db.conn.execute("SELECT code FROM touchpoints LIMIT 1").fetchone()
    judge = Judge(db, load_settings(db))
    with writing(db):  # two hundred phones of one kind on the Wi-Fi of the shop
        insert_hits(judge, [Hit(_MAY + n, code, "a day's hash", PHONE, Source.SERVE, f"s{n}") for n in range(200)])
        insert_hits(
            judge, [Hit(_MAY, code, None, "certain-bot", Source.SERVE), Hit(_MAY, "X", None, None, Source.SERVE)]
        )
    judge_scans(judge)
    db.close()
    told = run(shop, "report", "attribution", "--format", "csv").stderr
    assert "raw hits: 203" in told and "counted scans: 2\n" in told
    assert "of visitors who can be followed over days: 1; within a day only: 1\n" in told
    assert "less bot (certain): 1" in told and "less orphan (unknown): 1" in told
    assert "perhaps of several phones that can't be told apart: 199\n" in told


def test_table_rounds_and_shows_currency(shop):
    fill(shop, CASES / "models")
    result = run(shop, "report", "attribution", "--outcome", "orders", "--by", "place")
    assert "$33.34" in result.stdout
    assert "33.3%" in result.stdout


def test_default_is_visits_linear_touchpoint_30_days(shop):
    fill(shop, CASES / "visits")
    answer = json.loads(run(shop, "report", "attribution", "--format", "json").stdout)
    question = answer["question"]
    assert (question["outcome"], question["models"], question["by"]) == ("visits", ["linear"], "touchpoint")
    assert question["window_seconds"] == 30 * 86_400
    assert sum(row["conversions"] for row in answer["rows"]) == pytest.approx(4)
    assert {row["revenue"] for row in answer["rows"]} == {0}


def test_window_of_nothing_keeps_what_was_at_once(shop):
    fill(shop, CASES / "window")
    arguments = ["--outcome", "orders", "--by", "carrier", "--window", "0d", "--format", "csv"]
    found = run(shop, "report", "attribution", *arguments).stdout.splitlines()
    assert [line.split(",")[0] for line in found[1:]] == ["endcap", ""]


@pytest.mark.parametrize("outcome", ["orders", "visits"])
def test_nothing_recorded_is_a_row_of_nothing(shop, outcome):
    found = run(shop, "report", "attribution", "--outcome", outcome, "--model", "all", "--format", "csv").stdout
    assert [line.split(",")[3:5] for line in found.splitlines()[1:]] == [["0.0", "0"]] * 5


@pytest.mark.parametrize(
    ("outcome", "command"),
    [
        ("visits", "o2o scan import"),
        ("registrations", "o2o visit import"),
        ("redemptions", "o2o redemption import"),
        ("orders", "o2o order import"),
        ("lines", "o2o order import --lines"),
    ],
)
def test_nothing_recorded_is_told_with_what_brings_it_in(shop, outcome, command):
    said = run(shop, "report", "attribution", "--outcome", outcome).stderr
    assert f"{outcome}: none in this period; none were imported so far: use {command}\n" in said


def test_a_period_of_nothing_asks_for_another(shop):
    fill(shop, CASES / "window")
    asked = ("report", "attribution", "--outcome", "orders", "--until", "1999-12-31")
    assert "orders: none in this period; look whether --since and --until are right\n" in run(shop, *asked).stderr
    page = run(shop, *asked, "--format", "html").stdout
    assert "nothing to credit; look whether --since and --until are right." in page


def test_until_is_an_inclusive_local_day_or_an_instant(shop, tmp_path):
    orders = "order_id,at,amount\n1,2026-05-03 23:59:59,1\n2,2026-05-04,2\n"
    fill(shop, case_of(tmp_path, "at,code,visitor\n2026-05-01,DOOR,ann\n", orders))

    def revenue(*period):
        return json.loads(
            run(shop, "report", "attribution", "--outcome", "orders", "--format", "json", *period).stdout
        )["totals"][0]["revenue"]

    assert revenue("--until", "2026-05-03") == 100
    assert revenue("--until", "2026-05-03T23:59:59Z") == 0
    assert revenue("--since", "2026/5/4") == 200
    assert revenue("--since", "2026-05-03", "--until", "2026-05-04") == 300


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--since", "2026-05-04", "--until", "2026-05-03"], "swap them"),
        (["--since", "last week"], "not a time"),
        (["--model", "magic"], "linear"),
        (["--by", "shelf"], "touchpoint"),
    ],
)
def test_bad_option_says_what_to_write(shop, options, advice):
    result = CliRunner().invoke(cli, ["report", "attribution", *options], env={"O2O_DB": str(shop)})
    assert (result.exit_code, advice in result.output) == (2, True)


def test_file_is_written_whole_in_each_format(shop, tmp_path):
    fill(shop, CASES / "models")
    for output_format, start in {"csv": "key,", "json": "{", "html": "<!doctype html>", "table": "key "}.items():
        out = tmp_path / f"report.{output_format}"
        result = run(shop, "report", "attribution", "--outcome", "orders", "--format", output_format, "--out", out)
        assert out.read_text(encoding="utf-8").startswith(start)
        assert result.stdout == ""


def test_file_in_a_missing_folder_is_one_sentence(shop, tmp_path):
    arguments = ["report", "attribution", "--out", str(tmp_path / "none" / "report.csv")]
    result = CliRunner().invoke(cli, arguments, env={"O2O_DB": str(shop)})
    assert isinstance(result.exception, OutputError)
    assert "create the folder" in str(result.exception)


def test_refunds_that_cannot_be_taken_are_told(shop):
    fill(shop, CASES / "refunds")
    answer = json.loads(run(shop, "report", "attribution", "--outcome", "orders", "--format", "json").stdout)
    assert [warning.split(",")[0] for warning in answer["warnings"]] == [
        "1 refund names no order",
        "1 refund exceeds its order",
        "2 refunds of orders that aren't there",
    ]


def test_names_that_a_spreadsheet_would_run_are_guarded_in_csv_only(shop, tmp_path):
    (tmp_path / "places.csv").write_text("place_id,store_id,name,carrier\nDOOR,S1,=1+1,door_sign\n")
    run(shop, "catalog", "import", tmp_path / "places.csv")
    fill(shop, CASES / "overlap")
    arguments = ["report", "attribution", "--outcome", "orders", "--by", "place", "--format"]
    assert "DOOR,'=1+1," in run(shop, *arguments, "csv").stdout
    assert json.loads(run(shop, *arguments, "json").stdout)["rows"][0]["name"] == "=1+1"


def test_yen_have_no_smaller_unit_and_huge_amounts_stay_exact(shop, tmp_path):
    run(shop, "setting", "set", "currency", "JPY")
    scans = "at,code,visitor\n2026-05-01 10:00,DOOR,ann\n2026-05-01 11:00,EGGS,ann\n2026-05-01 12:00,LI,ann\n"
    orders = "order_id,at,visitor,amount\n1,2026-05-03,ann,100\n2,2026-05-03,ann,999999999999999\n"
    fill(shop, case_of(tmp_path, scans, orders))
    arguments = ["report", "attribution", "--outcome", "orders", "--by", "carrier"]
    assert "¥333,333,333,333,367" in run(shop, *arguments).stdout
    for model in ("linear", "position", "time-decay"):
        answer = json.loads(run(shop, *arguments, "--model", model, "--format", "json").stdout)
        assert sum(row["revenue"] for row in answer["rows"]) == 1_000_000_000_000_099


def test_the_options_of_journeys_are_said(shop):
    fill(shop, CASES / "transform_drop_tail")
    options = shlex.split("--outcome orders --by carrier --window 9d --window person=36h --journeys stop")
    result = run(shop, "report", "attribution", *options, "--transform", "drop-tail:bag")
    assert "Orders; lookback 9 days (person 36 hours). Journeys stop:" in result.stderr
    assert "Scans of bag at the end" in result.stderr and "So 2 scans are left out." in result.stderr
    question = json.loads(
        run(shop, "report", "attribution", *options, "--transform", "exposure", "--format", "json").stdout
    )["question"]
    assert (question["window_seconds"], question["window_seconds_of_kinds"]) == (9 * 86_400, {"person": 36 * 3_600})
    assert (question["journeys"], question["transform"], question["touches_left_out"]) == ("stop", "exposure", 4)
    run(shop, "setting", "set", "language", "zh")
    page = run(shop, "report", "attribution", *options, "--format", "html").stdout
    assert "回溯期 9 天（人员 36 小时）" in page.replace("\N{NO-BREAK SPACE}", " ") and "路径止于上一次转化" in page


def test_a_key_that_no_touch_has_is_told(shop):
    fill(shop, CASES / "transform_drop_tail")
    told = run(shop, "report", "attribution", "--by", "carrier", "--transform", "drop-all:bags").stderr
    assert "warning: no scan of bags was left out" in told


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--window", "person:7d"], "person=7d"),
        (["--window", "shelf=7d"], "person=7d"),
        (["--window", "7d", "--window", "8d"], "write each once"),
        (["--window", "person=soon"], "30d, 12h"),
        (["--transform", "drop-all"], "drop-all:KEY"),
        (["--transform", "first:bag"], "drop-all:KEY"),
    ],
)
def test_a_bad_window_or_transform_says_what_to_write(shop, options, advice):
    result = CliRunner().invoke(cli, ["report", "attribution", *options], env={"O2O_DB": str(shop)})
    assert (result.exit_code, advice in " ".join(result.stderr.split())) == (2, True)


def test_a_name_of_clickhouse_without_an_address_is_a_bad_option(shop):
    result = CliRunner().invoke(cli, ["report", "attribution", "--engine", "clickhouse"], env={"O2O_DB": str(shop)})
    assert (result.exit_code, "no address" in result.stderr) == (2, True)


def test_a_touch_to_pass_over_that_no_scan_is_of_is_warned_of(shop):
    fill(shop, CASES / "window")
    options = ["--outcome", "orders", "--by", "carrier", "--model", "last-non:bags"]
    assert "warning: no scan is of bags" in run(shop, "report", "attribution", *options).stderr


def test_visitors_known_to_be_customers_are_counted_by_the_surest(shop):
    fill(shop, CASES / "registrations_link")
    answer = json.loads(run(shop, "report", "attribution", "--outcome", "orders", "--format", "json").stdout)
    stitching = answer["stitching"]
    assert (stitching["visitors"], stitching["linked"]) == (2, 2)
    assert (stitching["by_click"], stitching["by_registration"]) == (1, 1)


def test_a_cashiers_own_card_is_listed(shop):
    fill(shop, CASES / "cashier")
    told = run(shop, "report", "attribution", "--outcome", "orders").stderr
    assert "customers with too many orders a day, never used for joining: TILL (21 orders)" in told
    run(shop, "setting", "set", "customer_orders_a_day", "21")
    assert "too many orders a day" not in run(shop, "report", "attribution", "--outcome", "orders").stderr


def test_models_are_named_with_weights_and_said_in_words(shop):
    fill(shop, CASES / "models")
    asked = ("--outcome", "orders", "--by", "carrier", "--model", "time-decay:14d,position:1/0/1", "--model", "markov")
    result = run(shop, "report", "attribution", *asked, "--format", "csv")
    rows = [row for row in csv.DictReader(result.stdout.splitlines()) if row["key"]]
    money = {(row["model"], row["key"]): int(row["revenue"]) for row in rows}
    assert money["position:1/0/1", "badge"] == money["position:1/0/1", "door_sign"] == 5000
    assert sum(paid for (model, _), paid in money.items() if model == "markov") == 10000
    weights = [2**-1.0, 2**-0.5, 1]
    assert money["time-decay:14d", "badge"] == round(10000 / sum(weights))
    assert "time-decay:14d: later scans get more; half for every 14d earlier" in result.stderr
    data = json.loads(run(shop, "report", "attribution", *asked, "--format", "json").stdout)
    assert data["question"]["models_mean"]["position:1/0/1"].startswith("weights 1/0/1")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("markov:2", "touches that a state remembers: 2"),
        ("markov:auto", "touches that a state remembers, as BIC favours: 1"),
        ("last-non:auto", "isn't of auto"),
    ],
)
def test_what_an_argument_means_is_said(shop, model, said):
    assert said in run(shop, "report", "attribution", "--model", model).stderr


def test_a_model_that_there_is_not_is_a_wrong_option(shop):
    result = CliRunner().invoke(cli, ["report", "attribution", "--model", "linear,lineer"], env={"O2O_DB": str(shop)})
    assert (result.exit_code, "there are first, last, last-non:KEY" in result.output) == (2, True)


def test_credits_of_touches_are_written_as_csv_and_parquet(shop, tmp_path):
    fill(shop, CASES / "models")
    asked = ("report", "attribution", "--outcome", "orders", "--model", "linear,markov", "--credits")
    result = run(shop, *asked, tmp_path / "credits.csv")
    assert f"wrote {tmp_path / 'credits.csv'}: 6 credits" in result.stderr
    rows = list(csv.DictReader((tmp_path / "credits.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["conversion"], row["model"], row["position"], row["money"]) for row in rows[:3]] == [
        ("1", "linear", "1", "3334"),
        ("1", "linear", "2", "3333"),
        ("1", "linear", "3", "3333"),
    ]
    assert {row["model"] for row in rows} == {"linear", "markov per conversion"}
    assert (rows[0]["at"], rows[0]["scanned_at"]) == ("2026-05-15T10:00:00+00:00", "2026-05-01T10:00:00+00:00")
    parquet = pytest.importorskip("pyarrow.parquet")
    run(shop, *asked, tmp_path / "credits.parquet")
    table = parquet.read_table(tmp_path / "credits.parquet")
    assert table.column_names == list(rows[0])
    assert sum(table["credit"].to_pylist()) == pytest.approx(2)


def test_the_order_that_data_choose_is_named_in_each_output(shop, tmp_path):
    fill(shop, CASES / "models")
    asked = ("report", "attribution", "--outcome", "orders", "--by", "carrier", "--model", "markov:auto")
    manifest = tmp_path / "manifest.json"
    result = run(shop, *asked, "--manifest", manifest)
    assert "markov:auto: by what would be lost without each; touches that a state remembers, as BIC favours: 1" in (
        result.stderr
    )
    assert json.loads(manifest.read_text())["question"]["orders"] == {"markov:auto": 1}
    question = json.loads(run(shop, *asked, "--format", "json").stdout)["question"]
    assert (question["orders"], question["models_mean"]["markov:auto"][-2:]) == ({"markov:auto": 1}, " 1")
    run(shop, *asked, "--format", "html", "--out", tmp_path / "page.html")
    assert "as BIC favours: 1" in (tmp_path / "page.html").read_text(encoding="utf-8")
    asked = ("report", "compare-models", "--outcome", "orders", "--by", "carrier", "--model", "linear,markov:auto")
    assert "as BIC favours: 1" in run(shop, *asked).stderr
    assert json.loads(run(shop, *asked, "--format", "json").stdout)["orders"] == {"markov:auto": 1}


def test_removal_effects_are_shown_for_markov_alone(shop):
    fill(shop, CASES / "models")
    asked = ("report", "attribution", "--outcome", "orders", "--by", "carrier", "--model")
    shown = run(shop, *asked, "linear,markov", "--format", "csv").stdout
    effects = {(row["model"], row["key"]): row["removal_effect"] for row in csv.DictReader(shown.splitlines())}
    assert effects["markov", "door_sign"] == "1.0"
    assert effects["linear", "door_sign"] == effects["markov", ""] == ""
    assert "removal effect" in run(shop, *asked, "linear,markov").stdout
    assert "removal effect" not in run(shop, *asked, "linear").stdout


@pytest.mark.parametrize("name", ["credits.txt", "credits", "credits.xlsx"])
def test_a_file_of_credits_that_is_neither_csv_nor_parquet_is_a_wrong_option(shop, tmp_path, name):
    asked = ["report", "attribution", "--credits", str(tmp_path / name)]
    result = CliRunner().invoke(cli, asked, env={"O2O_DB": str(shop)})
    assert (result.exit_code, "call it credits.csv or credits.parquet" in result.output) == (2, True)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("more", [[], ["--keep"], ["--format", "html"]])
def test_credits_come_of_the_journeys_of_the_report(shop, tmp_path, more, monkeypatch):
    fill(shop, CASES / "models")
    gatherings = []
    find_touches = journeys._find_touches
    monkeypatch.setattr(journeys, "_find_touches", lambda found: gatherings.append(1) or find_touches(found))
    asked = ("report", "attribution", "--outcome", "orders", "--model", "first", "--by", "carrier", *more)
    result = run(shop, *asked, "--credits", tmp_path / "credits.csv", "--out", tmp_path / "report")
    rows = list(csv.DictReader((tmp_path / "credits.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["model"], row["key"], row["money"]) for row in rows] == [("first", "door_sign", "10000")] * len(rows)
    assert f"{len(rows)} credits" in result.stderr
    assert more or len(gatherings) == 1


def test_compared_models_are_shown_with_shares_and_rank_correlations(shop):
    fill(shop, CASES / "models")
    asked = ("report", "compare-models", "--outcome", "orders", "--by", "carrier", "--model", "first,linear")
    shown = run(shop, *asked)
    assert "door_sign" in shown.stdout and "100.0% #1" in shown.stdout and "spearman" in shown.stdout
    assert "no key of 10 conversions and more depends much on the model" in shown.stderr
    rows = list(csv.DictReader(run(shop, *asked, "--format", "csv").stdout.splitlines()))
    assert [(row["key"], row["model"], row["rank"]) for row in rows[:2]] == [
        ("door_sign", "first", "1"),
        ("door_sign", "linear", "1"),
    ]
    data = json.loads(run(shop, *asked, "--format", "json").stdout)
    assert [(one["model"], one["other"]) for one in data["agreements"]] == [("first", "linear")]


@pytest.mark.parametrize("model", ["markov", "by-kind:person=1", "last-non:badge", "participation"])
def test_the_page_is_led_by_any_model(shop, tmp_path, model):
    fill(shop, CASES / "models")
    asked = (
        "--outcome",
        "orders",
        "--by",
        "carrier",
        "--model",
        model,
        "--format",
        "html",
        "--out",
        tmp_path / "p.html",
    )
    run(shop, "report", "attribution", *asked)
    assert f"({model})" in (tmp_path / "p.html").read_text(encoding="utf-8")
