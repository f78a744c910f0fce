"""Makes the pictures of docs/analysis-walkthrough.md: ``python docs/make_analysis_pictures.py demo-out/shop.db``.

The file is what ``o2o demo dataset`` made of the real data set. Needs Chromium.
"""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from make_pictures import WIDTH, photograph, save

from o2o.analytics.hours import HourTerms
from o2o.analytics.lifecycle import LifecycleTerms
from o2o.analytics.retention import Active, Cohort, RetentionTerms
from o2o.analytics.value import ValueTerms
from o2o.config import Language, load_settings
from o2o.db import open_database
from o2o.reports.hours import analyse_hours
from o2o.reports.lifecycle import analyse_lifecycle
from o2o.reports.retention import analyse_retention
from o2o.reports.sheet_page import render_analysis
from o2o.reports.sheets import Analysis
from o2o.reports.value import analyse_value
from o2o.times import now, parse_at

HEIGHT = 800


def make_analysis_pictures(db_path: Path) -> None:
    """Write a PNG of the top of each page."""
    db = open_database(db_path)
    settings = replace(load_settings(db), language=Language.EN)
    first, autumn, end = (parse_at(day, settings.zone) for day in ("2017-01-01", "2017-10-01", "2018-01-01"))
    pages: dict[str, Analysis] = {
        "retention": analyse_retention(db, settings, RetentionTerms(None, now(), cohort=Cohort.MONTH)),
        "lifecycle": analyse_lifecycle(db, settings, LifecycleTerms(autumn, now(), active=Active.ORDER)),
        "value": analyse_value(db, settings, ValueTerms(end)),
        "hours": analyse_hours(db, settings, HourTerms(first, end)),
    }
    with TemporaryDirectory() as folder:
        for name, analysis in pages.items():
            page = Path(folder) / f"{name}.html"
            page.write_text(render_analysis(analysis, settings, now()), encoding="utf-8")
            save(photograph(page).crop((0, 0, WIDTH, HEIGHT)), name)


if __name__ == "__main__":
    make_analysis_pictures(Path(sys.argv[1]))
