"""The settings of a shop's file, read once and passed on as one value."""

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, quote, urlsplit
from zoneinfo import ZoneInfo

from o2o.amounts import AmountForm, find_form
from o2o.db import Database, shop_folder, writing
from o2o.errors import InputFileError, SettingError
from o2o.expiring_links import check_lasting
from o2o.money import Currency
from o2o.times import parse_zone
from o2o.truetype import load_font

_RESERVED = ("example.com", "example.net", "example.org")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.IGNORECASE | re.ASCII)
_HOST_AND_PATH = re.compile(r"[^/:?#@]+(/[a-z0-9._~/-]*)?", re.IGNORECASE | re.ASCII)
_MOST = 1_000_000  # days of it in milliseconds still fit an integer of SQLite
_COLOUR = re.compile(r"#[0-9a-f]{6}|(cmyk|spot)\([^()]+\)", re.IGNORECASE)
FONT_SETTINGS = ("font_regular", "font_bold", "font_black", "font_large")
"""The settings that name font files."""

_GEO_FILES = (".mmdb", ".xdb")
_PICTURES = (".png", ".jpg", ".jpeg")
_IN_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\\]")


class Language(StrEnum):
    """The language of pages and reports."""

    ZH = "zh"
    EN = "en"

    def of(self, names: tuple[str, str]) -> str:
        """Return the one of a Chinese and an English text that is in this language."""
        chinese, english = names
        return english if self is Language.EN else chinese


class UrlCase(StrEnum):
    """Whether host and code of a printed URL are in capitals (a smaller QR) or as given."""

    UPPER = "upper"
    LOWER = "lower"


class UrlForm(StrEnum):
    """Whether a printed URL is the short link or a GS1 Digital Link."""

    SHORT = "short"
    DIGITAL_LINK = "digital_link"


class VisitorMode(StrEnum):
    """What a visitor without a name is: a hash that is new each day, or a cookie that has come back."""

    HASH = "hash"
    COOKIE = "cookie"


class DoNotTrack(StrEnum):
    """Whether who says Do-Not-Track or Sec-GPC is counted without a visitor."""

    RESPECT = "respect"
    IGNORE = "ignore"


class UnknownHosts(StrEnum):
    """Whether requests are answered that name a host which is neither the base URL's nor among ``hosts``."""

    ANSWER = "answer"
    REFUSE = "refuse"


class BotTier(StrEnum):
    """Which programs are told by their user agent: those that name themselves, or also those that look like one."""

    CERTAIN = "certain"
    LIKELY = "likely"


