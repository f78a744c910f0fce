"""Settings: one value, checked when it is set."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from o2o.config import Settings, change_setting, load_settings, why_unreachable
from o2o.db import Database, open_database, shop_folder
from o2o.errors import SettingError
from tests.conftest import SETTINGS


def test_settings_come_back_as_they_were_kept(db: Database) -> None:
    assert load_settings(db) == SETTINGS


def test_a_changed_setting_is_kept(db: Database) -> None:
    assert change_setting(db, "duplicate_seconds", "15").duplicate_seconds == 15
    assert load_settings(db).duplicate_seconds == 15


def test_changes_at_once_all_hold(db: Database, db_path: Path) -> None:
    names = ["duplicate_seconds", "impossible_codes", "staff_days", "staff_minutes", "visit_gap_minutes"]

    def change(name: str) -> None:
        with closing(open_database(db_path)) as other:
            change_setting(other, name, "77")

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(change, names))
    settings = load_settings(db)
    assert [getattr(settings, name) for name in names] == [77] * len(names)


def test_a_kept_value_that_cannot_work_is_mended_by_setting_it(db: Database) -> None:
    db.conn.execute("UPDATE settings SET value = '99999999999999999999' WHERE name = 'keep_days'")
    with pytest.raises(SettingError, match="keep_days"):
        load_settings(db)
    assert change_setting(db, "keep_days", "400").keep_days == 400


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("colour", "red", "one of base_url"),
        ("duplicate_seconds", "ten", "digits"),
        ("duplicate_seconds", "1000001", "at most 1000000"),
        ("keep_days", "9" * 5_000, "at most 1000000"),
        ("timezone", "Peking", "Asia/Shanghai"),
        ("currency", "RMB¥", "CNY"),
        ("language", "fr", "zh or en"),
        ("base_url", "s.shop.com", "https://"),
        ("base_url", "https://s.shop.com/q", "--url-case lower"),
        ("base_url", "https://s.shop.com/?a=1", "https://"),
        ("base_url", "https://[::1", "https://"),
        ("base_url", "https://s.shop.com:99999", "https://"),
        ("base_url", "https://s.shop.com:port", "https://"),
        ("base_url", "https://s.shop.com.", "https://"),
        ("base_url", "https://s..com", "https://"),
        ("base_url", "https://s shop.com", "https://"),
        ("base_url", "https://-s.com", "https://"),
        ("base_url", "https://门店.中国", "write it as https://xn--hxt544j.xn--fiqs8s"),
        ("base_url", "https://s.shop.com/扫", "https://s.shop.com/%E6%89%AB"),
        ("base_url", "https://门店.中国:8443/a%20b", "https://xn--hxt544j.xn--fiqs8s:8443/a%20b"),
        ("click_parameter", "a&b", "o2o_scan"),
        ("url_form", "gs1", "short or digital_link"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_and_not_kept(db: Database, name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingError, match=advice):
        change_setting(db, name, value)
    assert load_settings(db) == SETTINGS


def test_a_logo_lies_from_the_folder_of_the_file_on(db: Database) -> None:
    logo = shop_folder(db) / "brand" / "logo.png"
    with pytest.raises(SettingError, match="there is no file"):
        change_setting(db, "logo", "brand/logo.png")
    with pytest.raises(SettingError, match=r"save it as \.png"):
        change_setting(db, "logo", "brand/logo.cdr")
    logo.parent.mkdir()
    logo.write_bytes(b"")
    assert change_setting(db, "logo", "brand/logo.png").logo == "brand/logo.png"
    assert change_setting(db, "logo", "").logo == ""


@pytest.mark.parametrize("colour", ["#c8102e", "cmyk(0 100 80 10)", "spot(PANTONE 186 C, 0 100 80 10)", ""])
def test_a_brand_colour_is_one_of_screens_or_presses(db: Database, colour: str) -> None:
    assert change_setting(db, "brand_colour", colour).brand_colour == colour
    with pytest.raises(SettingError, match="not a colour"):
        change_setting(db, "brand_colour", "red")


@pytest.mark.parametrize(
    "url",
    [
        "http://s.shop.com",
        "https://localhost",
        "https://s.example.com",
        "https://shop.example",
        "https://192.168.1.4:8000",
        "https://[::1]",
        "https://intranet",
        "https://till.local",
    ],
)
def test_an_address_that_no_phone_can_open_is_told_apart(url: str) -> None:
    assert why_unreachable(url)


@pytest.mark.parametrize(
    "url", ["https://s.shop.com", "https://example.shop.cn/q", "https://门店.中国", "https://1.1.1.1"]
)
def test_a_public_address_is_fine(url: str) -> None:
    assert why_unreachable(url) == ""


@pytest.mark.parametrize(
    "url", ["https://s.shop.com:8443", "https://[2001:db8::1]:8443", "HTTPS://S.SHOP.COM/", "https://my_shop.a-b.cn"]
)
def test_a_base_url_may_have_a_port_an_address_or_capitals(db: Database, url: str) -> None:
    assert change_setting(db, "base_url", url).base_url == url


def test_a_path_needs_lower_case() -> None:
    Settings("https://s.shop.com/q", "CNY", "UTC", url_case="lower").check()
