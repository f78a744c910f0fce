"""Where the networks of those who scanned are: counted scans by country, region and city, once a database tells."""

from dataclasses import dataclass
from enum import StrEnum

from o2o.db import Database, load_query, rows

_FOREVER = 1 << 62


class Area(StrEnum):
    """How closely scans are told apart."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One area and its counted scans; without a country: the database knew none, or there was none then.

    ``remote`` are scans from far away or of a closed store: a photo of the code that goes round.
    """

    country: str
    region: str
    city: str
    scans: int
    visitors: int
    remote: int


def report_regions(
    db: Database, area: Area = Area.CITY, since: int | None = None, until: int | None = None
) -> list[RegionRow]:
    """Return the counted scans of a period by area, most scans first; nothing while no scan has a region."""
    period = {"since": since or 0, "until": _FOREVER if until is None else until}
    query = load_query("reports/regions.counts")
    found = [RegionRow(*row) for row in rows(db, query, depth=list(Area).index(area) + 1, **period)]
    return found if any(row.country or row.region or row.city for row in found) else []
