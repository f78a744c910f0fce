import asyncio
import json
import re

import httpx
import pytest
from collecting import PHONE, make_touchpoint, scans, serving

from o2o.collect.recording.drain import drain_segments
from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.recording.segments import segments_folder
from o2o.collect.serving.app import Collector
from o2o.collect.serving.keeper import Keeper
from o2o.collect.serving.protocol import Answer
from o2o.collect.serving.request import Request
from o2o.collect.verdicts.hit import Signal
from o2o.config import change_setting
from o2o.destinations import Scope, set_destination
from o2o.times import now
from tests.prints import master

GTIN, GLN = "06901234567892", "9506000134352"
EVIL = '<script>alert(1)</script>&"鸡蛋"'


class Answering:
    """The collector with all its parts, asked in this process."""

    def __init__(self, db_path, **options):
        self.metrics = Metrics()
        self.keeper = Keeper(db_path)
        self.keeper.open()
        recorder = Recorder(segments_folder(db_path), self.metrics, **options)
        self.collector = Collector(db_path, self.keeper, recorder, self.metrics)
        self._recorder = recorder
        self._runner = asyncio.Runner()

    def get(self, path, **headers):
        return self.ask("GET", path, headers)

    def ask(self, method, path, headers=(), body=b"", address="192.0.2.7"):
        named = {"host": "s.example.com", "user-agent": PHONE} | dict(headers)
        return self._runner.run(self._ask(Request.of(method, path, address, named, body)))

    async def _ask(self, request):
        answer = asyncio.get_running_loop().create_future()
        self.collector.handle(request, answer.set_result)
        found = await asyncio.wait_for(answer, 10)
        headers = {name.decode(): value.decode() for name, value in found.headers}
        return httpx.Response(found.status, headers=headers, content=found.body)

    def stop(self):
        self.collector.close()
        self._runner.run(self._recorder.close())
        self._runner.close()
        self.keeper.close()


@pytest.fixture
def answering(db_path):
    started = []

    def start(**options):
        started.append(Answering(db_path, **options))
        return started[-1]

    yield start
    for app in started:
        app.stop()


@pytest.fixture
def shop(db):
    db.table("stores").insert({"store_id": "S1", "name": "东直门店"})
    db.table("people").insert({"person_id": "007", "store_id": "S1", "name": "王芳", "role": "导购"})
    db.table("products").insert({"sku": "6901", "name": EVIL, "spec": "30枚", "origin": "北京"})
    master(db, "6901", 1280)
    db.table("places").insert({"place_id": "L1", "store_id": "S1", "name": "东门门头", "carrier": "door_sign"})
    db.table("assortment").insert({"store_id": "S1", "sku": "6901", "price": 990, "member_price": 880, "valid_from": 0})
    return {
        "person": make_touchpoint(db, "007", kind="person", store_id="S1", carrier="badge"),
        "product": make_touchpoint(db, "6901", store_id="S1"),
        "chain": make_touchpoint(db, "6901", label="2"),
        "place": make_touchpoint(db, "L1", kind="place", store_id="S1", carrier="door_sign"),
    }


def test_a_code_without_destination_leads_to_its_own_page_and_the_page_is_no_scan(db, db_path, shop):
    with serving(db_path) as server:
        pages = {}
        for name, code in shop.items():
            location = server.get(f"/{code.lower()}").headers["location"]
            assert re.fullmatch(rf"/p/{code}\?o2o_scan=[\w-]{{20}}", location)
            pages[name] = server.get(location)
        server.stop()
    assert len(scans(db)) == 4
    assert {page.status_code for page in pages.values()} == {200}
    texts = {name: page.text for name, page in pages.items()}
    assert "¥9.90" in texts["product"] and "会员价 ¥8.80" in texts["product"] and "东直门店" in texts["product"]
    assert "¥12.80" in texts["chain"] and "30枚" in texts["chain"] and "北京" in texts["chain"]
    assert "王芳" in texts["person"] and "导购" in texts["person"] and "东直门店" in texts["person"]
    assert "东门门头" in texts["place"] and "东直门店" in texts["place"]
    assert "<script>" not in texts["product"] and "&lt;script&gt;" in texts["product"]
    assert "default-src 'none'" in pages["product"].headers["content-security-policy"]
    assert not re.search(r"(src|href)=(?!\"data:,)|url\(|@import", texts["product"])


