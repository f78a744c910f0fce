import asyncio

import pytest
from collecting import PHONE, make_touchpoint, scans

from o2o.collect.recording.drain import drain_segments, pack_hit
from o2o.collect.recording.drainer import Drainer
from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.recording.segments import FORMAT_MARK, list_refused, list_segments, read_records, segments_folder
from o2o.collect.verdicts.hit import Hit, Source

SMALL = 8_192


@pytest.fixture
def folder(db_path):
    return segments_folder(db_path)


def records(folder):
    found = []
    for path in list_segments(folder):
        with path.open("rb") as file:
            found += read_records(file, len(FORMAT_MARK), 1_000_000)[0]
    return found


def record_all(recorder, payloads):
    async def work():
        kept = []
        for payload in payloads:
            recorder.record(payload, lambda: kept.append(True))
        while len(kept) < len(payloads):
            await asyncio.sleep(0)

    asyncio.run(work())


def payloads(count):
    return [b"%06d" % number * 20 for number in range(count)]


def test_what_record_returned_for_is_in_the_file_before_it_is_closed(folder):
    recorder = Recorder(folder, Metrics())
    record_all(recorder, payloads(100))
    assert records(folder) == payloads(100)
    assert (recorder.metrics.recorded, recorder.metrics.lost) == (100, 0)
    asyncio.run(recorder.close())


def test_all_that_arrive_during_a_sync_are_kept_by_the_next_one(folder, monkeypatch):
    recorder = Recorder(folder, Metrics())
    appended = []
    append = recorder._segment.append
    monkeypatch.setattr(recorder._segment, "append", lambda data: (appended.append(len(data)), append(data)))
    record_all(recorder, payloads(500))
    assert len(appended) <= 3
    asyncio.run(recorder.close())


def test_a_full_segment_is_followed_by_another(folder):
    recorder = Recorder(folder, Metrics(), SMALL)
    record_all(recorder, payloads(500))
    asyncio.run(recorder.close())
    assert len(list_segments(folder)) > 5
    assert records(folder) == payloads(500)


def test_when_the_disk_is_full_what_is_lost_is_counted_and_room_is_used_again(folder):
    time = [0.0]
    recorder = Recorder(folder, Metrics(), SMALL, clock=lambda: time[0])
    away = folder.with_name("away")
    folder.rename(away)
    folder.touch()  # no segment can be made here now
    record_all(recorder, payloads(100))
    fitting = recorder.metrics.recorded
    assert 0 < fitting < 100 and recorder.metrics.lost == 100 - fitting
    folder.unlink()
    record_all(recorder, payloads(1))
    assert recorder.metrics.lost == 101 - fitting
    time[0] = 2.0
    record_all(recorder, payloads(10))
    asyncio.run(recorder.close())
    assert recorder.metrics.recorded == fitting + 10
    assert records(away) == payloads(fitting) and records(folder) == payloads(10)


def test_who_asks_to_be_told_of_what_is_lost_is_told(folder):
    recorder = Recorder(folder, Metrics(), SMALL, clock=lambda: 0.0)
    folder.rename(folder.with_name("away"))
    folder.touch()

    async def work():
        told = []
        for payload in payloads(100):
            recorder.record(payload, lambda: told.append("kept"), lambda: told.append("lost"))
        while len(told) < 100:
            await asyncio.sleep(0)
        return told

    told = asyncio.run(work())
    assert told.index("lost") == told.count("kept") == recorder.metrics.recorded > 0
    asyncio.run(recorder.close())


def hits(code, count, since=0):
    return [
        pack_hit(Hit(60_000 * n, code, f"v{n}", PHONE, Source.SERVE, f"click-{n}")) for n in range(since, since + count)
    ]


def test_a_drain_in_parts_keeps_each_record_once(db, db_path, folder):
    code = make_touchpoint(db)
    recorder = Recorder(folder, Metrics())
    for part in range(5):
        record_all(recorder, hits(code, 10, since=10 * part))
        assert drain_segments(db, db_path) == 10
        assert drain_segments(db, db_path) == 0
    assert len(list_segments(folder)) == 1  # its worker may still write to it
    asyncio.run(recorder.close())
    assert drain_segments(db, db_path) == 0
    assert list_segments(folder) == []
    assert [scan_id for (scan_id,) in scans(db, "scan_id")] == [f"click-{n}" for n in range(50)]


