"""An undone import also gives back what it meant for scans."""

from pathlib import Path

from collecting import PHONE, scans
from conftest import SETTINGS

from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.scans import insert_hits
from o2o.db import Database, writing
from o2o.importers.catalog import ImportTerms, import_catalogs
from o2o.importers.undo import undo_import
from o2o.subjects import Kind
from o2o.times import DAY
from o2o.touchpoints import MintRequest, mint_touchpoints

NOW = 1_780_000_000_000
WHOLE = ImportTerms(whole=True, confirmed=True)


def test_scans_of_the_badge_of_somebody_who_had_not_left_count_again(db: Database, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("person_id,name\nP1,Li\nP2,Wang\n", encoding="utf-8")
    import_catalogs(db, [people], now=NOW)
    badge = next(one for one in mint_touchpoints(db, MintRequest(Kind.PERSON), NOW) if one.subject_id == "P2")
    people.write_text("person_id,name\nP1,Li\n", encoding="utf-8")
    import_catalogs(db, [people], WHOLE, now=NOW + DAY)
    judge = Judge(db, SETTINGS)
    with writing(db):
        insert_hits(judge, [Hit(NOW + 2 * DAY, badge.code, "v", PHONE, Source.CSV)])
        judge_scans(judge)
    assert scans(db, "verdict") == [("orphan",)]
    undone = undo_import(db, now=NOW + 3 * DAY)
    assert undone.revived == (badge.code,)
    assert scans(db, "verdict") == [("human",)]
    assert db.conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