def test_the_page_speaks_the_language_of_the_file(db, db_path, shop):
    change_setting(db, "language", "en")
    with serving(db_path) as server:
        text = server.get(f"/p/{shop['product']}").text
    assert '<html lang="en">' in text and "Member price" in text and "Origin" in text


def test_what_leads_nowhere_gets_a_safe_page_and_is_kept_as_an_orphan_with_its_reason(db, db_path):
    code = make_touchpoint(db)
    retired = make_touchpoint(db, "6902", retired_at=now())
    misread = code[:-1] + ("2" if code[-1] != "2" else "3")
    with serving(db_path) as server:
        answers = [server.get(f"/{text}") for text in ("ABCDEFG8", misread, retired, "admin", retired.lower() + "/")]
        server.stop()
    assert [answer.status_code for answer in answers] == [404, 404, 410, 404, 410]
    assert scans(db) == [
        ("ABCDEFG8", "orphan", "misread"),
        (misread, "orphan", "misread"),
        (retired, "orphan", "retired"),
        ("admin", "orphan", "unknown"),
        (retired, "orphan", "retired"),
    ]
    assert all("script" not in answer.text and answer.headers["cache-control"] == "no-store" for answer in answers)


@pytest.mark.parametrize(
    "path",
    ["/favicon.ico", "/robots.txt", "/.well-known/x", "/wp/login.php", "/" + "A" * 65, "/", "/healthz/x", "/%0d%0aX:1",
     "//evil.test", "/p/NOTACODE", "/鸡蛋", "/a/b/c", "/p/", "/staff/x"],
)  # fmt: skip
def test_other_paths_are_answered_and_not_kept(db, answering, path):
    app = answering()
    answer = app.get(path)
    assert answer.status_code in {200, 404}
    assert "location" not in answer.headers and "x" not in answer.headers
    assert app.metrics.recorded == 0


def test_no_text_of_a_request_decides_where_it_leads(db, answering):
    set_destination(db, Scope.DEFAULT, "", "https://shop.test/")
    code = make_touchpoint(db)
    get = answering().get
    for query in ("?url=https://evil.test", "?o2o_scan=forged", "?%0d%0aLocation:evil"):
        location = get(f"/{code}{query}").headers["location"]
        assert re.fullmatch(r"https://shop\.test/\?o2o_scan=[\w-]{20}", location)


def test_the_narrowest_destination_wins_and_is_filled_in(db, answering, shop):
    set_destination(db, Scope.DEFAULT, "", "https://shop.test/d/{kind}")
    set_destination(db, Scope.KIND, "person", "https://shop.test/{person}/{store}?c={carrier}")
    set_destination(db, Scope.CODE, shop["place"], "https://shop.test/商?p={place}&l={label}&sku={sku}#/x")
    get = answering().get
    found = {name: get(f"/{code}").headers["location"] for name, code in shop.items()}
    assert found["product"].startswith("https://shop.test/d/product?o2o_scan=")
    assert found["person"].startswith("https://shop.test/007/S1?c=badge&o2o_scan=")
    assert re.fullmatch(r"https://shop\.test/%E5%95%86\?p=L1&l=&sku=&o2o_scan=[\w-]{20}#/x", found["place"])


def test_the_name_of_the_click_id_is_a_setting(db, answering, shop):
    change_setting(db, "click_parameter", "ref")
    get = answering().get
    assert "?ref=" in get(f"/{shop['chain']}").headers["location"]


def test_codes_are_answered_under_the_path_of_the_base_url_and_without_it(db, answering, shop):
    change_setting(db, "url_case", "lower")
    change_setting(db, "base_url", "https://shop.test/qr")
    get = answering().get
    for path in (f"/qr/{shop['chain']}", f"/{shop['chain']}"):
        location = get(path).headers["location"]
        assert location.startswith(f"/qr/p/{shop['chain']}?")
        assert get(location).status_code == 200


