"""``o2o report``: what each touchpoint, person, product, place, store or campaign brought."""

import click

from o2o.cli.groups import LazyGroup

_COMMANDS = {
    "attribution": "report_attribution:attribution",
    "touchpoints": "report_touchpoints:touchpoints",
    "regions": "report_touchpoints:regions",
    "compare-models": "report_attribution:compare_models_of_a_shop",
    "audit": "report_audit:audit",
    "funnel": "report_funnel:funnel",
    "people": "report_people:people",
    "retention": "report_retention:retention",
    "lifecycle": "report_lifecycle:lifecycle",
    "returns": "report_returns:returns",
    "walk-ins": "report_walk_ins:walk_ins",
    "campaigns": "report_campaigns:campaigns",
    "silent-signs": "report_signs:silent_signs",
    "bursts": "report_signs:bursts",
    "ranking": "report_ranking:ranking",
    "value": "report_value:value",
    "unscanned": "report_unscanned:unscanned",
    "matrix": "report_matrix:matrix",
    "hours": "report_hours:hours",
    "journeys": "report_journeys:journeys",
    "affinity": "report_affinity:affinity",
}


@click.group(cls=LazyGroup, commands_by_name={name: (f"o2o.cli.{place}", "") for name, place in _COMMANDS.items()})
def report() -> None:
    """Say what each touchpoint brought.

    \b
    Example:
      o2o report attribution --outcome orders --by place --window 7d
      o2o report touchpoints
      o2o report regions
      o2o report silent-signs --by store
      o2o report bursts
      o2o report ranking --by place
      o2o report funnel --by carrier
      o2o report retention --by store
      o2o report lifecycle --sheet win_back --format csv
      o2o report campaigns --since 2026-05-01
      o2o report value --days 90
      o2o report unscanned
      o2o report matrix --of orders --by zone
      o2o report hours --store S001
      o2o report journeys --by zone
      o2o report people --measure scans
      o2o report returns --by campaign
      o2o report audit --outcome orders --by place
      o2o report walk-ins
      o2o report affinity --of co-scan
    """
