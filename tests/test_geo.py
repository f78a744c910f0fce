import struct

import pytest
from collecting import PHONE, make_touchpoint, scans, serving
from programs import need_module

from o2o.collect.verdicts.geo import NOWHERE, open_geo
from o2o.errors import SettingError

HANGZHOU = {
    "country": {"names": {"en": "China", "zh-CN": "中国"}},
    "subdivisions": [{"names": {"zh-CN": "浙江省"}}],
    "city": {"names": {"zh-CN": "杭州"}},
    "location": {"latitude": 30.29, "longitude": 120.16},
}


@pytest.fixture
def mmdb(tmp_path):
    need_module("mmdb_writer", "test")
    need_module("maxminddb", "geo")
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(float_type="f64")
    writer.insert_network(IPSet(["192.0.2.0/24", "127.0.0.0/8"]), HANGZHOU)
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"country": {"names": {"en": "Japan"}}})
    path = tmp_path / "city.mmdb"
    writer.to_db_file(str(path))
    return path


@pytest.fixture
def xdb(tmp_path):
    """A database of two networks, written by hand as version 3 lays it out."""
    need_module("ip2region", "geo")
    start = 256 + 256 * 256 * 8
    region = "中国|浙江省|杭州市|电信|CN".encode()
    index_at = start + len(region)
    first, last = (bytes((192, 0, 2, 0))[::-1], bytes((192, 0, 2, 255))[::-1])
    index = first + last + struct.pack("<HI", len(region), start)
    vector = bytearray(256 * 256 * 8)
    struct.pack_into("<II", vector, (192 * 256 + 0) * 8, index_at, index_at)
    header = struct.pack("<HHIIIHH", 3, 1, 1_790_000_000, index_at, index_at, 4, 4).ljust(256, b"\0")
    path = tmp_path / "region.xdb"
    path.write_bytes(header + vector + region + index)
    return path


def test_a_maxmind_file_tells_country_region_city_and_position(mmdb):
    geo = open_geo(mmdb)
    assert geo.find("192.0.2.7") == "中国|浙江省|杭州|30.3,120.2"
    assert geo.find("198.51.100.7") == "Japan||"
    assert geo.find("203.0.113.1") == geo.find("a name") == geo.find("") == ""
    assert geo.made_on.year >= 2026


def test_an_ip2region_file_tells_country_region_and_city(xdb):
    geo = open_geo(xdb)
    assert geo.find("192.0.2.7") == "中国|浙江省|杭州市"
    assert geo.find("203.0.113.1") == geo.find("2001:db8::1") == geo.find("a name") == ""
    assert geo.made_on.isoformat() == "2026-09-21"


@pytest.mark.parametrize(("name", "content"), [("none.mmdb", None), ("x.csv", b"x"), ("x.mmdb", b"x"), ("x.xdb", b"x")])
def test_a_file_that_is_no_database_is_an_error(tmp_path, name, content):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingError, match="geo_file"):
        open_geo(tmp_path / name)


def test_without_a_database_every_address_is_nowhere():
    assert NOWHERE.find("192.0.2.7") == ""


def test_served_scans_keep_their_region_and_one_from_far_away_is_noted(db, db_path, mmdb, run):
    stores = [("H", "杭州市", 30.25, 120.17), ("B", "北京", 39.9, 116.4)]
    for store_id, city, latitude, longitude in stores:
        db.table("stores").insert(
            {"store_id": store_id, "name": store_id, "city": city, "latitude": latitude, "longitude": longitude}
        )
    near, far = make_touchpoint(db, "1", store_id="H"), make_touchpoint(db, "2", store_id="B")
    assert run("setting", "set", "geo_file", mmdb.name).exit_code == 0
    with serving(db_path) as server:
        server.get(f"/{near}")
        server.get(f"/{far}", headers={"user-agent": PHONE + " 2"})
        server.stop()
    assert scans(db, "region, verdict, note") == [
        ("中国|浙江省|杭州|30.3,120.2", "human", ""),
        ("中国|浙江省|杭州|30.3,120.2", "human", "remote"),
    ]