def test_a_digital_link_is_answered_as_the_touchpoint_that_it_means(db, db_path, shop):
    db.table("stores").update("S1", {"gln": GLN})
    db.table("barcodes").insert({"sku": "6901", "barcode": GTIN, "number": GTIN, "position": 1, "form": "gtin14"})
    retired = make_touchpoint(db, "6902", retired_at=now())
    link, place = f"/01/{GTIN}", f"/414/{GLN}/254/L1"
    with serving(db_path) as server:
        leads = {
            link: "chain",
            f"/a/stem{link}/10/A%2FB?17=271231&utm_source=x": "chain",
            f"{link}?o2o={shop['product'].lower()}": "product",
            f"/8004/9506000134352?o2o={shop['person']}": "person",
            place: "place",
        }
        locations = {path: server.get(path).headers["location"] for path in leads}
        refused = [
            server.get(path).status_code
            for path in (f"{link}?o2o={retired}", "/01/09506000134352/10/A%2fB?17=271231", f"/414/{GLN}?o2o=K7M2X9PQ")
        ]
        unkept = [server.get(path).status_code for path in (link + "/", f"{link}?10=A", "/01/09506000134353", "/01/x")]
        head = httpx.head(server.url + link)
        server.stop()
    for path, name in leads.items():
        assert re.fullmatch(rf"/p/{shop[name]}\?o2o_scan=[\w-]{{20}}(&lot=A%2FB)?", locations[path])
    assert (refused, unkept) == ([410, 404, 404], [404, 404, 404, 404])
    assert head.headers["location"] == f"/p/{shop['chain']}"
    assert scans(db, "code, verdict") == [
        (shop["chain"], "human"),
        (shop["chain"], "duplicate"),
        (shop["product"], "human"),
        (shop["person"], "human"),
        (shop["place"], "human"),
        (retired, "orphan"),
        ("/01/09506000134352/10/A%2FB", "orphan"),
        (f"/414/{GLN}", "orphan"),
    ]


def test_a_digital_link_of_a_touchpoint_is_answered_while_the_file_cannot_be_read(db, db_path, answering, shop):
    app = answering()
    away = db_path.rename(db_path.with_name("away.db"))
    found = app.get(f"/01/{GTIN}?o2o={shop['product']}")
    lost = app.get(f"/01/{GTIN}")
    away.rename(db_path)
    assert (found.status_code, lost.status_code, app.metrics.recorded) == (302, 404, 2)


@pytest.mark.parametrize("name", ["purpose", "sec-purpose"])
def test_a_prefetch_is_a_preview(db, db_path, shop, name):
    with serving(db_path) as server:
        server.get(f"/{shop['chain']}", headers={name: "prefetch;prerender"})
        server.stop()
    assert scans(db) == [(shop["chain"], "preview", "prefetch")]


def test_a_phone_marked_as_staff_makes_tests_until_it_is_unmarked(db, db_path, shop, run):
    link = run("scan", "staff-link").stdout.strip()
    assert link.startswith("https://s.example.com/staff/")
    path = link.removeprefix("https://s.example.com")
    with serving(db_path) as server:
        cookie = server.get(path).headers["set-cookie"]
        assert "Secure" in cookie and "HttpOnly" in cookie
        server.get(f"/{shop['chain']}", headers={"cookie": cookie.partition(";")[0]})
        server.get(f"/{shop['chain']}", headers={"cookie": "o2o_staff=forged"})
        assert "Max-Age=0" in server.get(path + "/off").headers["set-cookie"]
        assert server.get("/staff/wrong").status_code == 404
        server.stop()
    assert scans(db, "verdict, reason") == [("staff_test", "staff phone"), ("human", "")]


