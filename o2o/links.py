"""The text of a printed code: the short link, or a GS1 Digital Link that names the subject and carries the code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import Self
from urllib.parse import parse_qs

from o2o.catalog.barcodes import choose_barcode
from o2o.codes.barcode_forms import BarcodeForm, gtin_of
from o2o.codes.gs1 import DigitalLink, parse
from o2o.codes.identifiers import fits
from o2o.codes.short import is_code
from o2o.config import Settings, UrlForm
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.touchpoints import cased, stem_of, touchpoint_url

PARAMETER = "o2o"
"""What carries the code in the query of a Digital Link."""

LONGEST_PATH = 64
"""How much is kept of a link that leads to no touchpoint."""

_Elements = tuple[tuple[str, str], ...]
_PRODUCT, _LOT, _SERIAL = "01", "10", "21"
_ANY_HOST = "https://id.gs1.org"
_LOCAL_FORMS = [form.value for form in BarcodeForm if not form.is_global]


@dataclass(frozen=True, slots=True)
class ScannedLink:
    """A Digital Link as a phone asked for it: what it names, and the code that it carries or an empty text."""

    link: DigitalLink
    code: str

    @classmethod
    def parse(cls, target: str) -> Self:
        """Return the link of a request's path and query as they were sent; raises Gs1Error when it is none."""
        link = parse(_ANY_HOST + target)
        return cls(link, read_code(target))

    @property
    def path(self) -> str:
        """What it names as a path, however it was spelt."""
        return replace(self.link, stem="", attributes=()).uri[:LONGEST_PATH]


def touchpoint_urls(
    db: Database, settings: Settings, codes: Sequence[str], *, lot: str = "", serial: str = ""
) -> dict[str, str]:
    """Return the text to print for each code, as the setting ``url_form`` wants it.

    A Digital Link needs a key: the GTIN of the product's printed barcode, the GCN of the campaign, the person's GSRN,
    the place's GIAI or GLN, or its store's GLN with its own id; what has none keeps the short link. ``lot`` and
    ``serial`` stand in the links of products.
    """
    if settings.url_form == UrlForm.SHORT:
        return {code: touchpoint_url(settings, code) for code in codes}
    stem, item = stem_of(settings), _item_elements(lot, serial)
    keys = {row["code"]: _find_key(row) for row in rows(db, load_query("links.keys"), codes=json.dumps(codes))}
    return {
        code: _make_link(stem, keys[code], item) + f"?{PARAMETER}={cased(settings, code)}"
        if keys.get(code)
        else touchpoint_url(settings, code)
        for code in codes
    }


def item_url(db: Database, settings: Settings, code: str, *, lot: str, serial: str) -> str:
    """Return the text to print for one code; raises SettingError for a lot or a serial number that it can't name."""
    check_item(settings, lot=lot, serial=serial)
    plain = touchpoint_urls(db, settings, [code])[code]
    url = touchpoint_urls(db, settings, [code], lot=lot, serial=serial)[code]
    if url == plain and (lot or serial):
        reason = "the code stands for no product with a GTIN, so its link names no lot and no serial number"
        raise SettingError("code", code, reason, "name a product's code, or import its GTIN as barcode")
    return url


def check_item(settings: Settings, *, lot: str, serial: str) -> None:
    """Raise SettingError for a lot or a serial number of a product that can't stand in its link."""
    for name, ai, value in (("lot", _LOT, lot), ("serial", _SERIAL, serial)):
        if value and settings.url_form == UrlForm.SHORT:
            advice = "print Digital Links: o2o setting set url_form digital_link"
            raise SettingError(name, value, f"a short link names no {name}", advice)
        if value and not fits(ai, value):
            reason = "can't stand in a Digital Link"
            raise SettingError(name, value, reason, "at most 20 letters, digits and signs of GS1's set 82")


def read_code(url: str) -> str:
    """Return the code that a Digital Link or a request for one carries, or an empty text."""
    given = parse_qs(url.partition("#")[0].partition("?")[2]).get(PARAMETER, [""])[0]
    return given.upper() if is_code(given) else ""


def find_code(db: Database, scanned: ScannedLink, at: int) -> str:
    """Return the code of the touchpoint that a link means, else its path.

    The code that it carries, if it is one of this file; else the oldest touchpoint of its key in use at a time, that
    of the chain for what is not a place or a person, of which the key names one alone.
    """
    known = db.conn.execute("SELECT code FROM touchpoints WHERE code = ?", [scanned.code]).fetchone()
    if known is None:
        ai, value = scanned.link.key
        parameters = {"ai": ai, "value": value, "extension": dict(scanned.link.qualifiers).get("254", "")}
        query = load_query("links.of_key")
        known = db.conn.execute(query, parameters | {"at": at, "local_forms": json.dumps(_LOCAL_FORMS)}).fetchone()
    return known[0] if known else scanned.path


def _item_elements(lot: str, serial: str) -> _Elements:
    return tuple((ai, value) for ai, value in ((_LOT, lot), (_SERIAL, serial)) if value)


def _make_link(stem: str, elements: _Elements, item: _Elements) -> str:
    key, *qualifiers = elements
    if key[0] == _PRODUCT:
        qualifiers += item
    return DigitalLink(stem, key, tuple(qualifiers)).uri


def _find_key(row: Row) -> _Elements:
    """Return the elements that name what a touchpoint stands for; a till reads a product before a coupon."""
    gtin = gtin_of(choose_barcode(row["gtin"], row["pack_quantity"])) if row["gtin"] else ""
    for ai, value in (
        (_PRODUCT, gtin),
        ("255", row["gcn"]),
        ("8017", row["gsrn"]),
        ("8004", row["giai"]),
        ("414", row["gln"]),
    ):
        if value:
            return ((ai, value),)
    if row["store_gln"] and fits("254", row["place_id"]):
        return (("414", row["store_gln"]), ("254", row["place_id"]))
    return ()
