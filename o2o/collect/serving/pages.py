"""The few pages that the server shows itself: a subject's own page, and kind words where a code leads nowhere."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from sqlite3 import Row
from typing import NamedTuple

from o2o.catalog.lots import Lot, list_lots
from o2o.catalog.prices import CHAIN, price_in_force
from o2o.config import Language, Settings
from o2o.db import Database, load_query, rows
from o2o.subjects import CARRIER_NAMES, Carrier, Kind
from o2o.times import local_day, parse_zone

_STYLE = """
:root{color-scheme:light dark}
body{margin:0;font:17px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;
background:Canvas;color:CanvasText}
main{max-width:32rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}
.price{font-size:2.2rem;font-weight:700;margin:0 0 1rem;color:#c8102e}
.price small{display:block;font-size:1rem;font-weight:400;color:CanvasText}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1rem;margin:0;border-top:1px solid #8884;
padding-top:1rem}
dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
img{display:block;width:100%;max-height:24rem;object-fit:contain;border-radius:.5rem;
margin:0 0 1.25rem;background:#8881}
section dl{margin:0 0 .75rem}a{color:LinkText}
footer{margin-top:2.5rem;font-size:.8rem;opacity:.6}
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode("ascii")
CONTENT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_WORDS = {
    "price": ("价格", "Price"),
    "member_price": ("会员价", "Member price"),
    "regular_price": ("原价", "Regular price"),
    "spec": ("规格", "Size"),
    "unit": ("单位", "Unit"),
    "origin": ("产地", "Origin"),
    "brand": ("品牌", "Brand"),
    "grade": ("等级", "Grade"),
    "storage": ("储存条件", "Storage"),
    "serial": ("序列号", "Serial number"),
    "role": ("岗位", "Role"),
    "store": ("门店", "Store"),
    "carrier": ("物料", "Sign"),
    "lots": ("批次与检验", "Lots and certificates"),
    "lot": ("批次", "Lot"),
    "produced": ("生产日期", "Produced"),
    "expires": ("保质期至", "Best before"),
    "certificate": ("检验报告", "Certificate"),
}
_MOST_LOTS = 5
_MOST_PICTURES = 4
PICTURE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
"""The pictures that are shown, by the end of their names, and what they are."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its language, title, an optional price line (what is charged first), and named facts."""

    language: str
    title: str
    price: str = ""
    member_price: str = ""
    regular_price: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    lots: tuple[Lot, ...] = ()
    pictures: int = 0


class Item(NamedTuple):
    """The one item that a Digital Link names: its lot and serial number, or empty texts."""

    lot: str = ""
    serial: str = ""


def find_page(db: Database, settings: Settings, code: str, now: int, item: Item = Item()) -> Page | None:  # noqa: B008
    """Return the page of a live code's subject as things stand at ``now``, or None.

    ``item``: of its lots only that one is shown, and what isn't known of it as the phone said it.
    """
    for row in rows(db, load_query("collect/serving/pages.subject"), code=code, now=now):
        carrier = ""
        if row["kind"] == Kind.PLACE and row["carrier"] in list(Carrier):
            carrier = Language(settings.language).of(CARRIER_NAMES[Carrier(row["carrier"])])
        extra = json.loads(row["extra"])
        own = {name: extra.get(name, "") for name in re.split(r"[\s,]+", settings.page_columns) if name}
        texts = {name: row[name] or "" for name in ("spec", "unit", "origin", "role", "store")} | {"carrier": carrier}
        lots = _lots(db, settings, row, now, item) if row["kind"] == Kind.PRODUCT else ()
        texts |= own | {"lot": "" if lots else item.lot, "serial": item.serial}
        return Page(
            settings.language,
            row["name"],
            *_prices(db, settings, row, now),
            tuple((_word(settings.language, name), text) for name, text in texts.items() if text),
            code,
            lots,
            len(_name_pictures(extra)),
        )
    return None


def find_pictures(db: Database, code: str, now: int) -> list[str]:
    """Return the pictures of a live code's subject as the catalogue names them, from the folder of the file on."""
    for row in rows(db, load_query("collect/serving/pages.subject"), code=code, now=now):
        return _name_pictures(json.loads(row["extra"]))
    return []


def _name_pictures(extra: dict[str, str]) -> list[str]:
    return [text for text in extra.values() if text.lower().endswith(tuple(PICTURE_TYPES))][:_MOST_PICTURES]


def show_page(page: Page) -> bytes:
    """Return a page as HTML that loads nothing from elsewhere."""
    # from beside the page, whatever path a proxy puts before it
    pictures = (f'<img src="{escape(page.footer)}/{number}" alt="">' for number in range(1, page.pictures + 1))
    parts = [*pictures, f"<h1>{escape(page.title)}</h1>"]
    if page.price:
        beside = _small(page, "regular_price", page.regular_price) + _small(page, "member_price", page.member_price)
        parts.append(f'<p class="price">{escape(page.price)}{beside}</p>')
    if page.facts:
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in page.facts)
        parts.append(f"<dl>{facts}</dl>")
    if page.lots:
        lots = "".join(_show_lot(page.language, lot) for lot in page.lots)
        parts.append(f"<section><h2>{escape(_word(page.language, 'lots'))}</h2>{lots}</section>")
    if page.footer:
        parts.append(f"<footer>{escape(page.footer)}</footer>")
    return _document(page.language, page.title, "".join(parts))