class EngineName(StrEnum):
    """What works out attribution: SQLite in place, DuckDB beside it, or the faster one of them."""

    AUTO = "auto"
    SQLITE = "sqlite"
    DUCKDB = "duckdb"


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole file; the field names are the names that ``o2o setting set`` takes."""

    base_url: str
    currency: str
    timezone: str
    language: str = Language.ZH
    url_case: str = UrlCase.UPPER
    click_parameter: str = "o2o_scan"
    duplicate_seconds: int = 10
    impossible_codes: int = 30
    impossible_seconds: int = 10
    visit_gap_minutes: int = 30
    shared_visitor_customers: int = 5
    customer_orders_a_day: int = 20
    no_customer: str = "散客,0,-,NULL"
    url_form: str = UrlForm.SHORT
    brand_colour: str = ""
    logo: str = ""
    slogan: str = ""
    locale: str = ""
    font_regular: str = ""
    font_bold: str = ""
    font_black: str = ""
    font_large: str = ""
    visitor_mode: str = VisitorMode.HASH
    visitor_days: int = 180
    do_not_track: str = DoNotTrack.RESPECT
    staff_days: int = 30
    staff_minutes: int = 30
    hosts: str = ""
    unknown_hosts: str = UnknownHosts.ANSWER
    unknown_per_minute: int = 60
    orphans_per_minute: int = 600
    flood_per_minute: int = 300
    page_columns: str = "brand,grade,storage"
    destination_hosts: str = ""
    placing_days: int = 30
    bots: str = BotTier.LIKELY
    distant_km: int = 30
    distant_minutes: int = 5
    remote_km: int = 300
    geo_file: str = ""
    keep_days: int = 0
    report_days: int = 7
    report_origins: str = ""
    engine: str = EngineName.AUTO

    @property
    def prefix(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts that scans may be sent to, ``*.`` before one for all below it; none named means any."""
        return tuple(ascii_host(host.strip().lower()) for host in self.destination_hosts.split(",") if host.strip())

    @property
    def origins(self) -> frozenset[str]:
        """The origins of web pages that may report scans."""
        return frozenset(filter(None, re.split(r"[\s,]+", self.report_origins)))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the chain, for stores that have none of their own."""
        return parse_zone(self.timezone)

    @property
    def money(self) -> Currency:
        """The currency of every amount in the file."""
        return Currency.of(self.currency)

    @property
    def amounts(self) -> AmountForm:
        """How amounts are written where the shop is: on paper, and to customers."""
        return find_form(self.currency, self.locale, self.language)

    @classmethod
    def parse(cls, values: dict[str, str]) -> Self:
        """Return settings from text values; raises SettingError for an unknown name or a bad value."""
        known = {field.name: field for field in fields(cls)}
        parsed: dict[str, str | int] = {}
        for name, value in values.items():
            if name not in known:
                raise SettingError("setting", name, "there is no such setting", f"one of {', '.join(known)}")
            parsed[name] = _parse_number(name, value) if known[name].type is int else value
        settings = cls(**parsed)  # type: ignore[arg-type]
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingError for the first value that can't work."""
        parse_zone(self.timezone)
        self.amounts  # noqa: B018  raises for a currency or a place that isn't known
        _check_one_of("language", self.language, Language)
        _check_one_of("url_case", self.url_case, UrlCase)
        _check_one_of("url_form", self.url_form, UrlForm)
        _check_one_of("visitor_mode", self.visitor_mode, VisitorMode)
        _check_one_of("do_not_track", self.do_not_track, DoNotTrack)
        _check_one_of("unknown_hosts", self.unknown_hosts, UnknownHosts)
        parse_hosts(self.hosts)
        _check_one_of("bots", self.bots, BotTier)
        _check_one_of("engine", self.engine, EngineName)
        check_base_url(self.base_url, self.url_case)
        for host in self.allowed_hosts:
            if not _HOST.fullmatch(host.removeprefix("*.")) and not _is_ip(host):
                raise SettingError("destination_hosts", host, "not a host", "write shop.yourshop.com,*.yourshop.cn")
        for origin in self.origins:
            parts = split_address(origin)
            if parts is None or origin != f"{parts.scheme}://{parts.netloc}" or origin != origin.lower():
                raise SettingError("report_origins", origin, "not an origin", "write https://kiosk.yourshop.com")
        if not self.click_parameter.isidentifier() or not self.click_parameter.isascii():
            raise SettingError(
                "click_parameter", self.click_parameter, "not a plain name", "use letters such as o2o_scan"
            )
        if self.brand_colour and not _COLOUR.fullmatch(self.brand_colour):
            raise SettingError(
                "brand_colour", self.brand_colour, "not a colour", "write #C8102E, or cmyk(0 100 80 10) for a press"
            )


def load_settings(db: Database) -> Settings:
    """Return the settings of an open file."""
    return Settings.parse(_kept_values(db))


def save_settings(db: Database, settings: Settings) -> None:
    """Keep settings in an open file; raises SettingError for a base URL that won't last as long as paper does.

    So it does for a logo or a font that isn't there.
    """
    settings.check()
    check_lasting(settings.base_url)
    _check_logo(db, settings.logo)
    _check_geo_file(db, settings.geo_file)
    for name in FONT_SETTINGS:
        check_font(shop_folder(db), name, getattr(settings, name))
    values = [{"name": f.name, "value": str(getattr(settings, f.name))} for f in fields(settings)]
    with writing(db):
        db.table("settings").upsert_all(values, pk="name")


def change_setting(db: Database, name: str, value: str) -> Settings:
    """Set one setting by name and return them all; raises SettingError when it can't work."""
    with writing(db):  # so that two changes at once both hold
        changed = Settings.parse(_kept_values(db) | {name: value})
        save_settings(db, changed)
    return changed


def _kept_values(db: Database) -> dict[str, str]:
    return dict(db.conn.execute("SELECT name, value FROM settings").fetchall())


