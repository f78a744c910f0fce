from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from o2o.collect.verdicts.hours import is_open, parse_hours

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("hours", "opened", "closed"),
    [
        ("Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00", "1 09:00|5 20:59|6 21:59", "1 08:59|5 21:00|6 09:59"),
        ("09:00-12:00,13:00-18:00", "1 11:59|7 13:00", "3 12:30|7 18:00"),
        ("Fr,Sa 18:00-02:00", "5 23:00|6 01:59|7 01:00", "5 03:00|7 02:00|7 18:00"),
        ("Su 20:00-03:00", "7 22:00|1 02:00", "1 03:00|2 02:00"),
        ("Sa-Mo 10:00-11:00", "6 10:00|7 10:00|1 10:00", "2 10:00|5 10:00"),
        ("24/7", "1 00:00|7 23:59", ""),
        ("周一至周五 9:00-21:00；周六、周日 10:00—22:00", "1 09:00|6 21:00|7 10:00", "1 08:59|6 09:00"),
        ("每天 08:30-22:00", "1 08:30|7 21:59", "3 08:29"),
        ("00:00-24:00", "1 00:00|7 23:59", ""),
        ("", "1 00:00", ""),
    ],
)
def test_hours_hold_when_they_say(hours, opened, closed):
    def instants(text):
        for moment in filter(None, text.split("|")):
            day, _, time = moment.partition(" ")
            at = datetime.fromisoformat(f"2026-06-{int(day):02} {time}").replace(tzinfo=ZONE)  # the 1st is a Monday
            yield round(at.timestamp() * 1000)

    assert all(is_open(hours, at, ZONE) for at in instants(opened))
    assert not any(is_open(hours, at, ZONE) for at in instants(closed))


@pytest.mark.parametrize("hours", ["always", "Mo 9-17", "Xx 09:00-10:00", "25:00-26:00", "09:70-10:00"])
def test_what_are_no_hours_is_told(hours):
    with pytest.raises(ValueError, match="not"):
        parse_hours(hours)
    assert is_open(hours, 0, ZONE)
