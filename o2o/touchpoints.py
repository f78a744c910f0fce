"""The mark: one code for a subject, usually in a store, perhaps for a campaign, on a carrier."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from o2o.codes.short import parse_code
from o2o.config import Settings, UrlCase
from o2o.db import Database, rows
from o2o.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One mark as it stands today."""

    id: int
    code: str
    kind: str
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    minted_at: int
    retired_at: int | None


def touchpoint_url(settings: Settings, code: str) -> str:
    """Return the text of a printed code: scheme in lower case, host and code in capitals unless set otherwise."""
    parts = urlsplit(settings.base_url)
    path = parts.path.rstrip("/")
    if settings.url_case == UrlCase.UPPER:
        return f"{parts.scheme}://{parts.netloc.upper()}{path}/{code}"
    return f"{parts.scheme}://{parts.netloc.lower()}{path}/{code.lower()}"


def find_touchpoint(db: Database, code: str) -> Touchpoint:
    """Return the touchpoint of a code in either case; raises MisreadCodeError or NotFoundError."""
    code = parse_code(code)
    for row in rows(db, "SELECT * FROM touchpoints WHERE code = :code", code=code):
        return Touchpoint(**dict(row))
    raise NotFoundError("touchpoint", code, "see 'o2o touchpoint list'")
