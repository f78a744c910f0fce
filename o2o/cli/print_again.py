"""``o2o print … --reprint``: a job, or lost labels of it, once more."""

from datetime import date
from functools import partial
from pathlib import Path

import click
from click.core import ParameterSource

from o2o.cli.options import opened
from o2o.cli.print_results import show_result
from o2o.cli.terminal import with_bar
from o2o.config import load_settings
from o2o.printing.jobs.history import find_job, order_again, select_again, select_as_now
from o2o.printing.jobs.manifest import Again
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import print_selection
from o2o.times import now

_OF_ALL = frozenset(("db_path", "job_id", "pages", "as_now", "out", "skus", "person_ids", "place_ids"))
_OF_A_PART = frozenset(("start", "skip", "copies", "printer"))


def print_job_again(db_path: Path, order: PrintOrder, again: Again, on: date | None, *, as_now: bool) -> None:
    """Print a job again, all else than which part, where to and onto which cells as it was."""
    _check_options(again, as_now=as_now)
    with opened(db_path) as db:
        settings, at, job = load_settings(db), now(), find_job(db, again.job_id)
        if job.what != order.command:
            right = f"o2o print {job.what} --reprint {job.job_id}"
            raise click.UsageError(f"job {job.job_id} printed {job.what}: run '{right}'")
        was = order_again(job, order, again, as_now=as_now)
        if as_now:
            selection = select_as_now(db, settings, job, again, on, at)
        else:
            selection = select_again(db, settings, job, again)
        show_result(order.out, selection, print_selection(db, settings, selection, was, at, _BAR))


_BAR = partial(with_bar, label="printing")


def _check_options(again: Again, *, as_now: bool) -> None:
    """Raise UsageError for options that say how to print what is to be as it was."""
    allowed = _OF_ALL | (_OF_A_PART if as_now or not again.whole else set()) | ({"on"} if as_now else set())
    context = click.get_current_context()
    for option in context.command.params:
        name = option.name or ""
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and name not in allowed:
            why = "a job is printed again as it was; only a part of it (--page, --sku) may go into other cells"
            raise click.UsageError(f"{option.opts[-1]} does not go with --reprint: {why}")
