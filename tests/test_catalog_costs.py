"""Costs of campaigns, touchpoints and carriers: what each is for, and for which days."""

from pathlib import Path

import pytest

from o2o.catalog.exports import export_records
from o2o.catalog.kinds import CatalogKind
from o2o.db import Database
from o2o.importers.catalog import CatalogResult, import_catalog
from o2o.importers.undo import undo_import
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

NOW = 1_780_000_000_000


@pytest.fixture
def load(db: Database, tmp_path: Path):
    """Import a table given as text into a chain with a campaign and a touchpoint."""

    def load(text: str, **options) -> CatalogResult:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return import_catalog(db, path, now=NOW, **options)

    load("campaign_id,name\nC1,spring\nposter,a campaign called like a carrier\n")
    load("person_id,name\nP1,Li\n")
    return load


@pytest.fixture
def code(db: Database, load) -> str:
    """A touchpoint's code."""
    mint_touchpoints(db, MintRequest(Kind.PERSON), now=NOW)
    return db.conn.execute("SELECT code FROM touchpoints").fetchone()[0]


def costs(db: Database) -> list[tuple[str, ...]]:
    return export_records(db, CatalogKind.COSTS)


def test_each_kind_of_cost_is_taken_and_comes_out_as_it_went_in(db, load, code: str) -> None:
    result = load(
        f"kind,key,from,to,amount,note\ncampaign,C1,2026-05-01,2026-05-31,1200.50,media\ncampaign,C1,2026-05-01,,80,print\n"
        f"touchpoint,{code.lower()},2026-05-01,2026-05-07,30,\n物料,海报,2026-05-01,2026-05-31,900,\n"
    )
    assert (result.kind, result.new, result.problems) == (CatalogKind.COSTS, 4, ())
    assert costs(db) == [
        ("campaign", "C1", "2026-05-01", "2026-05-31", "1200.50", "media"),
        ("campaign", "C1", "2026-05-01", "2026-05-01", "80.00", "print"),
        ("carrier", "wall_poster", "2026-05-01", "2026-05-31", "900.00", ""),
        ("touchpoint", code, "2026-05-01", "2026-05-07", "30.00", ""),
    ]
    undo_import(db, result.import_id, now=NOW)
    assert costs(db) == []


@pytest.mark.parametrize(
    ("header", "key", "kind"),
    [
        ("campaign|touchpoint|carrier,key,from,to,amount", "campaign,C1", "campaign"),
        ("对象类型,对象编号,开始日期,结束日期,金额", "活动,C1", "campaign"),
        ("for,id,start date,end date,spend", "carrier,badge", "carrier"),
        ("campaign_id,from,to,cost", "C1", "campaign"),
        ("触点,开始日期,结束日期,费用", "CODE", "touchpoint"),
        ("carrier,from,to,amount", "工牌", "carrier"),
    ],
)
def test_the_usual_headers_are_known_and_a_key_tells_what_it_is(db, load, code, header, key, kind) -> None:
    result = load(f"{header}\n{key.replace('CODE', code)},2026-05-01,2026-05-02,5\n", kind=CatalogKind.COSTS)
    assert (result.new, result.problems) == (1, ())
    assert costs(db)[0][0] == kind


def test_what_cant_be_taken_is_told(load) -> None:
    result = load(
        "kind,key,from,to,amount\ncampaign,C9,2026-05-01,,5\ntouchpoint,C1,2026-05-01,,5\ncarrier,kite,2026-05-01,,5\n"
        "shop,C1,2026-05-01,,5\n,poster,2026-05-01,,5\n,kite,2026-05-01,,5\ncampaign,C1,2026-05-02,2026-05-01,5\n"
        "campaign,C1,2026-05-01,,-5\ncampaign,C1,2026-05-01,,\ncarrier,海报,2026-05-01,,1\ncarrier,wall_poster,2026-05-01,,2\n"
    )
    assert (result.new, result.rejected) == (1, 10)
    assert [(p.line, p.column, p.reason.partition(",")[0]) for p in result.problems] == [
        (2, "key", "no such campaign"),
        (3, "key", "no touchpoint has this code"),
        (4, "key", "not a carrier that we know"),
        (5, "kind", "not what a cost can be for"),
        (6, "key", "may be campaign / carrier"),
        (7, "key", "is no campaign"),
        (8, "to", "is before the start"),
        (9, "amount", "negative"),
        (10, "amount", "is missing"),
        (12, "key", "is a cost of the same and from the same day as line 11"),
    ]


def test_a_campaign_with_costs_stays_when_the_import_that_brought_it_is_undone(db, load) -> None:
    campaigns = load("campaign_id,name\nC2,summer\n")
    load("kind,key,from,to,amount\ncampaign,C2,2026-05-01,,5\n")
    with pytest.raises(Exception, match="names campaigns"):
        undo_import(db, campaigns.import_id, now=NOW)
