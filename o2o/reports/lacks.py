"""What an analysis says of a shop that has no data yet, or none in the period: what to do next, in place of zeros."""

from dataclasses import replace

from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.reports.sheets import Analysis, Phrase
from o2o.times import format_at

NOTHING_YET: tuple[Phrase, ...] = (
    ("店里还没有扫码，也没有订单。", "The shop has no scans and no orders yet."),
    (
        "下一步：打印并贴上码（o2o print），开始收扫码（o2o serve，或 o2o scan import），导入订单（o2o order import）。"
        "想先看样子：o2o demo。",
        "Next: print codes and hang them up (o2o print), collect scans (o2o serve, or o2o scan import), "
        "and import orders (o2o order import). To see how it looks: o2o demo.",
    ),
)
"""Says what to do next with a shop that has no data."""


def lacks_data(db: Database) -> bool:
    """Whether a shop has no scan and no order yet."""
    query = "SELECT EXISTS (SELECT 1 FROM scans) OR EXISTS (SELECT 1 FROM orders)"
    return not db.conn.execute(query).fetchone()[0]


def tell_lack(db: Database, settings: Settings, analysis: Analysis, since: int | None, until: int) -> Analysis:
    """Return an analysis with what to do next where the shop has no scan and no order yet, or none in the period."""
    first, last, last_before = db.conn.execute(load_query("reports/lacks.span"), {"until": until}).fetchone()
    if first is None:
        sheets = tuple(replace(sheet, rows=(), shown=0) for sheet in analysis.sheets)
        return replace(analysis, said=NOTHING_YET, sheets=sheets, remarks=(), notes=(), drawings=())
    if last_before is not None and (since is None or since <= last_before):
        return analysis
    first_day, last_day = (format_at(at, settings.zone)[:10] for at in (first, last))
    remark: Phrase = (
        f"这段时间没有扫码，也没有订单：数据从 {first_day} 到 {last_day}；请改 --since 或 --until。",
        f"No scan and no order is of this period: the data goes from {first_day} to {last_day}; "
        "change --since or --until.",
    )
    return replace(analysis, remarks=(remark, *analysis.remarks))
