import csv
import gzip
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
import zstandard
from collecting import PHONE, make_touchpoint, scans

from o2o.collect.verdicts.verdict import Verdict
from o2o.errors import InputFileError
from o2o.importers.scans.imports import Choices, import_files, import_scans
from o2o.times import parse_at
from o2o.touchpoints import Move, move_touchpoint

NOW = 1_800_000_000_000
REAL_LOG = Path(__file__).parents[2] / "shared" / "data" / "logs" / "elastic_apache_combined.log"


@pytest.fixture
def code(db):
    return make_touchpoint(db)


@pytest.fixture
def take(db, db_path, tmp_path):
    def take(lines, name="access.log", **options):
        path = tmp_path / name
        content = "\n".join(lines) + "\n"
        path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
        return import_scans(db, db_path, path, now=NOW, **options)

    return take


def log_line(path, time="10:05:03", *, address="192.0.2.7", agent=PHONE, method="GET"):
    return f'{address} - - [17/May/2026:{time} +0800] "{method} {path} HTTP/1.1" 302 0 "-" "{agent}"'


def counted(result):
    return {str(verdict): count for verdict, count in result.verdicts.items() if count}


def test_a_line_of_a_log_is_a_scan_at_its_time(db, take, code):
    result = take([log_line(f"/{code}"), log_line(f"/{code.lower()}?from=x", "11:00:00")])
    assert (result.lines, result.new, counted(result)) == (2, 2, {"human": 2})
    at = parse_at("2026-05-17T02:05:03+00:00", None)
    assert scans(db, "scanned_at, code, verdict, source")[0] == (at, code, "human", "log")


def test_a_digital_link_in_a_log_is_the_touchpoint_that_it_means(db, take, code):
    gtin = "06901234567892"
    db.table("products").insert({"sku": "6901", "name": "egg"})
    db.table("barcodes").insert({"sku": "6901", "barcode": gtin, "number": gtin, "position": 1, "form": "gtin14"})
    tag = make_touchpoint(db, "6901", store_id=None, label="tag")
    targets = {
        f"/01/{gtin}?o2o={tag.lower()}": tag,
        f"/01/{gtin}/10/A%2FB": code,
        f"https://s.example.com/x/01/{gtin}?17=271231": code,
        "/01/09506000134352/10/%41?17=271231&o2o=nonsense": "/01/09506000134352/10/A",
    }
    elsewhere = [f"/01/{gtin}/", "/2026/05/17?x=1", "/", "/static/app.js", "/favicon.ico", "/.env", "/x"]
    result = take([log_line(target, f"10:{minute:02}:00") for minute, target in enumerate([*targets, *elsewhere])])
    assert result.elsewhere == len(elsewhere)
    assert [found for (found,) in scans(db, "code")] == list(targets.values())


def test_a_log_imported_twice_adds_nothing_and_a_grown_one_its_new_lines(db, take, code):
    lines = [log_line(f"/{code}", f"10:{minute:02}:00") for minute in range(10)]
    assert take(lines).new == 10
    again = take(lines)
    assert (again.new, again.unchanged, again.lines) == (0, 10, 10)
    grown = take([*lines, log_line(f"/{code}", "12:00:00")], name="access.log.gz")
    assert (grown.new, grown.unchanged) == (1, 10)


def test_equal_lines_of_one_file_are_hits_of_their_own(db, take, code):
    lines = [log_line(f"/{code}")] * 3
    assert counted(take(lines)) == {"human": 1, "duplicate": 2}
    assert take(lines).new == 0
    assert counted(take([*lines, lines[0]])) == {"duplicate": 1}


def test_duplicates_are_the_same_in_whatever_order_files_are_imported(db, db_path, take, code):
    times = ["10:00:00", "10:00:08", "10:00:11", "10:00:19"]
    for order in permutations(times):
        for number, time_ in enumerate(order):
            take([log_line(f"/{code}", time_)], name=f"{number}.log")
        found = sorted(scans(db, "scanned_at, verdict"))
        assert [verdict for _, verdict in found] == ["human", "duplicate", "human", "duplicate"], order
        db.conn.execute("DELETE FROM scans")


def test_visitors_of_a_log_are_told_by_network_and_browser_and_day(db, take, code):
    take(
        [
            log_line(f"/{code}", "10:00:00"),
            log_line(f"/{code}", "10:10:00", address="192.0.2.250"),
            log_line(f"/{code}", "10:20:00", address="192.0.3.7"),
            log_line(f"/{code}", "10:30:00", agent=PHONE + " X"),
            log_line(f"/{code}", "10:40:00").replace("17/May", "18/May"),
        ]
    )
    visitors = [visitor for (visitor,) in scans(db, "visitor_id")]
    assert visitors[0] == visitors[1]
    assert len(set(visitors)) == 4