def test_more_than_a_slice_is_drained_whole(db, db_path, folder):
    recorder = Recorder(folder, Metrics())
    record_all(recorder, hits(make_touchpoint(db), 4_500))
    assert drain_segments(db, db_path) == 4_500
    asyncio.run(recorder.close())


@pytest.mark.parametrize("cut", [1, 5, 9, 40])
def test_a_record_torn_by_a_killed_worker_is_ignored(db, db_path, folder, cut):
    code = make_touchpoint(db)
    recorder = Recorder(folder, Metrics())
    record_all(recorder, hits(code, 3))
    asyncio.run(recorder.close())
    (path,) = list_segments(folder)
    with path.open("r+b") as file:
        _, end = read_records(file, len(FORMAT_MARK), 3)
        file.seek(end - cut)
        file.write(b"\0" * cut)
    assert drain_segments(db, db_path) == 2
    assert list_segments(folder) == []


def test_a_segment_goes_only_once_its_rows_are_on_the_disk(db, db_path, folder, monkeypatch):
    recorder = Recorder(folder, Metrics())
    record_all(recorder, hits(make_touchpoint(db), 3))
    asyncio.run(recorder.close())

    def fail(path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("o2o.collect.recording.drain.sync_changes", fail)
    with pytest.raises(OSError):
        drain_segments(db, db_path)
    assert len(list_segments(folder)) == 1
    monkeypatch.undo()
    assert drain_segments(db, db_path) == 0 and list_segments(folder) == [] and len(scans(db)) == 3


def test_a_file_of_another_format_is_left_alone(db, db_path, folder):
    folder.mkdir()
    (folder / "1.segment").write_bytes(b"o2oseg9\nsomething")
    assert drain_segments(db, db_path) == 0
    assert len(list_segments(folder)) == 1


def test_a_file_that_was_drained_before_a_backup_was_restored_adds_nothing(db, db_path, folder):
    code = make_touchpoint(db)
    recorder = Recorder(folder, Metrics())
    record_all(recorder, hits(code, 5))
    drain_segments(db, db_path)
    db.conn.execute("DELETE FROM segments")
    assert drain_segments(db, db_path) == 0
    assert len(scans(db)) == 5
    asyncio.run(recorder.close())


def test_a_record_that_cannot_be_a_row_is_set_aside_and_told_and_those_around_it_are_kept(db, db_path, folder):
    recorder = Recorder(folder, Metrics())
    good = hits(make_touchpoint(db), 20)
    record_all(recorder, [*good[:7], b'["no time"]', *good[7:]])
    asyncio.run(recorder.close())
    drainer = Drainer(db_path)
    drainer.open()
    (refused,) = list_refused(folder)
    assert len(scans(db)) == 20 and list_segments(folder) == []
    assert refused.read_bytes() == b'["no time"]\n' and str(refused) in drainer.trouble
    refused.unlink()
    drainer.close()
    assert drainer.trouble == ""


def test_a_visitor_with_a_nul_or_half_a_character_is_one_visitor(db, db_path, folder):
    recorder = Recorder(folder, Metrics())
    record_all(recorder, [pack_hit(Hit(n, "x\0", "a\0\ud800", "b\0", Source.REPORT, f"{n}")) for n in range(3)])
    assert drain_segments(db, db_path) == 3
    assert len(set(scans(db, "visitor_id, user_agent_id"))) == 1
    asyncio.run(recorder.close())


def test_records_follow_each_other_whatever_was_touched_ahead_of_them(folder, monkeypatch):
    monkeypatch.setattr("o2o.collect.recording.segments._TOUCHED_AHEAD", 300)
    recorder = Recorder(folder, Metrics(), SMALL)
    for number in range(0, 100, 5):
        record_all(recorder, payloads(100)[number : number + 5])
    asyncio.run(recorder.close())
    assert records(folder) == payloads(100)
    assert {path.stat().st_size for path in list_segments(folder)} == {SMALL}
