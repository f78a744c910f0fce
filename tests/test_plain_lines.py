from dataclasses import replace
from types import SimpleNamespace

import pytest
from collecting import PHONE, make_touchpoint
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from o2o.config import load_settings
from o2o.importers.scans.formats.combined import make_parser
from o2o.importers.scans.plain_lines import PlainLines
from o2o.importers.scans.requests import said
from o2o.importers.scans.targets import ELSEWHERE, CodeFinder

ODD = st.text(st.sampled_from('/?pP-_.%&=[] "\\@^`{~a1Zé１\r\t'), max_size=8)
PATHS = st.sampled_from(
    ["CODE", "CODE/", "code?x=1", "p/CODE", "s/CODE", "s/p/CODE", "s", "01/06901234567892", "2026/05/17", "x.js", "a/b"]
)
TARGETS = st.builds("{}{}{}".format, st.sampled_from(["/", "//", "/s/", "http://h.example/", ""]), PATHS | ODD, ODD)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "get", ""])
PROTOCOLS = st.sampled_from(["HTTP/1.1", "HTTP/2.0", "HTTP/", "RTSP/1.0", ""])
ADDRESSES = st.sampled_from(
    ["192.0.2.7", "2001:db8::1", "host.example.com", "", "a b", "a[b", "é", "s.example.com 192.0.2.7"]
)
TIMES = st.sampled_from(
    [
        "17/May/2026:10:05:03 +0800",
        "17/May/2026:23:59:59 -0330",
        "17/Mai/2026:10:05:03 +0800",
        "31/Feb/2026:10:05:03 +0800",
        "17/May/2026:10:05:60 +0800",
        "17/May/2026:10:05:0x +0800",
        "17/May/2026:10:05:03 *0800",
        "2026-05-17T10:05:03 +08:00",
        "2026-05-17T10:05:03+08:00]",
        "",
    ]
)
AGENTS = st.sampled_from(["-", "", PHONE, 'a \\" b', "浏览器", "x\\x22"]) | ODD
LINES = st.builds(
    '{}{}[{}] "{} {} {}" 302 0 "-" "{}"{}'.format,
    ADDRESSES, st.sampled_from([" - - ", " - alice ", " -- "]), TIMES, METHODS, TARGETS, PROTOCOLS, AGENTS,
    st.sampled_from(["", ' "-"', ' "', " 0.001"]),
) | st.builds('{} - - [{}] "{} {} HTTP/1.1" 302 0'.format, ADDRESSES, TIMES, METHODS, TARGETS)  # fmt: skip


@pytest.fixture
def shop(db):
    ours = load_settings(db)
    finders = {
        path: CodeFinder(db, replace(ours, base_url=f"https://s.example.com{path}"), {}, 0) for path in ("", "/s")
    }
    return SimpleNamespace(code=make_touchpoint(db), finders=finders, settings=ours)


def read_by_parser(find_code, line):
    parser = make_parser()
    try:
        method, target, rest = parser.find_request(line.decode("utf-8", "replace"))
        code = find_code(target)
        if not code:
            return ELSEWHERE
        if method != "GET":
            return None
        client = parser.read_client(rest)
    except ValueError:
        return None
    return code, client.at, client.address, client.user_agent


def read_plainly(lines, line):
    found = lines.take(line)
    if not found:
        return found
    code, at, address, agent = found
    return (
        code,
        at,
        address.decode("utf-8", "replace"),
        None if agent is None else said(agent.decode("utf-8", "replace")),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400)
@given(lines=st.lists(LINES, max_size=6), path=st.sampled_from(["", "/s"]))
@example(
    lines=[
        f'192.0.2.7 - - [17/May/2026:10:05:{second} +0800] "GET /CODE HTTP/1.1" 302 0 "-" "x"'
        for second in ("03", "60", "04")
    ],
    path="",
)
def test_a_plain_line_is_read_as_by_the_parser_or_left_to_it(shop, lines, path):
    find_code = shop.finders[path].find_in_target
    plain = PlainLines(find_code, path)
    for line in lines:
        raw = line.replace("CODE", shop.code).encode("utf-8", "replace").strip()
        found = read_plainly(plain, raw)
        assert found is None or found == read_by_parser(find_code, raw)


@pytest.mark.parametrize("agent", [PHONE, "-", "浏览器"])
def test_what_logs_are_full_of_is_plain(shop, agent):
    plain = PlainLines(shop.finders[""].find_in_target, "")
    for target in (f"/{shop.code}", f"/{shop.code.lower()}?from=x", "/img/1.jpg", "/api/orders/7", "/", "/index.html"):
        line = f'192.0.2.7 - - [17/May/2026:10:05:03 +0800] "GET {target} HTTP/1.1" 302 0 "-" "{agent}"'.encode()
        assert read_plainly(plain, line) == read_by_parser(shop.finders[""].find_in_target, line)
        assert plain.take(line) is not None


def test_where_paths_are_mapped_each_is_looked_up(db, shop):
    finder = CodeFinder(db, shop.settings, {"/img/1.jpg": shop.code}, 0)
    line = b'192.0.2.7 - - [17/May/2026:10:05:03 +0800] "GET /img/1.jpg HTTP/1.1" 302 0 "-" "x"'
    assert PlainLines(finder.find_in_target, None).take(line)[0] == shop.code
