"""Local clocks as SQL show what the time zones of the system show."""

import sqlite3
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.attribution.clock import write_clock
from o2o.times import DAY

NAMES = ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "UTC")
FIRST, LAST = 1_483_228_800_000, 1_798_761_600_000  # ten years from 2017 on


def spans_of(name, first=FIRST, last=LAST):
    return sqlite3.connect(":memory:").execute(write_clock([("", ZoneInfo(name))], first, last)).fetchall()


SPANS = {name: spans_of(name) for name in NAMES}


@given(name=st.sampled_from(NAMES), at=st.integers(FIRST, LAST))
def test_each_instant_has_one_shift_and_it_is_the_zones(name, at):
    [shift] = [shift for _, since, until, shift in SPANS[name] if since <= at < until]
    local = datetime.fromtimestamp(at // 1000, UTC).astimezone(ZoneInfo(name))
    assert shift == local.utcoffset().total_seconds() * 1000


@pytest.mark.parametrize(("name", "count"), [("Asia/Shanghai", 1), ("UTC", 1), ("America/New_York", 21)])
def test_a_zone_has_as_many_spans_as_its_clocks_were_changed(name, count):
    assert len(SPANS[name]) == count


def test_clocks_change_to_the_millisecond():
    spans = spans_of("America/New_York", 1_772_323_200_000, 1_772_323_200_000 + 30 * DAY)
    assert [(since, shift) for _, since, _, shift in spans][1] == (1_772_953_200_000, -4 * 3_600_000)


def test_no_orders_at_all_have_a_clock_too():
    assert spans_of("Asia/Shanghai", 0, 0) == [("", 0, 14 * DAY, 8 * 3_600_000)]