def test_no_address_is_kept(db, db_path, take, code):
    take([log_line(f"/{code}"), log_line("/192.0.2.7", address="host.example.com")])
    kept = "".join(map(str, db.conn.execute("SELECT visitor FROM visitors").fetchall()))
    assert "192.0" not in kept and "example" not in kept
    assert b"192.0.2.7 -" not in db_path.read_bytes()


def test_every_line_is_accounted_for(db, take, code):
    result = take(
        [
            log_line(f"/{code}"),
            log_line(f"/{code}", "10:05:05"),
            log_line(f"/{code}", agent="curl/8.5"),
            log_line(f"/{code}", agent="-"),
            log_line(f"/{code}", agent="WhatsApp/2.24 A"),
            log_line("/promo"),
            log_line("/favicon.ico", method="HEAD"),
            log_line(f"/{code}", method="HEAD"),
            log_line(f"/p/{code}"),
            log_line(f"/{code}")[:-20],
            "what is this?",
        ]
    )
    assert counted(result) == {"human": 1, "duplicate": 1, "bot": 2, "preview": 1, "orphan": 1}
    assert [(problem.line, problem.reason) for problem in result.problems] == [
        (8, "HEAD is no scan"),
        (9, "a view of our own page is no scan"),
        (10, "the line is cut"),
        (11, "not a line of a web server's log"),
    ]
    assert result.problems_file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert sum(counted(result).values()) + result.elsewhere + len(result.problems) == result.lines == 11


def test_common_format_names_no_user_agent_so_nobody_is_a_bot_for_that(take, code):
    line = f'192.0.2.7 - - [17/May/2026:10:05:03 +0000] "GET /{code} HTTP/1.1" 302 0'
    assert counted(take([line])) == {"human": 1}


def test_a_map_says_which_path_is_which_code(db, take, code, tmp_path):
    other = make_touchpoint(db, "6902")
    paths = tmp_path / "map.csv"
    paths.write_text(f"path,code\n/promo/eggs,{code.lower()}\n/item?id=2,{other}\n/鸡蛋,{code}\n", encoding="utf-8")
    take(
        [
            log_line("/promo/eggs?from=wechat"),
            log_line("/item?id=2"),
            log_line("/item?id=3"),
            log_line("/%E9%B8%A1%E8%9B%8B", "11:00:00"),
            log_line(f"/{other}", "11:00:00"),
        ],
        map_path=paths,
    )
    assert scans(db, "code, verdict") == [
        (code, "human"),
        (other, "human"),
        ("/item", "orphan"),
        (code, "human"),
        (other, "human"),
    ]


@pytest.mark.parametrize("others", [0, 3])
def test_a_file_imported_without_its_map_is_mended_by_importing_it_with_it(db, take, code, tmp_path, others):
    lines = [log_line("/promo"), log_line("/promo", "10:05:09"), log_line("/other")]
    assert counted(take(lines)) == {"orphan": 3}
    if others:
        take([log_line(f"/{code}", f"12:0{minute}:00") for minute in range(others)], name="later.log")
    paths = tmp_path / "map.csv"
    paths.write_text(f"path,code\n/promo,{code}\n", encoding="utf-8")
    mended = take(lines, map_path=paths)
    assert (mended.new, mended.unchanged, counted(mended)) == (2, 1, {"human": 1, "duplicate": 1})
    assert take(lines, map_path=paths).new == 0
    assert len(scans(db, "id")) == 3 + others


def test_a_csv_with_its_own_ids_is_mended_by_its_map_too(db, take, code, tmp_path):
    lines = ["at,code,visitor,scan_id", "2026-05-17 10:00,promo,v1,s1"]
    assert counted(take(lines, name="scans.csv")) == {"orphan": 1}
    paths = tmp_path / "map.csv"
    paths.write_text(f"path,code\npromo,{code}\n", encoding="utf-8")
    assert counted(take(lines, name="scans.csv", map_path=paths)) == {"human": 1}
    assert scans(db, "scan_id, verdict") == [("s1", "human")]