def show_message(chinese: str, english: str) -> bytes:
    """Return a plain page that says one thing in both languages."""
    body = f'<h1>{escape(chinese)}</h1><p lang="en">{escape(english)}</p>'
    return _document("zh", f"{chinese} / {english}", body)


def _lots(db: Database, settings: Settings, row: Row, now: int, item: Item) -> tuple[Lot, ...]:
    today = local_day(now, parse_zone(row["timezone"] or settings.timezone))
    found = list_lots(db, row["subject_id"], today)
    return tuple([lot for lot in found if lot.lot == item.lot] if item.lot else found[:_MOST_LOTS])


def _show_lot(language: str, lot: Lot) -> str:
    days = {
        name: day.isoformat() if day else "" for name, day in (("produced", lot.produced), ("expires", lot.expires))
    }
    texts = {"lot": lot.lot, **days, "origin": lot.origin}
    facts = {name: escape(text) for name, text in texts.items() if text}
    if lot.certificate_url:
        word = escape(_word(language, "certificate"))
        facts["certificate"] = f'<a href="{escape(lot.certificate_url)}" rel="noopener noreferrer">{word}</a>'
    shown = "".join(f"<dt>{escape(_word(language, name))}</dt><dd>{fact}</dd>" for name, fact in facts.items())
    return f"<dl>{shown}</dl>"


def _small(page: Page, name: str, amount: str) -> str:
    shown = f"<s>{escape(amount)}</s>" if name == "regular_price" else escape(amount)
    return f"<small>{escape(_word(page.language, name))} {shown}</small>" if amount else ""


def _document(language: str, title: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="icon" href="data:,">'  # else a browser asks for /favicon.ico, too
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
    ).encode()


def _word(language: str, name: str) -> str:
    return Language(language).of(_WORDS.get(name, (name, name)))


def _prices(db: Database, settings: Settings, row: Row, now: int) -> tuple[str, str, str]:
    """Return what is charged, a member price that saves something, and the price from which a promotion takes."""
    if row["kind"] != Kind.PRODUCT:
        return "", "", ""
    price = price_in_force(db, row["subject_id"], row["store_id"] or CHAIN, now)
    regular = None if price.promo_price is None else price.price
    return _money(settings, price.charged), _money(settings, price.saving_member_price), _money(settings, regular)


def _money(settings: Settings, minor: int | None) -> str:
    return "" if minor is None else settings.amounts.format(minor)
