"""Instants: read as written, local where no offset says otherwise."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.errors import SettingError
from o2o.times import (
    DAY,
    HOUR,
    day_end,
    day_start,
    format_at,
    local_day,
    parse_at,
    parse_date,
    parse_duration,
    parse_zone,
    same_time,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = int(datetime(2026, 5, 17, 4, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-17 12:00",
        "2026-05-17T12:00:00",
        "2026/05/17 12:00:00",
        "2026-05-17T04:00:00Z",
        "2026-05-17T06:00:00+02:00",
        "2026-05-17 12:00:00.000",
        "1778990400",
        "1778990400.000",
        " 2026-05-17 12:00 ",
    ],
)
def test_an_instant_is_read_from_each_form(text: str) -> None:
    assert parse_at(text, SHANGHAI) == NOON


@pytest.mark.parametrize(
    "text", ["", "yesterday", "17.05.2026", "2026-13-01", "99999999999", "٣٣٣٣٣٣٣٣٣٣", "3026-01-01", "12:00"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 2026-05-17|between 1970 and 3000"):
        parse_at(text, SHANGHAI)


@given(st.integers(0, 32_000_000_000_000), st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]))
def test_an_instant_reads_back_as_written(at: int, zone: str) -> None:
    assert parse_at(format_at(at, ZoneInfo(zone)), SHANGHAI) == at


def test_a_local_day_begins_and_ends_at_local_midnight() -> None:
    day = date(2026, 5, 17)
    assert day_start(day, SHANGHAI) == NOON - 12 * HOUR
    assert day_end(day, SHANGHAI) == NOON + 12 * HOUR
    assert local_day(NOON + 13 * HOUR, SHANGHAI) == date(2026, 5, 18)


def test_the_day_on_which_clocks_change_has_23_hours() -> None:
    zone, day = ZoneInfo("Europe/Warsaw"), date(2026, 3, 29)
    assert day_end(day, zone) - day_start(day, zone) == 23 * HOUR


@pytest.mark.parametrize("text", ["2026-05-17", "2026/5/17", "2026年5月17日", "2026-05-17 00:00:00"])
def test_a_date_is_read_from_each_form(text: str) -> None:
    assert parse_date(text) == date(2026, 5, 17)


@pytest.mark.parametrize("text", ["", "2026-02-30", "17/5/2026", "tomorrow"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 2026-05-17"):
        parse_date(text)


def test_a_duration_is_exact() -> None:
    assert (parse_duration("30d"), parse_duration("12h"), parse_duration("0.5d")) == (30 * DAY, 12 * HOUR, 12 * HOUR)
    with pytest.raises(SettingError, match="write 30d"):
        parse_duration("a month")
    with pytest.raises(SettingError, match="3650d"):
        parse_duration("9" * 400 + "d")


def test_an_unknown_zone_says_what_to_write() -> None:
    with pytest.raises(SettingError, match="Asia/Shanghai"):
        parse_zone("Peking")


def test_a_time_from_a_spreadsheet_needs_no_zeros() -> None:
    assert parse_at("2026/5/7 9:05", ZoneInfo("UTC")) == parse_at("2026-05-07 09:05:00", ZoneInfo("UTC"))
    assert parse_at("2026年5月7日 9:05", ZoneInfo("UTC")) == parse_at("2026-05-07 09:05:00", ZoneInfo("UTC"))


def test_the_same_time_on_other_clocks() -> None:
    shanghai, london = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
    for text in ("2026-01-05 00:00", "2026-07-05 00:00"):  # London's clocks differ by eight hours, and by seven
        assert same_time(parse_at(text, shanghai), shanghai, london) == parse_at(text, london)
