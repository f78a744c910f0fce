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
from o2o.touchpoints import cased, stem_of, touchpoint_url

PARAMETER = "o2o"
"""What carries the code in the query of a Digital Link."""

LONGEST_PATH = 64
"""How much is kept of a link that leads to no touchpoint."""

_Elements = tuple[tuple[str, str], ...]
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


def touchpoint_urls(db: Database, settings: Settings, codes: Sequence[str], *, lot: str = "") -> dict[str, str]:
    """Return the text to print for each code, as the setting ``url_form`` wants it.

    A Digital Link needs a key: the GTIN of the product's printed barcode, the GCN of the campaign, the person's GSRN,
    the place's GIAI or GLN, or its store's GLN with its own id; what has none keeps the short link. ``lot`` stands in
    the links of products.
    """
    if settings.url_form == UrlForm.SHORT:
        return {code: touchpoint_url(settings, code) for code in codes}
    stem = stem_of(settings)
    keys = {row["code"]: _find_key(row) for row in rows(db, load_query("links.keys"), codes=json.dumps(codes))}
    return {
        code: _make_link(stem, keys[code], lot) + f"?{PARAMETER}={cased(settings, code)}"
        if keys.get(code)
        else touchpoint_url(settings, code)
        for code in codes
    }


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


def _make_link(stem: str, elements: _Elements, lot: str) -> str:
    key, *qualifiers = elements
    if lot and key[0] == "01":
        qualifiers.append(("10", lot))
    return DigitalLink(stem, key, tuple(qualifiers)).uri


def _find_key(row: Row) -> _Elements:
    """Return the elements that name what a touchpoint stands for; a till reads a product before a coupon."""
    gtin = gtin_of(choose_barcode(row["gtin"], row["pack_quantity"])) if row["gtin"] else ""
    for ai, value in (
        ("01", gtin),
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