def test_a_full_disk_does_not_keep_the_customer_waiting_and_shows_red(db, db_path, answering, shop):
    app = answering(segment_bytes=8_192)
    folder = segments_folder(db_path)
    folder.rename(folder.with_name("away"))
    folder.touch()
    answers = [app.get(f"/{shop['chain']}") for _ in range(100)]
    folder.unlink()
    assert {answer.status_code for answer in answers} == {302}
    assert app.metrics.lost > 0 and app.metrics.recorded + app.metrics.lost == 100


def test_a_phone_that_scans_a_staff_card_makes_tests_for_a_while(db, db_path, shop, run):
    db.table("stores").insert({"store_id": "S9", "name": "nine"}, ignore=True)
    card = run("scan", "staff-card", "--store", "S9").stdout.strip().rpartition("/")[2]
    with serving(db_path) as server:
        shown = server.get(f"/{card}")
        assert shown.status_code == 200 and "kept as tests" in shown.text
        assert "Max-Age=2592000" in shown.headers["set-cookie"]
        marked = {"cookie": shown.headers["set-cookie"].partition(";")[0], "user-agent": PHONE + " another"}
        server.get(f"/{shop['chain']}", headers=marked)
        server.get(f"/{shop['chain']}")  # the same phone, without its cookie
        server.get(f"/{shop['chain']}", headers={"user-agent": PHONE + " customer"})
        server.stop()
    assert scans(db, "verdict, reason") == [
        ("staff_test", "staff card"),
        ("staff_test", "after a staff card"),
        ("staff_test", "after a staff card"),
        ("human", ""),
    ]


def test_two_hundred_phones_on_one_wifi_are_two_hundred_visitors_by_their_cookies(db, db_path, shop, run):
    run("setting", "set", "visitor_mode", "cookie")
    with serving(db_path) as server, httpx.Client(headers={"user-agent": PHONE}, follow_redirects=False) as client:
        cookies = []
        for _ in range(200):
            client.cookies.clear()
            cookies.append(client.get(f"{server.url}/{shop['chain']}").headers["set-cookie"].partition(";")[0])
        client.cookies.clear()
        for cookie in cookies:
            answer = client.get(f"{server.url}/{shop['product']}", headers={"cookie": cookie})
            assert "set-cookie" not in answer.headers
        server.stop()
    (found,) = db.conn.execute("SELECT group_concat(DISTINCT verdict), count(*), count(DISTINCT visitor_id) FROM scans")
    assert found == ("human", 400, 200)


def test_only_unknown_codes_are_refused_to_who_asks_too_often_and_a_live_code_never(db, answering, shop):
    change_setting(db, "unknown_per_minute", "5")
    app = answering()
    unknown = [app.get(f"/ABCDEF{n:02}").status_code for n in range(20)]
    assert unknown == [404] * 5 + [429] * 15
    assert {app.get(f"/{shop['chain']}").status_code for _ in range(50)} == {302}
    assert app.ask("GET", "/ABCDEFGH", address="198.51.100.1").status_code == 404
    assert (app.metrics.recorded, app.metrics.orphans_not_stored) == (56, 15)


def test_so_many_orphans_a_minute_are_stored_and_the_others_counted(db, answering, shop):
    change_setting(db, "orphans_per_minute", "3")
    app = answering()
    answers = [app.ask("GET", "/ABCDEFGH", address=f"192.0.{n}.7").status_code for n in range(10)]
    assert answers == [404] * 10
    assert (app.metrics.recorded, app.metrics.orphans_not_stored) == (3, 7)


def test_the_excess_of_one_visitor_shows_in_its_signals_alone(db, db_path, answering, shop):
    change_setting(db, "flood_per_minute", "3")
    app = answering()
    assert {app.get(f"/{shop['chain']}").status_code for _ in range(5)} == {302}
    drain_segments(db, db_path)
    assert [bool(signals & Signal.FLOOD) for (signals,) in scans(db, "signals")] == [False] * 3 + [True] * 2


