"""The way from the raw hits of a period to its counted scans, for reports that attribute nothing."""

from o2o.attribution.manifest import date_regions
from o2o.attribution.report import VerdictCount, Waterfall
from o2o.db import Database, load_query, rows

_FOREVER = 1 << 62


def count_hits(db: Database, since: int | None = None, until: int | None = None) -> Waterfall:
    """Return how many hits of a period count and why others don't; all counted ones are within its reach."""
    period = {"since": since or 0, "until": _FOREVER if until is None else until}
    found = list(rows(db, load_query("reports/hits.counts"), **period))
    counted = [row for row in found if row["verdict"] == "human"]
    number = sum(row["hits"] for row in counted)
    return Waterfall(
        hits=sum(row["hits"] for row in found),
        verdicts=tuple(VerdictCount(row["verdict"], row["reason"], row["hits"]) for row in found),
        counted=number,
        anonymous=sum(row["anonymous"] for row in counted),
        in_reach=number,
        credited=0,
        followed=sum(row["followed"] for row in counted),
        remote=sum(row["remote"] for row in counted),
        alike=sum(row["daily"] for row in found if row["verdict"] in ("duplicate", "impossible")),
        regions_on=date_regions(db),
    )
