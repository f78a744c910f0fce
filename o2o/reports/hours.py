"""The report on when and where it is busy: the hours of the week, zones and places in the order of the walk."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from o2o.analytics.hours import FEW_WEEKS, WEEK, BusyHours, Hour, HourTerms, Spot, find_busy_hours
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.heat import HeatRow, Shading, draw_heat
from o2o.reports.markup import Markup
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word, say_duration
from o2o.times import HOUR

QUESTION = ("什么时候、在店里的什么位置最忙？", "When is it busy, and where in the store?")
_WEEKDAYS = (
    Word("mon", ("周一", "Mon")), Word("tue", ("周二", "Tue")), Word("wed", ("周三", "Wed")),
    Word("thu", ("周四", "Thu")), Word("fri", ("周五", "Fri")), Word("sat", ("周六", "Sat")),
    Word("sun", ("周日", "Sun")),
)  # fmt: skip
_DRAWN: dict[str, Phrase] = {
    "scans": ("每小时扫码", "Scans an hour"),
    "visits": ("每小时扫码到访", "Scan visits an hour"),
    "orders": ("每小时订单", "Orders an hour"),
}
_FLOOR = ("卖场热力图（每个码每天的扫码次数）", "The floor: scans of a sign a day")
_FLOORS = 3
"""Of how many stores the floor is drawn."""
_CELLS, _MANY = 12, 10


def analyse_hours(db: Database, settings: Settings, terms: HourTerms) -> Analysis:
    """Return when and where it is busy as a report, with heat by weekday and hour and of the floor."""
    found = find_busy_hours(db, settings, terms)
    sheets = (_list_hours(found), _list_spots("zones", found.zones), _list_spots("places", found.spots))
    drawings = tuple(_draw(found, Language(settings.language)))
    return Analysis("hours", QUESTION, sheets, tuple(_say(found)), tuple(_warn(found)), tuple(_note(found)), drawings)


def _list_hours(found: BusyHours) -> Sheet:
    columns = (
        Column("weekday", ("星期", "weekday")),
        Column("hour", ("时", "hour")),
        Column("scans", ("每小时扫码", "scans an hour"), Unit.NUMBER, is_doubted=True),
        Column("visits", ("每小时到访", "visits an hour"), Unit.NUMBER, is_doubted=True),
        Column("orders", ("每小时订单", "orders an hour"), Unit.NUMBER, is_doubted=True),
    )
    rows = [
        (_WEEKDAYS[one.weekday], f"{one.hour:02}:00", one.scans, one.visits, one.orders)
        for one in sorted(found.hours, key=lambda one: -float(one.scans.value + one.orders.value * 1e-9))
    ]
    return Sheet("hours", ("最忙的时段", "The busiest hours"), columns, rows, 2, "scans", 15)


def _list_spots(name: str, spots: tuple[Spot, ...]) -> Sheet:
    is_zone = name == "zones"
    key = Column("zone", ("区域", "zone")) if is_zone else Column("code", ("短码", "code"))
    columns = (
        key,
        Column("name", ("名称", "name")),
        Column("store", ("门店", "store")),
        *(() if is_zone else (Column("zone", ("区域", "zone")),)),
        Column("walk_order", ("动线", "walk order")),
        Column("signs", ("码数", "signs"), Unit.COUNT),
        Column("scans", ("扫码", "scans"), Unit.COUNT),
        Column("a_day", ("每码每天", "a sign and day"), Unit.NUMBER, is_doubted=True),
    )
    rows = [
        (
            spot.zone if is_zone else spot.code, spot.name, spot.store_name or spot.store_id,
            *(() if is_zone else (spot.zone,)),
            "" if spot.walk_order is None else f"{spot.walk_order}", spot.signs, spot.scans, spot.a_day,
        )
        for spot in spots
    ]  # fmt: skip
    title = ("区域，按动线", "Zones, on the customers' way") if is_zone else ("位置，按动线", "Places, on the way")
    return Sheet(name, title, columns, rows, 3, "a_day")


def _draw(found: BusyHours, language: Language) -> Iterator[tuple[Phrase, Markup]]:
    for name, heading in _DRAWN.items():
        if any(getattr(one, name).value for one in found.hours):
            rows = [
                HeatRow(
                    language.of(day.said),
                    [float(getattr(one, name).value) for one in hours],
                    [
                        f"{language.of(day.said)} {one.hour:02}:00 {float(getattr(one, name).value):,.1f}"
                        for one in hours
                    ],
                )
                for day, hours in zip(_WEEKDAYS, _by_day(found.hours), strict=True)
            ]
            yield (
                heading,
                draw_heat(rows, [f"{hour}" for hour in range(24)], language.of(heading), Shading.CAPPED, language),
            )
    floors: dict[str, list[Spot]] = {}
    for spot in found.spots:
        floors.setdefault(spot.store_id, []).append(spot)
    for spots in list(floors.values())[:_FLOORS]:
        heading = _FLOOR if len(floors) == 1 else _name_floor(spots[0])
        yield heading, draw_heat(list(_list_floor(spots)), (), language.of(heading), Shading.RANK, language)


def _by_day(hours: tuple[Hour, ...]) -> list[list[Hour]]:
    return [list(same) for _, same in groupby(hours, key=lambda one: one.weekday)]


def _name_floor(spot: Spot) -> Phrase:
    store = spot.store_name or spot.store_id
    return f"{_FLOOR[0]}：{store}", f"{_FLOOR[1]}, {store}"


def _list_floor(spots: Sequence[Spot]) -> Iterator[HeatRow]:
    """Yield a row of cells for each zone of a store, both zones and cells in the order of the walk."""
    found: dict[str, list[Spot]] = {}
    for spot in spots:
        found.setdefault(spot.zone, []).append(spot)
    for zone, same in found.items():
        for place in range(0, len(same), _CELLS):
            cells = same[place : place + _CELLS]
            values = [float(spot.a_day.value) for spot in cells]
            said = [f"{spot.name}: {value:.2f}" for spot, value in zip(cells, values, strict=True)]
            yield HeatRow("" if place else zone, values, said, [_say_short(value) for value in values])


def _say_short(value: float) -> str:
    return f"{value:,.0f}" if value >= _MANY or not value else f"{value:.2g}"


def _say(found: BusyHours) -> Iterator[Phrase]:
    for name, (chinese, english) in _DRAWN.items():
        top = max(found.hours, key=lambda one, of=name: float(getattr(one, of).value))  # type: ignore[misc]
        figure = getattr(top, name)
        if figure.value:
            day, when = _WEEKDAYS[top.weekday].said, f"{top.hour:02}:00–{top.hour + 1:02}:00"
            value, low, high = (f"{float(end):,.1f}" for end in (figure.value, figure.low, figure.high))
            yield (
                f"{chinese}最多的是{day[0]} {when}：{value}（{low} 至 {high}）。",
                f"{english} are most on {day[1]} {when}: {value} ({low} to {high}).",
            )
    if len(found.zones) > 1:
        top_zone = max(found.zones, key=lambda one: float(one.a_day.low))
        yield (
            f"最热的区域是{top_zone.store_name} {top_zone.zone}：每个码每天 {float(top_zone.a_day.value):.2f} 次"
            f"（{float(top_zone.a_day.low):.2f} 至 {float(top_zone.a_day.high):.2f}）。",
            f"The warmest zone is {top_zone.zone} of {top_zone.store_name}: {float(top_zone.a_day.value):.2f} scans "
            f"of a sign a day ({float(top_zone.a_day.low):.2f} to {float(top_zone.a_day.high):.2f}).",
        )


def _warn(found: BusyHours) -> Iterator[Phrase]:
    if found.weeks < FEW_WEEKS:
        yield (
            f"数据只有 {say_duration(found.weeks * WEEK * HOUR, Language.ZH)}，每个时段的平均还不稳定。",
            f"not enough data: of {say_duration(found.weeks * WEEK * HOUR)} an hour of the week says little",
        )


def _note(found: BusyHours) -> Iterator[Phrase]:
    if not found.spots:
        yield (
            "没有带区域的触点；给位置填上区域和动线顺序，就能看卖场热力。",
            "no sign has a zone: import places with zone and walk_order to see the floor",
        )