def test_each_host_is_answered_under_its_own_path(db, answering, shop):
    change_setting(db, "hosts", "two.com/q")
    app = answering()
    own = app.get(f"/q/{shop['chain']}", host="TWO.com:443")
    assert own.headers["location"].startswith(f"/q/p/{shop['chain']}?")
    assert app.get(f"/{shop['chain']}", host="other.com").status_code == 302
    change_setting(db, "unknown_hosts", "refuse")
    app.keeper.tick()
    hosts = ("two.com", "s.example.com", "other.com")
    assert [app.get(f"/{shop['chain']}", host=host).status_code for host in hosts] == [302, 302, 421]


def test_the_cookie_of_each_host_is_for_the_path_of_its_codes(db, answering, shop):
    change_setting(db, "hosts", "two.com/q")
    change_setting(db, "visitor_mode", "cookie")
    app = answering()
    found = {host: app.get(f"/{shop['chain']}", host=host).headers["set-cookie"] for host in ("two.com", "else.com")}
    assert "; Path=/q;" in found["two.com"] and "; Path=/;" in found["else.com"]


def test_what_may_be_posted_has_a_handler_and_all_else_is_refused(db, answering, shop):
    app = answering()
    app.collector.posts["scans"] = lambda request, reply: reply(
        Answer("page", 200, request.headers.get("authorization", request.method).encode() + request.body)
    )
    posted = app.ask("POST", "/scans", {"authorization": "Bearer x"}, b'{"q": 1}')
    assert posted.text == 'Bearer x{"q": 1}'
    assert [app.ask("POST", path).status_code for path in ("/", "/scans/x", f"/{shop['chain']}")] == [405] * 3
    assert [app.ask(method, "/scans").status_code for method in ("PUT", "DELETE", "GET", "OPTIONS")] == [
        405,
        405,
        404,
        200,
    ]


def test_a_table_names_itself_and_an_item_its_lot(db, answering, shop):
    table = make_touchpoint(db, "L1", kind="place", store_id="S1", carrier="table", label="12")
    db.table("barcodes").insert({"sku": "6901", "barcode": GTIN, "number": GTIN, "position": 1, "form": "gtin14"})
    set_destination(db, Scope.KIND, "place", "https://shop.test/order?table={table}")
    set_destination(db, Scope.KIND, "product", "https://shop.test/{sku}?lot={lot}&serial={serial}")
    get = answering().get
    assert get(f"/{table}").headers["location"].startswith("https://shop.test/order?table=12&o2o_scan=")
    item = get(f"/01/{GTIN}/10/A%2F1/21/7").headers["location"]
    assert item.startswith("https://shop.test/6901?lot=A%2F1&serial=7&o2o_scan=")


def test_the_page_shows_the_item_that_a_digital_link_names_its_own_columns_and_pictures(db, db_path, answering, shop):
    extra = {"photo": "pictures/egg.jpg", "outside": "../secret.png", "brand": "山野", "cost": "5.00"}
    db.table("products").update("6901", {"extra": json.dumps(extra)})
    db.table("barcodes").insert({"sku": "6901", "barcode": GTIN, "number": GTIN, "position": 1, "form": "gtin14"})
    (db_path.parent / "pictures").mkdir()
    (db_path.parent / "pictures/egg.jpg").write_bytes(b"\xff\xd8 egg")
    (db_path.parent.parent / "secret.png").write_bytes(b"secret")
    get = answering().get
    location = get(f"/01/{GTIN}/10/A%2F1/21/%3C7%3E").headers["location"]
    page = get(location)
    assert location.endswith("&lot=A%2F1&serial=%3C7%3E")
    assert all(text in page.text for text in ("A/1", "&lt;7&gt;", "品牌", "山野", f'<img src="{shop["chain"]}/1"'))
    assert "5.00" not in page.text and "img-src 'self'" in page.headers["content-security-policy"]
    picture = get(f"/p/{shop['chain']}/1")
    assert (picture.status_code, picture.content, picture.headers["content-type"]) == (
        200,
        b"\xff\xd8 egg",
        "image/jpeg",
    )
    again = get(f"/p/{shop['chain']}/1", **{"if-none-match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert [get(f"/p/{shop['chain']}/{number}").status_code for number in (0, 2, 3, "x")] == [404] * 4
