import asyncio
import subprocess
import sys

from collecting import PHONE, make_touchpoint, scans
from conftest import SETTINGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.collect.recording.drain import pack_hit
from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.recording.segments import list_segments, segments_folder
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.rejudging import orphan_retired, revive_scans
from o2o.collect.verdicts.scans import insert_hits
from o2o.db import load_query, writing
from o2o.times import SECOND

HITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 39), st.integers(0, 2), st.sampled_from([Source.LOG, Source.CSV])),
    max_size=120,
)


def take(db, batch):
    judge = Judge(db, SETTINGS)
    with writing(db):
        insert_hits(judge, batch)
    judge_scans(judge)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HITS, st.integers(1, 7), st.randoms())
def test_verdicts_are_the_same_however_the_hits_are_split_and_shuffled(db, hits, size, random):
    if not db.conn.execute("SELECT 1 FROM touchpoints").fetchone():
        for number in range(40):
            make_touchpoint(db, str(number))
    codes = [code for (code,) in db.conn.execute("SELECT code FROM touchpoints ORDER BY id")]
    # equal times are told apart by the order of import, which a shuffle would change
    batch = [
        Hit(at * SECOND + number, codes[code], f"{source}{visitor}", PHONE, source, scan_id=str(number))
        for number, (at, code, visitor, source) in enumerate(hits)
    ]

    def verdicts(batches):
        db.conn.execute("DELETE FROM scans")
        for part in batches:
            take(db, part)
        return sorted(scans(db, "CAST(scan_id AS INTEGER), verdict, reason"))

    whole = verdicts([batch])
    random.shuffle(batch)
    assert verdicts([batch[start : start + size] for start in range(0, len(batch), size)]) == whole


def test_comparing_a_visitors_scans_reads_no_others(db):
    asked = {"visitor_id": 1, "since": 0, "until": 1, "limit": 1}
    query = "EXPLAIN QUERY PLAN " + load_query("collect/verdicts/judging.series")
    plan = [row[3] for row in db.conn.execute(query, asked)]
    assert plan[0] == "SEARCH scans USING INDEX scans_by_series (visitor_id=? AND scanned_at>? AND scanned_at<?)"
    assert not any("TEMP B-TREE" in step for step in plan)


def test_processes_that_drain_at_once_keep_each_scan_once(db, db_path):
    code = make_touchpoint(db)
    recorder = Recorder(segments_folder(db_path), Metrics(), segment_bytes=200_000)
    hits = [pack_hit(Hit(n * 60_000, code, f"v{n}", PHONE, Source.SERVE, f"click-{n}")) for n in range(9_000)]

    async def record():
        for hit in hits:
            recorder.record(hit, lambda: None)
        await recorder.close()

    asyncio.run(record())
    drain = (
        "import sys; from pathlib import Path; from o2o.db import open_database;"
        "from o2o.collect.recording.drain import drain_segments;"
        "path = Path(sys.argv[1]); print(drain_segments(open_database(path), path))"
    )
    drains = [
        subprocess.Popen([sys.executable, "-c", drain, db_path], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    counts = [int(process.communicate(timeout=60)[0]) for process in drains]
    assert sum(counts) == 9_000 == len(scans(db)) == len(set(scans(db, "scan_id")))
    assert list_segments(segments_folder(db_path)) == []


def test_scans_of_a_code_that_lives_again_count_again_as_if_nothing_had_been(db):
    code = make_touchpoint(db)
    agents = (PHONE, PHONE, "Googlebot/2.1", PHONE)
    take(db, [Hit(at * SECOND, code, "v", agent, Source.LOG, str(at)) for at, agent in enumerate(agents)])
    before = scans(db)
    db.conn.execute("UPDATE touchpoints SET retired_at = ?", [SECOND])
    with writing(db):
        assert orphan_retired(db) == 3
        assert revive_scans(db, SETTINGS, [code]) == 0
    assert [verdict for _, verdict, _ in scans(db)] == ["human", "orphan", "orphan", "orphan"]
    db.conn.execute("UPDATE touchpoints SET retired_at = NULL")
    with writing(db):
        assert revive_scans(db, SETTINGS, [code]) == 3
    assert scans(db) == before
