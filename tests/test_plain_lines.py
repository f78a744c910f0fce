from dataclasses import replace
from types import SimpleNamespace

import pytest
from collecting import PHONE, make_touchpoint
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from o2o.config import load_settings
from o2o.importers.scans.formats.combined import make_parser
from o2o.importers.scans.plain_lines import SECONDS, PlainLines
from o2o.importers.scans.requests import said
from o2o.importers.scans.targets import ELSEWHERE, CodeFinder

BEFORE, AFTER = "192.0.2.7 - - [17/May/2026:10:05", '] "GET /CODE HTTP/1.1" 302 0 "-" "x"'
ODD = st.text(st.sampled_from('/?pP-_.%&=[] "\\@^`{~a1Zé１\r\t'), max_size=8)
PATHS = st.sampled_from(
    [
        "CODE",
        "CODE/",
        "code?x=1",
        "p/CODE",
        "s/CODE",
        "s/p/CODE",
        "s",
        "01/06901234567892",
        "x/01/06901234567892",
        "2026/05/17",
        "x.js",
        "a/b",
    ]
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
    gtin = "06901234567892"  # of which a Digital Link leads to the touchpoint
    db.table("products").insert({"sku": "6901", "name": "egg"})
    db.table("barcodes").insert({"sku": "6901", "barcode": gtin, "number": gtin, "position": 1, "form": "gtin14"})
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


def read_plainly(plain, lines):
    """Return what is read of each line, None for what is left to the parser; nothing where all are."""
    found = []
    for line, address, minute, second, offset, target, agent, odd in plain.find(b"\n".join(lines)):
        code, start = (plain.codes[target], plain.minutes[minute + offset]) if line else (None, None)
        if not line and not odd:
            found.append(ELSEWHERE)
        elif code is None or start is None:
            found.append(None)
        else:
            texts = address.decode("utf-8", "replace"), said(agent.decode("utf-8", "replace"))
            found.append((code, start + SECONDS[second], *texts) if code else code)
        assert (line or odd) in (*lines, b"")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400)
@given(lines=st.lists(LINES, max_size=6), path=st.sampled_from(["", "/s"]))
@example([f"{BEFORE}:{second} +0800{AFTER}" for second in ("03", "60", "04")], "")
@example([BEFORE + AFTER.replace("CODE", "x.js"), 'a "', BEFORE + AFTER + '"'], "")
@example(["no quote", 'a "b" "c" "d"', BEFORE + AFTER], "")
def test_a_plain_line_is_read_as_by_the_parser_or_left_to_it(shop, lines, path):
    find_code = shop.finders[path].find_in_target
    raw = [line.replace("CODE", shop.code).encode("utf-8", "replace") for line in lines]
    found = read_plainly(PlainLines(find_code, path, is_mapped=False), raw)
    assert len(found) in (0, len(raw))
    for line, meaning in zip(raw, found, strict=False):
        assert meaning is None or meaning == read_by_parser(find_code, line.strip())


@pytest.mark.parametrize("agent", [PHONE, "-", "浏览器"])
@pytest.mark.parametrize("odd", [[], ["nonsense \\x16"]])
def test_what_logs_are_full_of_is_plain(shop, agent, odd):
    targets = (f"/{shop.code}", f"/{shop.code.lower()}?from=x", "/img/1.jpg", "/api/orders/7123", "/a.html")
    lines = [f"{BEFORE}:03 +0800{AFTER}".replace("/CODE", target).replace('"x"', f'"{agent}"') for target in targets]
    raw = [line.encode() for line in [*lines, *odd]]
    find_code = shop.finders[""].find_in_target
    found = read_plainly(PlainLines(find_code, "", is_mapped=False), raw)
    assert found == [read_by_parser(find_code, line) for line in raw]
    assert None not in found[: len(lines)]


def test_where_paths_are_mapped_each_is_looked_up(db, shop):
    finder = CodeFinder(db, shop.settings, {"/img/1.jpg": shop.code}, 0)
    lines = [f"{BEFORE}:03 +0800{AFTER}".replace("/CODE", target).encode() for target in ("/img/1.jpg", "/img/2.jpg")]
    found = read_plainly(PlainLines(finder.find_in_target, "", is_mapped=True), lines)
    assert [meaning and meaning[0] for meaning in found] == [shop.code, ELSEWHERE]


def test_a_block_with_empty_lines_is_left_to_the_parser(shop):
    line = f"{BEFORE}:03 +0800{AFTER}".encode()
    plain = PlainLines(shop.finders[""].find_in_target, "", is_mapped=False)
    assert [plain.find(block) for block in (b"", b"\n" + line, line + b"\n\n" + line)] == [[], [], []]


@pytest.mark.parametrize("target", ["/01/06901234567892", "/01/06901234567892?17=271231", "/x/01/06901234567892/10/A"])
def test_a_digital_link_is_left_to_the_parser(shop, target):
    line = f"{BEFORE}:03 +0800{AFTER}".replace("/CODE", target).encode()
    find_code = shop.finders[""].find_in_target
    assert read_by_parser(find_code, line)[0] == shop.code
    assert read_plainly(PlainLines(find_code, "", is_mapped=False), [line]) == [None]