def test_a_map_to_a_code_that_is_not_ours_is_an_error(db, take, tmp_path):
    paths = tmp_path / "map.csv"
    paths.write_text("path,code\n/promo,ABCDEFGH\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"map\.csv, line 2: 'ABCDEFGH' is not a code"):
        take([log_line("/promo")], map_path=paths)


def test_a_missing_map_is_an_error(take, tmp_path):
    with pytest.raises(InputFileError, match="check the name"):
        take([log_line("/promo")], map_path=tmp_path / "none.csv")


def test_rows_of_a_csv_are_scans_of_named_visitors(db, take, code):
    result = take(
        ["at,code,visitor", f"2026-05-17 10:00:00,{code.lower()},小王", "1747447200,NOTOURS,007"], name="s.csv"
    )
    assert counted(result) == {"human": 1, "orphan": 1}
    visitors = db.conn.execute("SELECT visitor FROM visitors ORDER BY id").fetchall()
    assert {visitor for (visitor,) in visitors} == {"小王", "007"}
    assert scans(db, "scanned_at, code")[0] == (parse_at("2026-05-17T02:00:00+00:00", None), code)


def test_a_time_without_offset_is_local_to_the_store_of_the_code(db, take):
    db.table("stores").insert({"store_id": "U1", "name": "Ürümqi", "timezone": "Asia/Urumqi"})
    code = make_touchpoint(db, store_id="U1")
    take(["at,code,visitor", f"2026-05-17 10:00:00,{code},v"], name="s.csv")
    assert scans(db, "scanned_at") == [(parse_at("2026-05-17T04:00:00+00:00", None),)]


def test_a_time_without_offset_is_local_to_the_store_that_the_code_was_in_then(db, take):
    db.table("stores").insert_all(
        [
            {"store_id": "U1", "name": "Ürümqi", "timezone": "Asia/Urumqi"},
            {"store_id": "T1", "name": "東京", "timezone": "Asia/Tokyo"},
        ]
    )
    db.table("products").insert({"sku": "6901", "name": "鸡蛋"})
    code = make_touchpoint(db, "6901", store_id="U1")
    move_touchpoint(db, code, Move(store_id="T1"), parse_at("2026-05-17T12:00:00Z", None))
    take(["at,code,visitor", f"2026-05-17 10:00:00,{code},v", f"2026-05-18 10:00:00,{code},v"], name="s.csv")
    expected = [parse_at("2026-05-17T04:00:00Z", None), parse_at("2026-05-18T01:00:00Z", None)]
    assert [at for (at,) in scans(db, "scanned_at")] == expected


def test_a_scan_id_makes_a_row_known_again_whatever_else_it_says(db, take, code):
    header = "at,code,visitor,scan_id,user_agent"
    take([header, f"2026-05-17 10:00:00,{code},v,click-1,"], name="s.csv")
    again = take([header, f"2026-05-17 10:00:01,{code},v,click-1,"], name="t.csv")
    assert (again.new, again.unchanged) == (0, 1)


def test_a_named_visitor_is_never_impossible_but_a_nameless_one_at_forty_codes_is(db, take):
    codes = [make_touchpoint(db, str(number)) for number in range(40)]
    named = take(["at,code,visitor", *(f"2026-05-17 10:00:00,{code},v" for code in codes)], name="s.csv")
    assert counted(named) == {"human": 40}
    assert counted(take([log_line(f"/{code}") for code in codes])) == {"impossible": 40}


def test_impossible_scans_are_the_same_in_whatever_order_they_come(db, take):
    codes = [make_touchpoint(db, str(number)) for number in range(40)]
    lines = [log_line(f"/{code}", f"10:00:{number // 5:02}") for number, code in enumerate(codes)]
    later = log_line(f"/{codes[0]}", "10:30:00")
    take([*lines[:25], later], name="1.log")
    assert {verdict for (verdict,) in scans(db, "verdict")} == {"human"}
    take(lines[25:], name="2.log")
    assert Counter(scans(db, "verdict")) == {("impossible",): 40, ("human",): 1}


def test_a_scan_after_the_touchpoint_was_retired_is_an_orphan_and_one_before_it_was_minted_counts(db, take):
    retired_at = parse_at("2026-05-17T10:00:00+08:00", None)
    code = make_touchpoint(db, minted_at=retired_at - 1, retired_at=retired_at)
    rows = [f"2026-05-17 {time_},{code},v" for time_ in ("09:00:00", "10:00:00")]
    take(["at,code,visitor", *rows], name="s.csv")
    assert scans(db) == [(code, "human", ""), (code, "orphan", "retired")]


def test_scans_since_a_retirement_do_not_count_whichever_was_told_first(db, take, run):
    later, sooner = make_touchpoint(db, "1"), make_touchpoint(db, "2")
    rows = [f"2026-05-17 {time}:00,{code},v" for code in (later, sooner) for time in ("09:59", "10:00", "11:00")]
    run("touchpoint", "retire", sooner, "--at", "2026-05-17T10:00")
    take(["at,code,visitor", *rows], name="s.csv")
    told = run("touchpoint", "retire", later, "--at", "2026-05-17T10:00")
    assert told.stdout == "retired 1; 2 scans since then no longer count\n"
    verdicts = [(verdict, reason) for _, verdict, reason in scans(db)]
    assert verdicts == [("human", ""), ("orphan", "retired"), ("orphan", "retired")] * 2


def test_bad_rows_of_a_csv_are_listed_and_the_good_ones_taken(take, code):
    result = take(
        ["at,code,visitor", f"2026-05-17,{code},v", f"soon,{code},v", "2026-05-17,,v", f"2026-05-17,{code},v,more"],
        name="s.csv",
    )
    assert [(problem.line, problem.column) for problem in result.problems] == [(3, "at"), (4, "code"), (5, "")]
    assert (result.new, result.lines) == (1, 4)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"who,what\n1,2\n", "the header has no at, code, visitor"),
        (b"\x00\xff\xfe binary \x81", "neither UTF-8 nor GB18030"),
        (gzip.compress(b"x" * 9_000_000)[:5_000], "damaged or cut"),
        (b"\x1f\x8b but not gzip", "damaged or cut"),
    ],
    ids=["empty", "other header", "binary", "cut gz", "not gz"],
)
def test_a_file_that_is_neither_log_nor_csv_is_an_error(db, db_path, tmp_path, content, reason):
    path = tmp_path / "x.log.gz"
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=reason):
        import_scans(db, db_path, path, now=NOW)


