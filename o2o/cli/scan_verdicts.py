"""``o2o scan staff-card`` and ``o2o scan judge``."""

from pathlib import Path

import click

from o2o.cli.options import database_option, opened
from o2o.collect.recording.drain import drain_segments
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.rejudging import judge_all
from o2o.collect.verdicts.scans import count_verdicts
from o2o.config import load_settings
from o2o.staff_cards import make_staff_card
from o2o.times import now


@click.command("staff-card")
@database_option
@click.option("--store", "store_id", required=True, metavar="STORE", help="Whose card.")
def staff_card(db_path: Path, store_id: str) -> None:
    """Make the card of a store's staff, or show it again: who scans it tests codes for a while, and counts nowhere.

    A phone that keeps cookies is staff for staff_days (30), another for staff_minutes (30). The first scan of a new or
    moved code after the card also says that the code hangs now: what was scanned before was a test. Retire the card's
    code if customers got hold of it.

    \b
    Example:
      o2o scan staff-card --store S001
      o2o print signage --store S001 --carrier staff_card --out card.pdf
    """
    with opened(db_path) as db:
        code = make_staff_card(db, store_id, now())
        click.echo(f"{load_settings(db).base_url.rstrip('/')}/{code}")
    click.echo(f"print it: o2o print signage --store {store_id} --carrier staff_card --out card.pdf", err=True)


@click.command("judge")
@database_option
def judge(db_path: Path) -> None:
    """Judge all scans anew, by the settings as they are now, and say what they count as.

    Nothing is deleted, and a second time changes nothing. It may run while the server does.

    \b
    Example:
      o2o setting set duplicate_seconds 60
      o2o scan judge
    """
    with opened(db_path) as db:
        drain_segments(db, db_path)
        changed = judge_all(Judge(db, load_settings(db)), now())
        counts = count_verdicts(db, 0)
    found = ", ".join(f"{verdict} {count:,}" for verdict, count in counts.items() if count) or "no scans"
    click.echo(f"changed {changed:,}; now {found}")
