"""Every format of scans: what its file is recognised as, what it holds, and that no line of it breaks the reader."""

from collections import Counter
from pathlib import Path

import pytest
from collecting import PHONE, make_touchpoint, scans
from hypothesis import given
from hypothesis import strategies as st

from o2o.importers.scans.files import read_beginning
from o2o.importers.scans.formats import LINE_FORMATS
from o2o.importers.scans.imports import import_scans, recognise_format
from o2o.times import parse_at

SAMPLES = Path(__file__).parent / "scan_samples"
CODE = "K7M2X9PY"
NOW = 1_800_000_000_000
TIMES = [parse_at(f"2026-05-17T{time}Z", None) for time in ("10:05:03", "10:05:07", "10:06:00")]
WITH_AGENTS = {"human": 1, "duplicate": 1, "bot": 1}
WITHOUT = {"human": 2, "duplicate": 1}

CASES = {
    # file: (format, verdicts, requests elsewhere, lines that are no scan)
    "common.log": ("combined", WITHOUT, 1, 1),
    "combined.log": ("combined", WITH_AGENTS, 1, 1),
    "vhost.log": ("combined", WITH_AGENTS, 1, 1),
    "extra.log": ("combined", WITH_AGENTS, 1, 1),
    "nginx.json.log": ("nginx-json", WITH_AGENTS, 1, 1),
    "nginx_variables.json.log": ("nginx-json", WITH_AGENTS, 1, 1),
    "caddy.log": ("caddy", WITH_AGENTS, 1, 1),
    "traefik.log": ("traefik", WITH_AGENTS, 1, 1),
    "iis.log": ("w3c", WITH_AGENTS, 1, 1),
    "cloudfront.log": ("w3c", WITH_AGENTS, 1, 1),
    "alb.log": ("elb", WITH_AGENTS, 1, 1),
    "elb.log": ("elb", WITH_AGENTS, 1, 1),
    "cloudflare.log": ("cloudflare", WITH_AGENTS, 1, 1),
    "cloudflare_ns.log": ("cloudflare", WITHOUT, 1, 1),
    "mini_program.jsonl": ("mini-program", {"human": 3, "duplicate": 1}, 0, 0),
    "mini_program.csv": ("csv", WITHOUT, 0, 0),
    "shlink.csv": ("csv", {"human": 2, "bot": 1}, 0, 0),
    "shlink.json": ("shlink", {"human": 2, "bot": 1}, 0, 0),
    "scans.csv": ("csv", WITHOUT, 0, 0),
}


@pytest.fixture
def code(db):
    make_touchpoint(db, code=CODE)
    return CODE


@pytest.mark.parametrize("name", CASES)
def test_a_sample_of_each_format_is_recognised_and_read_whole(db, db_path, tmp_path, code, name):
    format_, verdicts, elsewhere, no_scans = CASES[name]
    path = tmp_path / name
    path.write_bytes((SAMPLES / name).read_bytes())
    assert recognise_format(read_beginning(path)) == format_
    result = import_scans(db, db_path, path, now=NOW)
    assert {str(verdict): count for verdict, count in result.verdicts.items() if count} == verdicts
    assert (result.elsewhere, len(result.problems)) == (elsewhere, no_scans), result.problems
    found = scans(db, "scanned_at, code")
    assert [at // 1_000 * 1_000 for at, _ in found[:3]] == TIMES
    assert {found_code for _, found_code in found} == {code}
    assert import_scans(db, db_path, path, now=NOW).new == 0


def test_there_is_a_sample_of_every_format_and_no_other():
    assert sorted(path.name for path in SAMPLES.iterdir()) == sorted(CASES)
    assert set(LINE_FORMATS) <= {format_ for format_, *_ in CASES.values()}


@pytest.mark.parametrize("name", ["iis.log", "cloudfront.log", "caddy.log", "alb.log", "extra.log"])
def test_a_user_agent_is_kept_as_the_phone_sent_it(db, db_path, tmp_path, code, name):
    path = tmp_path / name
    path.write_bytes((SAMPLES / name).read_bytes())
    import_scans(db, db_path, path, now=NOW)
    agents = Counter(agent for (agent,) in db.conn.execute("SELECT user_agent FROM user_agents"))
    assert agents[PHONE] == 1


def test_the_columns_of_a_w3c_log_may_change_in_it():
    parser = LINE_FORMATS["w3c"].make_parser(["#Fields: date time c-ip cs-uri-stem"])
    assert parser.find_request("2026-05-17 10:05:03 192.0.2.7 /A")[1] == "/A"
    assert parser.find_request("#Fields: cs-uri-stem date time c-ip") is None
    assert parser.find_request("/B 2026-05-17 10:05:03 192.0.2.7")[1] == "/B"


@pytest.mark.parametrize(
    ("format_", "line", "reason"),
    [
        ("combined", "what is this?", "not a line of a web server's log"),
        ("combined", '192.0.2.7 - - [17/May/2026:10:05:03 +0000] "GET /A HTTP/1.1', "the line is cut"),
        ("combined", '192.0.2.7 - - [17/May/2026:10:05:03 +0000] "\\x16\\x03" 400 0', "holds no request"),
        ("combined", '192.0.2.7 - - [31/Nov/2026:10:05:03 +0000] "GET /A HTTP/1.1" 302 0', "not a time"),
        ("caddy", '{"ts": 1, "request": {"uri": "/A"', "the line is cut"),
        ("caddy", '{"ts": 1778976303.1}', "holds no request"),
        ("caddy", '{"request": {"uri": "/A", "client_ip": "192.0.2.7"}}', "has no ts"),
        ("traefik", "[]", "not a line of this log"),
        ("cloudflare", '{"ClientRequestURI": "/A", "EdgeStartTimestamp": 1778976303}', "has no ClientIP"),
        ("mini-program", '{"scene": "A", "time": "soon"}', "not a time"),
        ("elb", '2026-05-17T10:05:03.1Z shop - - 0 0 0 302 302 0 29 "- - - " "-" - -', "holds no request"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(format_, line, reason):
    parser = LINE_FORMATS[format_].make_parser([])
    with pytest.raises(ValueError, match=reason):
        parser.read_client(parser.find_request(line)[2])


LINES = [line for path in SAMPLES.iterdir() for line in path.read_text(encoding="utf-8").splitlines()]


@given(
    st.sampled_from(sorted(LINE_FORMATS)),
    st.sampled_from(LINES),
    st.integers(0, 300),
    st.integers(0, 40),
    st.text(max_size=20) | st.sampled_from(['"', "\\", "{", "}", "[", "\t", " ", "null", "1e999", "-", "%", "\x00"]),
)
def test_no_line_however_mangled_raises_anything_but_its_reason(format_, line, start, length, patch):
    parser = LINE_FORMATS[format_].make_parser(LINES[:2])
    for text in (line[:start] + patch + line[start + length :], patch, line[start:]):
        try:
            request = parser.find_request(text)
            if request:
                assert parser.read_client(request[2]).at >= 0
        except ValueError as error:
            assert str(error)
