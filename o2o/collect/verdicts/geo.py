"""Where an address is, by an offline database that the user names: MaxMind's (.mmdb) or ip2region's (.xdb)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from o2o.errors import MissingPackageError, SettingError

_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Geo:
    """A database: ``find`` returns ``country|region|city``, and the date is that of its data."""

    find: Callable[[str], str]
    made_on: date


NOWHERE = Geo(lambda _: "", date.min)
"""No database: every address is nowhere."""


def open_geo(path: Path) -> Geo:
    """Open a database; raises SettingError for a file that is none, MissingPackageError for want of its reader."""
    if not path.is_file():
        raise SettingError("geo_file", str(path), "no such file", "name a .mmdb or .xdb file, or '' for none")
    open_file = {".mmdb": _open_mmdb, ".xdb": _open_xdb}.get(path.suffix.lower())
    if open_file is None:
        raise SettingError("geo_file", str(path), "neither .mmdb nor .xdb", "download MaxMind's or ip2region's file")
    try:
        return open_file(path)
    except ImportError:
        package = "maxminddb" if path.suffix.lower() == ".mmdb" else "py-ip2region"
        raise MissingPackageError(f"reading {path.name}", package, "geo") from None


def _open_mmdb(path: Path) -> Geo:
    import maxminddb

    try:
        reader = maxminddb.open_database(path)
    except maxminddb.InvalidDatabaseError as error:
        raise SettingError("geo_file", str(path), f"damaged ({error})", "download it again") from None

    def find(address: str) -> str:
        try:
            return _say_record(reader.get(address))
        except ValueError:  # a name, or an IPv6 address in a database without
            return ""

    made_on = datetime.fromtimestamp(reader.metadata().build_epoch, UTC).date()
    return Geo(lru_cache(maxsize=_REMEMBERED)(find), made_on)


def _say_record(record: Any) -> str:
    if not isinstance(record, dict):
        return ""
    regions = record.get("subdivisions") or [{}]
    names = (_name(record.get("country")), _name(regions[0]), _name(record.get("city")))
    place = record.get("location") or {}
    position = f"|{place['latitude']:.1f},{place['longitude']:.1f}" if "latitude" in place else ""
    return "|".join(names) + position if any(names) else ""


def _name(record: Any) -> str:
    names = (record or {}).get("names") or {}
    return str(names.get("zh-CN") or names.get("en") or "").replace("|", "/")


def _open_xdb(path: Path) -> Geo:
    from ip2region import searcher, util

    try:
        content = util.load_content_from_file(str(path))
        header = util.Header(content[:256])
        version = util.version_from_header(header)
        if version is None:
            raise ValueError("neither IPv4 nor IPv6")
        search = searcher.new_with_buffer(version, content)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        raise SettingError("geo_file", str(path), f"damaged ({error})", "download it again") from None
    # country|area|region|city|network before version 3, country|region|city|network|code since
    places = (0, 2, 3) if header.version < util.XdbStructure30 else (0, 1, 2)

    def find(address: str) -> str:
        try:
            parts = search.search(address).split("|")
        except (ValueError, IndexError):
            return ""
        names = ["" if name == "0" else name for name in (parts[place] for place in places if place < len(parts))]
        return "|".join(names) if any(names) else ""

    made_on = datetime.fromtimestamp(header.createdAt, UTC).date()
    return Geo(lru_cache(maxsize=_REMEMBERED)(find), made_on)
