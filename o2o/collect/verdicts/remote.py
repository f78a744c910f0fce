"""Where and when nobody can have stood before a code: far from its store, or outside of its hours."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from o2o.collect.verdicts.hours import is_open
from o2o.collect.verdicts.marks import Store
from o2o.collect.verdicts.rules import Rules
from o2o.times import parse_zone

_EARTH_RADIUS = 6_371  # km
_CITY_ENDINGS = ("特别行政区", "自治州", "地区", "市", "盟", " city")


def is_remote(at: int, region: str, store: Store, rules: Rules) -> bool:
    """Tell whether a scan can't have been made at the store: closed then, or the phone was far away."""
    if store.hours:
        zone = parse_zone(store.timezone) if store.timezone else rules.zone
        if not is_open(store.hours, at, zone):
            return True
    return bool(region and rules.remote_km) and _is_elsewhere(region, store, rules.remote_km)


@lru_cache(maxsize=65_536)
def are_distant(one: Store, other: Store, kilometres: int) -> bool:
    """Tell whether two stores are at least so far apart; without coordinates, whether their cities are two."""
    if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
        return _distance(_position(one), _position(other)) >= kilometres
    return bool(one.city and other.city) and _fold_city(one.city) != _fold_city(other.city)


@lru_cache(maxsize=65_536)
def _is_elsewhere(region: str, store: Store, kilometres: int) -> bool:
    """Tell whether a region, ``country|region|city`` and perhaps ``|latitude,longitude``, is far from a store."""
    names = region.split("|")
    if len(names) > 3 and store.latitude is not None and store.longitude is not None:
        latitude, _, longitude = names[3].partition(",")
        return _distance((float(latitude), float(longitude)), _position(store)) >= kilometres
    there = {_fold_city(name) for name in names[1:3] if name}
    return bool(store.city and len(names) > 2 and names[2]) and _fold_city(store.city) not in there


def _position(store: Store) -> tuple[float, float]:
    return store.latitude or 0.0, store.longitude or 0.0


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the kilometres between two places, along the surface of the earth."""
    (latitude, longitude), (other_latitude, other_longitude) = map(_radians, (one, other))
    across = sin((other_latitude - latitude) / 2) ** 2
    along = cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(min(1.0, across + along)))


def _radians(place: tuple[float, float]) -> tuple[float, float]:
    return radians(place[0]), radians(place[1])


def _fold_city(name: str) -> str:
    folded = name.casefold().strip()
    for ending in _CITY_ENDINGS:
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded.removesuffix(ending)
    return folded