def _check_logo(db: Database, logo: str) -> None:
    path = shop_folder(db) / logo
    if logo and path.suffix.lower() not in _PICTURES:
        raise SettingError("logo", logo, "not a picture that can be printed", f"save it as {' or '.join(_PICTURES)}")
    if logo and not path.is_file():
        raise SettingError("logo", logo, f"there is no file {path}", "name one, from the folder of the shop's file on")


def _check_geo_file(db: Database, name: str) -> None:
    path = shop_folder(db) / name
    if name and (path.suffix.lower() not in _GEO_FILES or not path.is_file()):
        raise SettingError(
            "geo_file",
            name,
            f"no database of regions at {path}",
            f"name a {' or '.join(_GEO_FILES)} file, or '' for none",
        )


def check_font(folder: Path, name: str, value: str) -> None:
    """Raise SettingError for a font file, named from the shop's folder on, that can't be drawn with or embedded."""
    try:
        if value:
            load_font(folder / value)
    except InputFileError as error:
        raise SettingError(name, value, str(error), f"or do without: o2o setting set {name} ''") from None


def split_address(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address whose host and port can be, or None."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        parts.port  # noqa: B018  raises when it is no port
    except ValueError:
        return None
    plausible = parts.scheme in ("http", "https") and not _IN_NO_ADDRESS.search(url)
    return parts if plausible and (_HOST.fullmatch(host) or _is_ip(host)) else None


def parse_hosts(text: str) -> dict[str, str]:
    """Return the path before the codes of each host of ``s.one.com, two.com/qr``; raises SettingError for a bad one."""
    found = {}
    for part in filter(None, re.split(r"[\s,]+", text)):
        parts = split_address(f"https://{part}")
        if parts is None or not _HOST_AND_PATH.fullmatch(part):
            raise SettingError("hosts", part, "not a host", "write s.one.com, two.com/qr")
        found[(parts.hostname or "").encode("idna").decode()] = parts.path.rstrip("/")
    return found


def ascii_host(host: str) -> str:
    """Return a host in the letters of DNS; what can't be one is returned as it is."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def check_base_url(base_url: str, url_case: str) -> None:
    """Raise SettingError unless codes can be put behind this URL."""
    parts = split_address(base_url)
    if parts is None:
        raise SettingError("base URL", base_url, "not a web address", "write https://s.yourshop.com")
    if parts.query or parts.fragment or parts.username:
        raise SettingError("base URL", base_url, "has more than scheme, host and path", "write https://s.yourshop.com")
    if not base_url.isascii():
        host = (parts.hostname or "").encode("idna").decode() + (f":{parts.port}" if parts.port else "")
        plain = f"{parts.scheme}://{host}{quote(parts.path, safe='/%')}"
        raise SettingError("base URL", base_url, "a printed code holds plain letters only", f"write it as {plain}")
    if parts.path.strip("/") and url_case == UrlCase.UPPER:
        raise SettingError("base URL", base_url, "has a path, which capitals would change", "add --url-case lower")


def why_unreachable(base_url: str) -> str:
    """Return why no customer's phone can open this URL, or an empty text when one may."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https":
        return "it is not https"
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".test", ".invalid")):
        return f"{host} exists on this machine or network only"
    if host.split(".")[-1] == "example" or ".".join(host.split(".")[-2:]) in _RESERVED:
        return f"{host} is a reserved example name"
    if _is_ip(host):
        return "" if ip_address(host).is_global else f"{host} is a private address"
    return "" if "." in host else f"{host} is not a public name"


def check_reachable(settings: Settings, *, sample: bool) -> None:
    """Raise SettingError when a print that is no sample would carry an address that no customer's phone can open."""
    reason = why_unreachable(settings.base_url)
    if reason and not sample:
        raise SettingError(
            "base URL",
            settings.base_url,
            f"no customer's phone can open it: {reason}",
            "name your own with 'o2o setting set base_url https://…', or mark the print with --sample",
        )


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _check_one_of(name: str, value: str, allowed: type[StrEnum]) -> None:
    if value not in list(allowed):
        raise SettingError(name, value, "not a choice", f"use {' or '.join(allowed)}")


def _parse_number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise SettingError(name, value, "not a whole number", "write digits only")
    if len(value.lstrip("0")) > len(str(_MOST)) or int(value) > _MOST:
        raise SettingError(name, value, "too large", f"write at most {_MOST}")
    return int(value)