def test_an_empty_or_damaged_log_among_others_does_not_keep_them_out(db, db_path, tmp_path, code):
    (tmp_path / "access.log").write_bytes(b"")
    (tmp_path / "access.log.1.gz").write_bytes(gzip.compress(log_line(f"/{code}").encode())[:60])
    (tmp_path / "access.log.2").write_text(log_line(f"/{code}") + "\n")
    (tmp_path / "access.log.3.gz").write_bytes(gzip.compress(b""))
    found = list(import_files(db, db_path, [tmp_path / "access.log*"], Choices(), NOW))
    assert [(result.new, bool(result.error)) for result in found] == [(0, False), (0, True), (1, False), (0, False)]
    assert "access.log.1.gz: the compressed file is damaged or cut" in str(found[1].error)


def test_a_missing_file_is_an_error(db, db_path, tmp_path):
    with pytest.raises(InputFileError, match=r"none\.log: no such file"):
        import_scans(db, db_path, tmp_path / "none.log", now=NOW)


def many_lines(code, count):
    times = (f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(count))
    return [log_line(f"/{code}", time_, agent=f"{PHONE} {n % 1_000}") for n, time_ in enumerate(times)]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_packed_log_that_breaks_in_the_middle_gives_what_was_before_and_the_whole_one_the_rest(
    db, db_path, tmp_path, code, pack
):
    path = tmp_path / "x.log.gz"
    packed = pack("\n".join(many_lines(code, 30_000)).encode())
    path.write_bytes(packed[: len(packed) * 9 // 10])
    with pytest.raises(InputFileError, match="damaged or cut"):
        import_scans(db, db_path, path, now=NOW)
    assert 0 < len(scans(db)) < 30_000
    path.write_bytes(packed)
    import_scans(db, db_path, path, now=NOW)
    assert len(scans(db)) == len(set(scans(db, "import_key"))) == 30_000


def test_ctrl_c_in_the_middle_keeps_what_was_taken_and_the_next_import_goes_on_from_there(db, db_path, tmp_path, code):
    path = tmp_path / "x.log"
    path.write_text("\n".join(many_lines(code, 60_000)) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "o2o", "scan", "import", "--db", str(db_path), str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not scans(db) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.strip().count("\n") == 0
    taken = len(scans(db))
    assert 0 < taken < 60_000
    rest = import_scans(db, db_path, path, now=NOW)
    assert taken + rest.new == len(scans(db)) == 60_000


def test_a_log_that_was_rotated_and_packed_is_known_again_and_a_grown_one_is_gone_on_with(db, take, tmp_path, code):
    lines = many_lines(code, 12_000)
    assert take(lines[:9_000]).new == 9_000
    grown = take(lines[:10_000])
    assert (grown.new, grown.before > 0, grown.lines + grown.before) == (1_000, True, 10_000)
    (tmp_path / "access.log").rename(tmp_path / "access.log.1")
    for name in ("access.log.1", "access.log.2.gz"):
        rotated = take([*lines[:10_000], "cut"], name=name)
        assert (rotated.new, rotated.before > 0, rotated.rejected) == (0, True, 1)
        assert rotated.problems[0].line == 10_001
    assert take(lines[10_000:]).new == 2_000
    assert len(scans(db)) == 12_000


def test_another_log_under_the_same_name_and_with_the_same_first_line_is_read_whole(db, take, code):
    lines = many_lines(code, 16_000)
    take(lines[:8_000])
    other = take([lines[0], *lines[8_000:]])
    assert (other.new, other.before) == (8_000, 0)


def test_a_last_line_that_is_not_yet_whole_is_read_again_once_it_is(db, db_path, tmp_path, code):
    path = tmp_path / "access.log"
    whole = "\n".join(many_lines(code, 2)) + "\n"
    path.write_text(whole[:-30], encoding="utf-8")
    assert import_scans(db, db_path, path, now=NOW).problems[0].reason == "the line is cut"
    path.write_text(whole, encoding="utf-8")
    assert import_scans(db, db_path, path, now=NOW).new == 1
    assert len(scans(db)) == 2


def test_a_file_with_keys_from_before_they_held_the_time_keeps_them(db, take, code, monkeypatch):
    lines = many_lines(code, 50)
    with monkeypatch.context() as before:
        before.setattr("o2o.importers.scans.imports.has_untimed_keys", lambda _: True)
        assert take(lines).new == 50
    assert take(lines, name="other.log").new == 0


def test_folders_and_patterns_stand_for_their_files(run, db, tmp_path, code):
    folder = tmp_path / "logs"
    folder.mkdir()
    for number, line in enumerate(many_lines(code, 3)):
        (folder / f"access.log.{number}").write_text(f"{line}\ncut\n", encoding="utf-8")
    result = run("scan", "import", folder, folder / "*.1")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        str(folder / f"access.log.{number}") for number in range(3)
    ]
    assert len(scans(db)) == 3
    assert run("scan", "import", folder).stdout.count("already there 1") == 3


def test_a_log_may_come_through_a_pipe(db, db_path, code):
    command = [sys.executable, "-m", "o2o", "scan", "import", "--db", str(db_path), "-"]
    told = subprocess.run(command, input="\n".join(many_lines(code, 5)), capture_output=True, text=True, check=True)
    assert told.stdout == "-: 5 lines: human 5; problems 0\n"
    assert len(scans(db)) == 5


def test_the_command_says_what_became_of_each_line(run, tmp_path, code):
    path = tmp_path / "access.log"
    path.write_text("\n".join([log_line(f"/{code}"), log_line("/promo"), log_line("/"), "cut"]), encoding="utf-8")
    result = run("scan", "import", path)
    assert result.stdout == f"{path}: 4 lines: human 1, orphan 1; elsewhere 1; problems 1\n"
    assert "line 4" in result.stderr and "access.log.problems.csv" in result.stderr
    assert (
        run("scan", "import", path).stdout
        == f"{path}: 4 lines: nothing new; already there 2; elsewhere 1; problems 1\n"
    )


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the real log is not on this machine")
def test_ten_thousand_lines_of_a_real_log_are_all_accounted_for(db, db_path, tmp_path, monkeypatch):
    text = REAL_LOG.read_text(encoding="utf-8")
    log = tmp_path / REAL_LOG.name
    log.write_text(text, encoding="utf-8")
    requested = Counter(path.partition("?")[0] for path in re.findall(r'"[A-Z]+ (\S+)', text))
    paths = tmp_path / "map.csv"
    with paths.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "code"])
        writer.writerows((path, make_touchpoint(db, path)) for path, _ in requested.most_common(20))
    result = import_scans(db, db_path, log, map_path=paths, now=NOW)
    assert result.lines == 10_000
    assert sum(result.verdicts.values()) + result.elsewhere + len(result.problems) == 10_000
    reasons = Counter(problem.reason for problem in result.problems)
    assert reasons == {"HEAD is no scan": 16, "POST is no scan": 1, "OPTIONS is no scan": 1, "the line is cut": 1}
    assert all(result.verdicts[v] > 0 for v in (Verdict.HUMAN, Verdict.BOT, Verdict.PREVIEW, Verdict.DUPLICATE))
    assert import_scans(db, db_path, log, map_path=paths, now=NOW).new == 0
